/** One seeded schedule: what people do with a few documents while faults strike, rest, and the comparison. */
import { createHash } from 'node:crypto';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { givenVisibility } from '../../shared/catalogue/transitions.ts';
import { documentId } from '../../shared/document.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import { sidecarOf } from '../../shared/sidecar.ts';
import { strictest, type Visibility, visibilityOfKey } from '../../shared/visibility.ts';
import { between, type Random, randomFrom } from '../bench/random.ts';
import { compare, type Differences } from './compare.ts';
import { FaultPlan } from './faults.ts';
import {
  type Attempted,
  byStaff,
  type Change,
  changed,
  followed,
  Model,
  moved,
  otherPlace,
  renamed,
  textOf,
  together,
  type Version,
} from './model.ts';
import type { Functions, Mutation, Way } from './way.ts';

export interface ScheduleResult {
  readonly seed: number;
  readonly injected: ReadonlyMap<string, number>;
  readonly differences: Differences;
  /** What was done, for whoever replays it. */
  readonly steps: readonly string[];
}

/** Milliseconds after which a system that has not come to rest never will; one that is broken on purpose often does not. */
const restsWithin = 120_000;
const brokenRestsWithin = 15_000;

export async function runSchedule(way: Way, seed: number, mutation: Mutation = {}): Promise<ScheduleResult> {
  const random = randomFrom(seed);
  const rate = [0.03, 0.1, 0.25][between(random, 0, 2)] ?? 0.1;
  const plan = new FaultPlan({ seed, rate });
  way.weather.plan = plan;
  const steps: string[] = [];
  const tell = (line: string) => void steps.push(line);
  const functions = way.begin(random, (line) => tell(`    ${line}`), mutation);
  const people = new People(way, functions, random, seed, tell);
  const untrue = watchLedger(way);
  const working: Promise<unknown>[] = [];
  const shown: string[] = [];

  const stepsToTake = between(random, 6, 16);
  for (let step = 0; step < stepsToTake; step++) {
    // Sometimes nobody works, sometimes what is under way overlaps with this step or the next.
    if (random() < 0.4) working.push(ignoringFaults(functions.work()));
    await people.doSomething();
    shown.push(...(await functions.shownToVisitors()));
    if (random() < 0.6) working.push(ignoringFaults(functions.work()));
    if (random() < 0.3) await Promise.all(working.splice(0));
    if (random() < 0.15) working.push(ignoringFaults(functions.sweep()));
    if (random() < 0.05) working.push(ignoringFaults(functions.reconcile()));
    if (random() < 0.08) working.push(ignoringFaults(people.askForRebuild()));
    if (random() < 0.5) working.push(ignoringFaults(functions.rebuild(false)));
  }
  await people.renameFiles(working);
  await Promise.all(working);
  plan.end();
  tell('No more faults');

  const within = Object.keys(mutation).length > 0 ? brokenRestsWithin : restsWithin;
  let rested = await comeToRest(way, functions, within);
  const first = await compare(way, people.model, people.tokens);
  const hadLate = functions.heldBack.length > 0;
  await functions.deliverLate();
  if (hadLate) rested &&= await comeToRest(way, functions, within);
  const last = hadLate ? await compare(way, people.model, people.tokens) : first;
  untrue.push(...(await people.lostPointers()));
  // What has come to rest needs no repair, and what was repaired needs none again.
  const repaired = await functions.reconcile();
  if (repaired > 0) untrue.push(`Reconciling found ${repaired} to repair`);
  const differences: Differences = {
    lost: [...first.lost, ...(last === first ? [] : last.lost), ...(rested ? [] : ['It never came to rest'])],
    doubled: [...first.doubled, ...(last === first ? [] : last.doubled)],
    stale: [...first.stale, ...(last === first ? [] : last.stale)],
    leaked: [...first.leaked, ...(last === first ? [] : last.leaked), ...way.index.leaks, ...shown],
    untrue: [...first.untrue, ...(last === first ? [] : last.untrue), ...untrue],
  };
  way.weather.onCall = undefined;
  await way.clear();
  return { seed, injected: plan.injected, differences, steps };
}

/**
 * No faults any more: works until nothing is queued or pending. False when that never happens. The uploads are compared
 * with the catalogue only where a message was really lost, so that this does not hide what the queue and sweep miss.
 */
export async function comeToRest(way: Way, functions: Functions, within = restsWithin): Promise<boolean> {
  const deadline = performance.now() + within;
  while (performance.now() < deadline) {
    while ((await functions.work()) > 0 && performance.now() < deadline);
    const due = await functions.sweep();
    const isLost = way.index.wiped > 0 || (await functions.hasLostMessages());
    const repaired = isLost ? await functions.reconcile() : 0;
    const worked = await functions.work();
    const isRebuilding = await functions.rebuild(true);
    if (due + repaired + worked === 0 && !isRebuilding && !(await functions.areHandedOut())) return true;
  }
  return false;
}

async function ignoringFaults(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}

/** The ledger may say "searchable" only of what the engine has acknowledged. */
function watchLedger(way: Way): string[] {
  const untrue: string[] = [];
  way.weather.onCall = async (effect, input) => {
    if (effect !== 'catalogue.markApplied' || way.index.wiped > 0) return;
    const text = JSON.stringify(input);
    const id = /document#([a-z2-7]{26})/.exec(text)?.[1] ?? '';
    const row = await way.aws.catalogue.get(id);
    if (!text.includes('"searchable"') || !row?.document || !text.includes(`${row.revision}`)) return;
    const needed = row.visibility === 'public' ? (['archive', 'public'] as const) : (['archive'] as const);
    for (const collection of needed) {
      if (!way.index.hasShown(collection, id, row.revision))
        untrue.push(`The ledger called ${row.key} searchable before the ${collection} collection had it`);
    }
  };
  return untrue;
}

const names = ['a', 'b', 'c', 'd'] as const;

/** Whoever uploads, replaces, deletes, moves and corrects; keeps what that should lead to. */
class People {
  readonly model: Model;
  /** Every word that one version or correction alone holds. */
  readonly tokens: string[] = [];
  readonly #functions: Functions;
  readonly #random: Random;
  readonly #seed: number;
  readonly #way: Way;
  readonly #tell: (line: string) => void;
  /** From the old key to the new one. */
  readonly #renames = new Map<string, string>();

  constructor(way: Way, functions: Functions, random: Random, seed: number, tell: (line: string) => void) {
    this.#tell = tell;
    this.#way = way;
    this.#functions = functions;
    this.#random = random;
    this.#seed = seed;
    this.model = new Model(names, (visibility, name) => this.#key(visibility, name));
  }

  async doSomething(): Promise<void> {
    const name = names[between(this.#random, 0, names.length - 1)] ?? 'a';
    if (!this.model.isCertain(name) || (await this.#isMoving(name))) return;
    const visibility: Visibility = this.#random() < 0.6 ? 'public' : 'internal';
    const key = this.#key(visibility, name);
    const choice = this.#random();
    for (const one of [key, otherPlace(key)]) this.#functions.mayReturn(one);
    if (choice < 0.36) await this.#put(name, key);
    else if (choice < 0.47) await this.#delete(name, key);
    else if (choice < 0.54) await this.#moveByHand(name, key);
    else if (choice < 0.61) await this.#putSidecar(name, key);
    else if (choice < 0.65) await this.#deleteSidecar(name, key);
    else if (choice < 0.72) await this.#correctTitle(name, key);
    else if (choice < 0.79) await this.#hold(name, key);
    else if (choice < 0.83) await this.#makePublic(name, key);
    // The longest command of all, and the one that may go wrong in most ways.
    else if (choice < 0.9) await this.#moveToPublic();
    else if (choice < 0.97) await this.#moveWhileAnotherWorks();
    else await this.#deleteByStaff(name, key);
  }

  /**
   * Files get another name in their folder, last of all, so that it can be told what comes of it: only what was read
   * before is known to be the same.
   */
  async renameFiles(working: Promise<unknown>[]): Promise<void> {
    for (const name of names) {
      for (const visibility of ['public', 'internal'] as const) {
        const key = this.#key(visibility, name);
        if (this.#random() < 0.6 && (await this.#canBeRenamed(name, key))) {
          await this.#rename(name, key, working);
        }
      }
    }
  }

  async #canBeRenamed(name: string, key: string): Promise<boolean> {
    if (!this.model.isCertain(name)) return false;
    const { version, sidecar } = this.model.of(name).get(key) ?? {};
    if (!version || version.refused || sidecar === 'internal') return false;
    const row = await this.#rowOf(key, version);
    // What its sidecar said before may not have been read away yet: between two visibilities nothing leads on.
    const given = strictest(visibilityOfKey(key) ?? 'internal', version.says);
    return row !== undefined && givenVisibility(row) === given;
  }

  /** The row of the document at this key, if it was read in this version. */
  async #rowOf(key: string, version: Version): Promise<DocumentRow | undefined> {
    const row = await this.#way.aws.catalogue.get(documentId(key));
    const sha256 = createHash('sha256').update(textOf(version)).digest('hex');
    return row?.document && row.content?.sha256 === sha256 ? row : undefined;
  }

  /**
   * Staff's move of this family has not ended. What is put at its two places meanwhile may come before its end or after,
   * which the files do not tell.
   */
  async #isMoving(name: string): Promise<boolean> {
    const row = await this.#way.aws.catalogue.get(documentId(this.#key('public', name)));
    return row?.movedFrom?.done === false;
  }

  /** The new name comes before the old one goes, or after. */
  async #rename(name: string, key: string, working: Promise<unknown>[]): Promise<void> {
    const { version } = this.model.of(name).get(key) ?? {};
    if (!version) return;
    const to = key.replace('.md', '-nieuw.md');
    this.#tell(`rename ${key} to ${to}`);
    const steps = [() => this.#functions.put(to, textOf(version)), () => this.#functions.remove(key)];
    for (const step of this.#random() < 0.5 ? steps : steps.reverse()) {
      await this.#untilDone(step);
      if (this.#random() < 0.6) working.push(ignoringFaults(this.#functions.work()));
    }
    this.model.happened(name, renamed(key, to));
    this.#renames.set(key, to);
  }

  /** Where staff who open an old address are not led to the new one. */
  async lostPointers(): Promise<string[]> {
    const lost: string[] = [];
    for (const [from, to] of this.#renames) {
      const found = await this.#way.index.real.archive.document(documentId(from), '');
      const isThere = typeof found === 'object' && 'movedTo' in found && found.movedTo === documentId(to);
      if (!isThere) lost.push(`The address of ${from} does not lead to ${to}`);
    }
    return lost;
  }

  async askForRebuild(): Promise<void> {
    this.#tell('ask for a rebuild');
    await this.#functions.askForRebuild();
  }

  #key(visibility: Visibility, name: string): string {
    return `${visibility}/s${this.#seed}/${name}.md`;
  }

  #token(): string {
    const token = `w${this.#seed}x${this.tokens.length}q`;
    this.tokens.push(token);
    return token;
  }

  async #put(name: string, key: string): Promise<void> {
    const kind = this.#random();
    const version: Version = {
      token: this.#token(),
      says: kind < 0.2 ? 'internal' : null,
      refused: kind > 0.93,
      isLong: kind > 0.85 && kind < 0.93,
    };
    this.#tell(`put ${key} ${version.token}${version.says ?? ''}${version.refused ? ' (empty)' : ''}`);
    await this.#untilDone(() => this.#functions.put(key, textOf(version)));
    this.model.happened(name, changed(key, { version }));
  }

  async #delete(name: string, key: string): Promise<void> {
    this.#tell(`delete ${key}`);
    await this.#untilDone(() => this.#functions.remove(key));
    this.model.happened(name, changed(key, { version: null }));
  }

  /** The editor drags the file to the other folder, under whatever was there. */
  async #moveByHand(name: string, key: string): Promise<void> {
    const { version } = this.model.of(name).get(key) ?? {};
    if (!version) return;
    this.#tell(`move ${key} by hand`);
    await this.#untilDone(() => this.#functions.put(otherPlace(key), textOf(version)));
    await this.#untilDone(() => this.#functions.remove(key));
    this.model.happened(name, changed(otherPlace(key), { version }));
    this.model.happened(name, changed(key, { version: null }));
  }

  async #putSidecar(name: string, key: string): Promise<void> {
    const sidecar = this.#random() < 0.5 ? 'internal' : null;
    this.#tell(`put the sidecar of ${key}: ${sidecar}`);
    const text = sidecar ? `visibility: ${sidecar}\n` : 'themes: [Wonen]\n';
    await this.#untilDone(() => this.#functions.put(sidecarOf(key), text));
    this.model.happened(name, changed(key, { sidecar }));
  }

  async #deleteSidecar(name: string, key: string): Promise<void> {
    this.#tell(`delete the sidecar of ${key}`);
    await this.#untilDone(() => this.#functions.remove(sidecarOf(key)));
    this.model.happened(name, changed(key, { sidecar: undefined }));
  }

  /** Every other time while a new version is being read: neither may undo the other. */
  async #correctTitle(name: string, key: string): Promise<void> {
    const title = this.#token();
    const isBesideNewVersion = this.#random() < 0.5;
    if (isBesideNewVersion) {
      await ignoringFaults(this.#functions.work());
      await this.#put(name, key);
    }
    const working = isBesideNewVersion ? ignoringFaults(this.#functions.work()) : undefined;
    await this.#command(name, `correct the title of ${key} to ${title}`, byStaff(key, { title }), () =>
      this.#functions.patch(key, { title: `Stuk ${title}` }),
    );
    await working;
  }

  async #hold(name: string, key: string): Promise<void> {
    await this.#command(name, `make ${key} internal`, byStaff(key, { isHeld: true }), () =>
      this.#functions.patch(key, { visibility: 'internal' }),
    );
  }

  /** Of what lies below `internal/` only the version that staff saw moves. */
  async #makePublic(name: string, key: string): Promise<void> {
    const { version } = this.model.of(name).get(key) ?? {};
    if (key.startsWith('internal/') && version && !(await this.#rowOf(key, version))) return;
    const change = [key.startsWith('public/') ? changed(key, { isHeld: false }) : moved(key)];
    await this.#command(name, `make ${key} public`, change, () =>
      this.#functions.patch(key, { visibility: 'public' }),
    );
  }

  async #moveToPublic(): Promise<void> {
    const name = await this.#movable();
    if (name !== undefined) await this.#makePublic(name, this.#key('internal', name));
  }

  /** While a colleague, who saw the document where it was, corrects, hides, deletes or replaces it. */
  async #moveWhileAnotherWorks(): Promise<void> {
    const name = await this.#movable();
    if (name === undefined) return;
    const key = this.#key('internal', name);
    const { version } = this.model.of(name).get(key) ?? {};
    if (!version || !(await this.#rowOf(key, version))) return;
    const functions = this.#functions;
    const moving = () => functions.patch(key, { visibility: 'public' });
    const kind = this.#random();
    const title = this.#token();
    const [what, run, change]: [string, () => Promise<unknown>, Change] =
      kind < 0.4
        ? [`title ${title}`, () => functions.patch(key, { title: `Stuk ${title}` }), followed(key, { title })]
        : kind < 0.7
          ? ['hold', () => functions.patch(key, { visibility: 'internal' }), followed(key, { isHeld: true })]
          : ['delete', () => functions.removeByStaff(key), followed(key, { version: null })];
    const isAfter = this.#random() < 0.4;
    this.#tell(`make ${key} public ${isAfter ? 'before' : 'while'} a colleague's ${what}`);
    const attempting = this.#attempt(moving, moved(key));
    if (isAfter) await attempting;
    const [move, other] = await Promise.all([attempting, this.#attempt(run, change)]);
    // Whichever of the two came last has it.
    for (const one of [key, otherPlace(key)]) this.#functions.mayReturn(one);
    this.#tell(`    the move: ${move.end}, the colleague: ${other.end}`);
    this.model.happened(name, ...together(move, other));
  }

  async #attempt(run: () => Promise<unknown>, change: Change): Promise<Attempted> {
    try {
      await run();
      return { change, end: 'done' };
    } catch (error) {
      const isRefused = error instanceof InvalidInputError || error instanceof NotFoundError;
      return { change, end: isRefused ? 'refused' : 'unknown' };
    }
  }

  /** Whose internal document can be moved, once it is known; puts one where there is none. */
  async #movable(): Promise<string | undefined> {
    const name = names.find((one) => this.model.canBeMoved(one, this.#key('internal', one)));
    for (const place of ['public', 'internal'] as const) {
      if (name !== undefined) this.#functions.mayReturn(this.#key(place, name));
    }
    if (name === undefined) {
      const free = names.find((one) => this.model.isCertain(one));
      if (free) await this.#put(free, this.#key('internal', free));
      return undefined;
    }
    for (let round = 0; round < 3; round++) await ignoringFaults(this.#functions.work());
    return name;
  }

  async #deleteByStaff(name: string, key: string): Promise<void> {
    await this.#command(name, `staff delete ${key}`, byStaff(key, { version: null }), () =>
      this.#functions.removeByStaff(key),
    );
  }

  /** Staff try again until they have an answer, or leave it at that. */
  async #command(
    name: string,
    step: string,
    changes: readonly Change[],
    run: () => Promise<unknown>,
  ): Promise<void> {
    let hadNoAnswer = false;
    for (let attempt = 1; attempt <= 4; attempt++) {
      try {
        await run();
        this.#tell(step);
        return this.model.happened(name, ...changes);
      } catch (error) {
        const isRefused = error instanceof InvalidInputError || error instanceof NotFoundError;
        if (isRefused && !hadNoAnswer) return;
        hadNoAnswer = true;
        if (isRefused || this.#random() < 0.3) break;
      }
    }
    this.#tell(`${step}, and had no answer`);
    this.model.mayHaveHappened(name, ...changes);
  }

  async #untilDone(run: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await run();
        return;
      } catch (error) {
        if (!this.#way.weather.plan.isOn) throw error;
      }
    }
  }
}
