/**
 * A whole Vindplaats is killed at a side effect or at any moment while people work with it, starts again, comes to rest
 * and is compared through HTTP, over and over on one data folder.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { documentId } from '../../shared/document.ts';
import { sidecarOf } from '../../shared/sidecar.ts';
import type { CollectionName, Visibility } from '../../shared/visibility.ts';
import { between, type Random, randomFrom } from '../bench/random.ts';
import { count, type Differences, isPending, judge, type ShownDocument, type Sight } from './compare.ts';
import { FaultPlan } from './faults.ts';
import type { Target } from './kill-at.ts';
import { type BegunEngine, type KilledEngine, killedEngine } from './kill-engines.ts';
import { byStaff, type Change, changed, Model, moved, textOf, type Version } from './model.ts';
import { Killed, Running } from './running.ts';

/** Side effects of a whole Vindplaats on any engine, as `kill-at.ts` and `side-effects.ts` name them. */
const killableEffects = [
  ...['uploads.put', 'uploads.get', 'uploads.getSidecar', 'uploads.head', 'uploads.copy', 'uploads.delete'],
  ...['uploads.copySidecar', 'uploads.deleteSidecar'],
  ...['uploads.list', 'documents.put', 'documents.get'],
  ...['uploads.send', 'uploads.receive', 'uploads.acknowledge'],
  ...['changes.send', 'changes.receive', 'changes.acknowledge'],
  ...['catalogue.get', 'catalogue.write', 'catalogue.markApplied', 'catalogue.markResent'],
  'catalogue.markAttempt',
  ...['catalogue.pending', 'catalogue.all'],
  ...['stand-in.objects-and-queues.write', 'stand-in.catalogue.write'],
] as const;

/** What belongs to moves, or to the sweep. */
const rareEffects: ReadonlySet<string> = new Set([
  ...['uploads.copy', 'uploads.delete', 'uploads.put', 'uploads.head', 'uploads.list', 'uploads.send'],
  ...['uploads.copySidecar', 'uploads.deleteSidecar', 'engine.setUp'],
  ...['catalogue.markResent', 'catalogue.all', 'catalogue.pending'],
]);

/** What only a start does, or does first. */
const effectsOfStart = [
  ...['catalogue.all', 'uploads.list', 'catalogue.pending', 'catalogue.markResent', 'uploads.head'],
  ...['changes.send', 'uploads.send', 'uploads.get', 'catalogue.write', 'uploads.put'],
  'catalogue.markAttempt',
  ...['stand-in.objects-and-queues.write', 'stand-in.catalogue.write'],
] as const;

export interface KillResult {
  /** Of the chain. */
  readonly seed: number;
  /** Where it died. */
  readonly killed: string;
  /** What struck on the way to the engine, and how often. */
  readonly injected: ReadonlyMap<string, number>;
  readonly differences: Differences;
  readonly steps: readonly string[];
}

/** Kills on one data folder before a new one is begun. */
const killsPerFolder = 25;

/** Milliseconds after which what has not come right never will, also on a machine that is busy. */
const restsWithin = 120_000;

/** Steps in which the side effect that is to be killed at should come, beside the first ones. */
const stepsAtMost = 10;

/** Milliseconds: longer than the longest pause between two tries of a pending row. */
const betweenStarts = 40 * 60_000;

/** How many of all requests to the engine are struck. */
const engineFaultRate = 0.03;

/** Runs so many kills from a seed and yields what came of each. */
export async function* runKills(
  seed: number,
  kills: number,
  engine: KilledEngine = killedEngine('embedded'),
): AsyncGenerator<KillResult> {
  for (let first = 0; first < kills; first += killsPerFolder) {
    const chain = new Chain(seed + first, engine.effects, await engine.begin());
    try {
      for (let kill = first; kill < Math.min(kills, first + killsPerFolder); kill++) {
        const result = await chain.killOnce();
        yield result;
        if (count(result.differences) === 0) continue;
        chain.keepFolder();
        break;
      }
    } finally {
      await chain.stop();
    }
  }
}

/** Put through S3, put in the watched folder, and one that keeps that folder from being empty. */
const names = ['a', 'b', 'c', 'w'] as const;
const isWatched = (name: string) => name === 'w';

class Chain {
  readonly #random: Random;
  readonly #seed: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'vindplaats-kills-'));
  readonly #watched = join(this.#folder, 'watched');
  readonly #report = join(this.#folder, 'killed-at');
  readonly #model: Model;
  readonly #tokens: string[] = [];
  /** What people are still to do over, since they got no answer. */
  readonly #again: (() => Promise<void>)[] = [];
  readonly #engineEffects: readonly string[];
  readonly #engine: BegunEngine;
  #steps: string[] = [];
  #starts = 0;
  #isFolderKept = false;
  #running: Running | undefined;

  constructor(seed: number, engineEffects: readonly string[], engine: BegunEngine) {
    this.#seed = seed;
    this.#engineEffects = engineEffects;
    this.#engine = engine;
    this.#random = randomFrom(seed, 7);
    this.#model = new Model(names, keyOf);
    for (const place of ['public', 'internal']) mkdirSync(join(this.#watched, place), { recursive: true });
    writeFileSync(join(this.#watched, 'public', 'blijft.txt'), 'Dit blijft hier liggen.\n');
  }

  async stop(): Promise<void> {
    await this.#running?.end('SIGKILL');
    await this.#engine.stop();
    if (this.#isFolderKept) return;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** For whoever looks for what went wrong. */
  keepFolder(): void {
    this.#isFolderKept = true;
  }

  /** People work, the process is killed, starts again and comes to rest. */
  async killOnce(): Promise<KillResult> {
    this.#steps = [];
    rmSync(this.#report, { force: true });
    const running = this.#running ?? (await this.#start());
    const target = this.#target([...killableEffects, ...this.#engineEffects]);
    const plan = new FaultPlan({ seed: between(this.#random, 0, 2 ** 30), rate: engineFaultRate });
    this.#engine.weather.plan = plan;
    const isAtRandom = this.#random() < 0.2;
    if (!isAtRandom) running.arm(target);
    this.#steps.push(
      isAtRandom ? 'kill at any moment' : `kill ${target.moment} ${target.effect}, time ${target.time}`,
    );
    if (this.#random() < 0.15) await this.#askForRebuild(running);
    const steps = between(this.#random, 2, 6);
    for (let step = 0; step < steps && !running.hasEnded; step++) await this.#doSomething(running);
    if (isAtRandom) await pause(between(this.#random, 0, 300));
    // What the side effect belongs to may not have been done yet.
    for (let more = 0; !isAtRandom && more < stepsAtMost && !running.hasEnded; more++) {
      await running.until(() => running.isIdle()).catch(() => undefined);
      await this.#doSomething(running);
    }
    if (!isAtRandom) await running.until(() => running.isIdle()).catch(() => undefined);
    await running.end('SIGKILL');
    const restarted = await this.#start();
    plan.end();
    const killed = existsSync(this.#report) ? readFileSync(this.#report, 'utf8') : 'at any moment';
    for (const redo of this.#again.splice(0)) await redo();
    let differences = await this.#compare(restarted);
    if (onlyPending(differences)) {
      // The next sweep is minutes away, so they are made to pass.
      this.#steps.push('wait for the next sweep');
      await restarted.end('SIGKILL');
      differences = await this.#compare(await this.#start());
    }
    return { seed: this.#seed, killed, injected: plan.injected, differences, steps: this.#steps };
  }

  async #start(): Promise<Running> {
    const isKilledEarly = this.#starts > 0 && this.#random() < 0.25;
    const target = isKilledEarly ? this.#target([...effectsOfStart, ...this.#engineEffects]) : undefined;
    if (target) this.#steps.push(`kill the start ${target.moment} ${target.effect}, time ${target.time}`);
    const running = new Running({
      data: join(this.#folder, 'data'),
      watch: this.#watched,
      report: this.#report,
      ahead: this.#starts++ * betweenStarts,
      target,
      environment: this.#engine.environment,
    });
    this.#running = running;
    try {
      await running.ready();
      if (!target) return running;
      await running.until(() => running.isIdle());
      await running.end('SIGKILL');
    } catch (error) {
      if (!(error instanceof Killed) || !target) throw error;
    }
    return this.#start();
  }

  #target(effects: readonly string[]): Target {
    const effect = effects[between(this.#random, 0, effects.length - 1)] ?? '';
    const isFrequent = effect.startsWith('stand-in') || effect.endsWith('.write');
    const isRare = rareEffects.has(effect);
    const moment = this.#random() < 0.5 ? 'before' : 'after';
    return { effect, time: between(this.#random, 1, isFrequent ? 12 : isRare ? 1 : 3), moment };
  }

  async #doSomething(running: Running): Promise<void> {
    const name = names[between(this.#random, 0, names.length - 1)] ?? 'a';
    const key = keyOf(this.#random() < 0.6 ? 'public' : 'internal', name);
    if (!this.#model.isCertain(name)) return;
    const choice = this.#random();
    if (choice < 0.42) await this.#put(running, name, key);
    else if (choice < 0.55) await this.#delete(running, name, key);
    else if (choice < 0.62) await this.#putSidecar(running, name, key);
    else if (choice < 0.7) {
      const title = this.#token();
      await this.#patch(running, name, key, { title: `Stuk ${title}` }, byStaff(key, { title }));
    } else if (choice < 0.77) {
      await this.#patch(running, name, key, { visibility: 'internal' }, byStaff(key, { isHeld: true }));
    } else if (choice < 0.8) {
      const held = keyOf('public', name);
      await this.#patch(running, name, held, { visibility: 'public' }, [changed(held, { isHeld: false })]);
    } else {
      // What staff move out of a watched folder is no longer the folder's, so only what was put otherwise is moved.
      const movable = names.find(
        (one) => !isWatched(one) && this.#model.canBeMoved(one, keyOf('internal', one)),
      );
      if (movable === undefined) return;
      const source = keyOf('internal', movable);
      await running.until(() => running.isIdle()).catch(() => undefined);
      await this.#patch(running, movable, source, { visibility: 'public' }, [moved(source)]);
    }
  }

  async #askForRebuild(running: Running): Promise<void> {
    this.#steps.push('ask for a rebuild');
    await running.ask('POST', '/archive/rebuild', { anew: this.#random() < 0.5 }).catch(() => undefined);
  }

  #token(): string {
    const token = `k${this.#seed}x${this.#tokens.length}q`;
    this.#tokens.push(token);
    return token;
  }

  async #put(running: Running, name: string, key: string): Promise<void> {
    const kind = this.#random();
    const version: Version = {
      token: this.#token(),
      says: kind < 0.2 ? 'internal' : null,
      refused: kind > 0.93,
      isLong: kind > 0.85 && kind < 0.93,
    };
    this.#steps.push(`put ${key} ${version.token}`);
    await this.#putText(running, name, key, textOf(version));
    this.#model.happened(name, changed(key, { version }));
  }

  async #putSidecar(running: Running, name: string, key: string): Promise<void> {
    const sidecar = this.#random() < 0.4 ? 'internal' : null;
    this.#steps.push(`put the sidecar of ${key}: ${sidecar}`);
    const text = sidecar ? `visibility: ${sidecar}\n` : 'themes: [Wonen]\n';
    await this.#putText(running, name, sidecarOf(key), text);
    this.#model.happened(name, changed(key, { sidecar }));
  }

  async #putText(running: Running, name: string, key: string, text: string): Promise<void> {
    if (isWatched(name)) {
      const path = join(this.#watched, key);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return;
    }
    const body = Buffer.from(text);
    await this.#untilAnswered(running, (s3) =>
      s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: key, Body: body })),
    );
  }

  async #delete(running: Running, name: string, key: string): Promise<void> {
    this.#steps.push(`delete ${key}`);
    if (isWatched(name)) rmSync(join(this.#watched, key), { force: true });
    else
      await this.#untilAnswered(running, (s3) =>
        s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: key })),
      );
    this.#model.happened(name, changed(key, { version: null }));
  }

  /** What got no answer is done over once there is a Vindplaats again. */
  async #untilAnswered(running: Running, send: (s3: Running['s3']) => Promise<unknown>): Promise<void> {
    try {
      await send(running.s3);
    } catch {
      this.#again.push(async () => void (await send(this.#running?.s3 ?? running.s3)));
    }
  }

  async #patch(
    running: Running,
    name: string,
    key: string,
    patch: unknown,
    changes: readonly Change[],
  ): Promise<void> {
    const step = `patch ${key} ${JSON.stringify(patch)}`;
    try {
      const { status } = await running.ask('PATCH', `/archive/documents/${documentId(key)}`, patch);
      this.#steps.push(`${step}: ${status}`);
      if (status === 200) this.#model.happened(name, ...changes);
      else if (status >= 500) this.#model.mayHaveHappened(name, ...changes);
    } catch {
      this.#steps.push(`${step}: no answer`);
      this.#model.mayHaveHappened(name, ...changes);
    }
  }

  /** Waits until nothing is wrong and nothing waits any more; what is wrong for ever is told. */
  async #compare(running: Running): Promise<Differences> {
    let differences: Differences | undefined;
    const isRight = async () => {
      const isIdle = await running.isIdle();
      const { settled, ...found } = await judge(await look(running), this.#model, this.#tokens);
      differences = found;
      if (!isIdle || count(found) > 0) return false;
      for (const [name, families] of settled) this.#model.settle(name, families);
      return true;
    };
    try {
      await running.until(isRight, restsWithin);
    } catch (error) {
      if (!differences || count(differences) === 0) throw error;
      this.#steps.push(`it is kept in ${this.#folder}; what it said: ${running.output.slice(-4_000)}`);
    }
    if (!differences) throw new Error('Nothing was compared');
    return differences;
  }
}

function onlyPending(differences: Differences): boolean {
  const waiting = differences.untrue.filter((one) => one.endsWith(isPending));
  return waiting.length > 0 && waiting.length === count(differences);
}

function keyOf(visibility: Visibility, name: string): string {
  return `${visibility}/${name}.md`;
}

const always = documentId('public/blijft.txt');
const Hits = z.object({ hits: z.array(z.object({ id: z.string(), title: z.string() })) });
const Ledger = z.object({
  uploads: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      pending: z.boolean(),
      refusal: z.nullable(z.object({ reason: z.string() })).transform((refusal) => refusal?.reason ?? null),
    }),
  ),
});

async function look(running: Running): Promise<Sight> {
  const prefix = { public: '', archive: '/archive' };
  const find = async (collection: CollectionName, q: string) => {
    const query = new URLSearchParams({ q, prefix: 'false', size: '100' });
    const { hits } = await running.get(`${prefix[collection]}/search?${query}`, Hits);
    return hits.map(({ id }) => id);
  };
  const shownIn = async (collection: CollectionName) => {
    const { hits } = await running.get(`${prefix[collection]}/search?size=100`, Hits);
    const shown = new Map<string, ShownDocument>();
    for (const { id, title } of hits) {
      if (id === always) continue;
      const { body } = await running.ask('GET', `${prefix[collection]}/documents/${id}`);
      // Its history in the ledger names what was there before.
      const { ledger: _, ...document } = z.looseObject({}).parse(body);
      shown.set(id, { title, text: JSON.stringify(document) });
    }
    return shown;
  };
  const { uploads } = await running.get('/archive/uploads?limit=200', Ledger);
  return {
    shown: { public: await shownIn('public'), archive: await shownIn('archive') },
    ledger: new Map(uploads.map(({ id, ...entry }) => [id, entry])),
    find,
  };
}
