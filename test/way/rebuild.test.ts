import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { indexDocument } from '../../functions/index-documents/index-document.ts';
import { rebuildIndex } from '../../functions/rebuild-index/rebuild-index.ts';
import { requestRebuild } from '../../functions/rebuild-index/request-rebuild.ts';
import { tableName, withdrawalsTableName } from '../../local/aws.ts';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { RebuildJob } from '../../shared/catalogue/jobs.ts';
import { documentId } from '../../shared/document.ts';
import { TooSlowError, UnavailableError } from '../../shared/errors.ts';
import { now, read, smallWay } from './small-way.ts';

const way = smallWay();
const { newKey, put, remove, ingest, correct, row, index, searchable } = way;

const rebuilding = (change: object = {}) => ({ ...way.indexing(), indexingTimeout: 0, ...change });

const request = (wish: Partial<Parameters<typeof requestRebuild>[0]> = {}) =>
  requestRebuild({ allowShrink: false, anew: false, ...wish }, { jobs: way.indexing().jobs, now });

const job = async () => (await way.indexing().jobs.rebuild()) ?? expect.fail('There is no rebuild');

/** Lets `steps` steps be done, as a time slice that ends then. */
const forSteps = (steps: number) => {
  let left = steps;
  return () => left-- > 0;
};

const run = (change: object = {}, hasTime = forSteps(100)) => rebuildIndex(rebuilding(change), hasTime);

/** A clock that is so many minutes ahead. */
const minutes = (count: number) => () => new Date(Date.now() + count * 60_000);

/** Runs until the job is in this phase, one step at a time. */
async function runUntil(phase: RebuildJob['phase']) {
  for (let step = 0; (await job()).phase !== phase; step++) {
    if (step > 50) expect.fail(`It is ${(await job()).phase}, and never became ${phase}`);
    await run({}, forSteps(1));
  }
}

/** As JSON, without which the order of a Map would count. */
const contents = (shown: Map<string, unknown>) => Object.fromEntries([...shown].sort());

beforeEach(async () => {
  // Each test has an index of its own, filled with what is in the catalogue.
  for await (const { id } of way.aws.catalogue.all()) await indexDocument(id, way.indexing());
  await request({ anew: true });
  await run({ indexingTimeout: 0 });
});

describe('A rebuild', () => {
  test('serves the same documents as before, and other generations of both collections', async () => {
    await searchable(newKey(), 'openbaar stuk over tuinieren');
    await searchable(newKey('internal'), 'intern stuk over geld');
    const before = {
      public: contents(way.collections.shown.public),
      archive: contents(way.collections.shown.archive),
    };
    const generation = (await way.collections.index.public.health()).generation;
    await request();
    expect(await run()).toMatchObject({ phase: 'promoted', skipped: { count: 0 } });
    expect(contents(way.collections.shown.public)).toEqual(before.public);
    expect(contents(way.collections.shown.archive)).toEqual(before.archive);
    expect((await way.collections.index.public.health()).generation).not.toBe(generation);
    const { check, progress } = await job();
    expect(check?.sample.found).toBe(check?.sample.asked);
    expect(check?.sample.asked).toBeGreaterThan(0);
    expect(progress.done).toBe(way.collections.shown.archive.size);
  });

  test('goes on where it was left, however often it is interrupted, and serves the old index until then', async () => {
    for (let n = 0; n < 3; n++) await searchable(newKey());
    const generation = (await way.collections.index.archive.health()).generation;
    await request();
    const phases = new Set<string>();
    for (let slice = 0; (await job()).phase !== 'promoted'; slice++) {
      expect(slice).toBeLessThan(50);
      const { phase } = await job();
      phases.add(phase);
      const isStillServed = (await way.collections.index.archive.health()).generation === generation;
      if (phase !== 'promoting' && phase !== 'settling') expect(isStillServed).toBe(true);
      await run({}, forSteps(1));
    }
    expect([...phases]).toEqual(['requested', 'filling', 'checking', 'promoting', 'settling']);
  });

  test.each(['public promoted', 'archive promoted'])(
    'killed right after "%s", it is taken up',
    async (moment) => {
      await searchable(newKey());
      await request();
      await runUntil('promoting');
      const { jobs } = way.indexing();
      const dying = Object.assign(Object.create(jobs), {
        rebuild: () => jobs.rebuild(),
        writeRebuild: (...given: Parameters<typeof jobs.writeRebuild>) => {
          if (way.collections.log.at(-1) === moment) return new Promise(() => {});
          return jobs.writeRebuild(...given);
        },
      });
      const { log } = way.collections;
      log.length = 0;
      void run({ jobs: dying });
      await expect.poll(() => log.at(-1)).toBe(moment);
      await jobs.release();
      expect(await run()).toMatchObject({ phase: 'promoted' });
      expect(log.filter((line) => line === moment)).toHaveLength(1);
    },
  );

  test.each(['checking', 'promoting'] as const)(
    'begins again when the engine lost what was filled before it is %s',
    async (phase) => {
      const id = await searchable(newKey());
      await request();
      await runUntil(phase);
      await way.collections.index.public.beginAside();
      expect(await run({}, forSteps(1))).toMatchObject({ phase: 'requested' });
      expect(way.collections.shown.public.has(id)).toBe(true);
      expect(await run()).toMatchObject({ phase: 'promoted' });
    },
  );

  test('waits for an engine that is away, without giving up', async () => {
    await searchable(newKey());
    await request();
    await runUntil('filling');
    way.collections.beforeAnything = async () => {
      throw new UnavailableError('The search index');
    };
    for (let minute = 0; minute < 60; minute++) await run({ now: minutes(minute) });
    expect(await job()).toMatchObject({ phase: 'filling', fault: 'engine-away' });
    way.collections.beforeAnything = async () => {};
    expect(await run({ now: minutes(61) })).toMatchObject({ phase: 'promoted', fault: null });
  });

  test('puts in no more text at once than a small engine gets done in time, whatever the documents', async () => {
    const text = 'Een boek vol woorden. '.repeat(30_000).trim();
    const bookReader = way.ingestWith(async (bytes) => {
      const reading = await read(bytes);
      const [passage] = reading.passages;
      const long = passage && { ...passage, blocks: [{ type: 'paragraph' as const, text }] };
      return { ...reading, passages: long ? [long, long, long] : [] };
    });
    const keys = Array.from({ length: 5 }, () => newKey());
    for (const key of keys) {
      await put(key, key);
      await bookReader(key);
      await index(key);
    }
    await request();
    await runUntil('filling');
    const putTogether: number[] = [];
    way.collections.afterApply = async (_collection, changes) => {
      const long = changes.filter((change) => change.type === 'put' && change.entry.passages.length > 1);
      putTogether.push(long.length);
    };
    let slices = 0;
    for (; (await job()).phase === 'filling'; slices++) await run({}, forSteps(1));
    expect(Math.max(...putTogether)).toBe(1);
    expect(slices).toBeGreaterThanOrEqual(keys.length);
    expect(await run()).toMatchObject({ phase: 'promoted', skipped: { count: 0 } });
    for (const key of keys) expect(way.collections.shown.public.has(documentId(key))).toBe(true);
    expect((await job()).progress.done).toBe(way.collections.shown.archive.size);
    // Later tests need not carry them along.
    for (const key of keys) {
      await remove(key);
      await ingest(key);
      await index(key);
    }
  });

  test('waits for an engine that takes long to be set up', async () => {
    await request();
    way.collections.beforeAnything = async () => {
      throw new TooSlowError('The search index');
    };
    for (let minute = 0; minute < 20; minute++) await run({ now: minutes(minute) });
    expect(await job()).toMatchObject({ phase: 'requested', faults: 0 });
    way.collections.beforeAnything = async () => {};
    expect(await run({ now: minutes(21) })).toMatchObject({ phase: 'promoted' });
  });

  test('stops when the engine never gets done in time with what is put in', async () => {
    await searchable(newKey());
    await request();
    await runUntil('filling');
    way.collections.afterApply = async () => {
      throw new TooSlowError('The search index');
    };
    await run({ now: minutes(0) });
    expect(await job()).toMatchObject({ phase: 'filling', faults: 1, fault: 'engine-too-slow' });
    for (let minute = 1; minute < 20; minute++) await run({ now: minutes(minute) });
    expect(await job()).toMatchObject({ phase: 'stopped', stopped: { reason: 'keeps-failing' } });
  });

  test('stops when the new index would lack more than one percent of the served one, unless told otherwise', async () => {
    const id = await searchable(newKey());
    const ghost = way.collections.shown.archive.get(id) ?? expect.fail();
    for (let n = 0; n < 3; n++) {
      way.collections.shown.archive.set(String(n).repeat(26), { ...ghost, id: String(n).repeat(26) });
    }
    const served = way.collections.shown.archive.size;
    await request();
    expect(await run()).toMatchObject({
      phase: 'stopped',
      stopped: { reason: 'would-shrink' },
      check: { collections: { archive: { served, lost: 3 }, public: { lost: 0 } } },
    });
    expect(way.collections.shown.archive.size).toBe(served);
    await request({ allowShrink: true });
    expect(await run()).toMatchObject({ phase: 'promoted' });
    expect(way.collections.shown.archive.size).toBe(served - 3);
  });

  test('stops when documents are not found by their own words', async () => {
    await searchable(newKey(), 'woorden die er echt staan');
    await request();
    await runUntil('checking');
    const { public: visible, archive } = way.collections.index;
    const deaf = { ...archive, aside: { ...archive.aside, find: async () => [] } };
    expect(await run({ index: { public: visible, archive: deaf } })).toMatchObject({
      phase: 'stopped',
      stopped: { reason: 'not-found' },
    });
  });

  test('is joined by whoever asks for another, and begun anew by whoever insists', async () => {
    const first = await request();
    expect((await request()).requestedAt).toBe(first.requestedAt);
    await expect(request({ allowShrink: true })).rejects.toMatchObject({ status: 409 });
    await run({}, forSteps(2));
    expect(await request({ anew: true })).toMatchObject({ phase: 'requested', progress: { done: 0 } });
    expect(await run()).toMatchObject({ phase: 'promoted' });
  });

  test('two workers never do it at the same time', async () => {
    await request();
    const done = await Promise.all([run(), run(), run()]);
    expect(done.filter(Boolean)).toHaveLength(1);
  });

  test('is not taken up by another, however long one step takes', async () => {
    await searchable(newKey());
    await request();
    let clock = Date.now();
    const others: unknown[] = [];
    const change = { now: () => new Date(clock), signEvery: 1 };
    let isAsking = false;
    way.collections.beforeAnything = async () => {
      if (isAsking) return;
      isAsking = true;
      clock += 40_000;
      await pause(20);
      others.push(await run(change));
      isAsking = false;
    };
    expect(await run(change)).toMatchObject({ phase: 'promoted' });
    expect(others.filter(Boolean)).toEqual([]);
  });
});

describe('Changes while a rebuild is under way', () => {
  test.each(['filling', 'checking', 'promoting'] as const)(
    'made while it is %s are in the new index',
    async (phase) => {
      const [changed, added, removed, closed] = [newKey(), newKey(), newKey(), newKey()];
      for (const key of [changed, removed, closed]) await searchable(key, `eerst ${key}`);
      await request();
      await runUntil(phase);
      if (phase === 'filling') await run({}, forSteps(1));
      await searchable(changed, `daarna ${changed}`);
      await searchable(added, `nieuw ${added}`);
      await remove(removed);
      await ingest(removed);
      await index(removed);
      await correct(closed, { visibility: 'internal' });
      await index(closed);
      expect(await run()).toMatchObject({ phase: 'promoted' });
      const { public: visible, archive } = way.collections.shown;
      expect(visible.get(documentId(changed))?.title).toBe(`daarna ${changed}`);
      expect(visible.has(documentId(added))).toBe(true);
      expect(archive.has(documentId(removed))).toBe(false);
      expect([visible.has(documentId(closed)), archive.has(documentId(closed))]).toEqual([false, true]);
    },
  );

  test('what leaves the public collection leaves the generation that may be promoted before the one that is served', async () => {
    const key = newKey();
    await searchable(key);
    await request();
    await runUntil('checking');
    await correct(key, { visibility: 'internal' });
    way.collections.log.length = 0;
    await index(key);
    expect(way.collections.log.slice(0, 2)).toEqual(['public aside remove', 'public remove']);
    expect(way.collections.log).toContain('archive aside put');
  });

  test('what leaves the public collection does so although the generation aside fails', async () => {
    const key = newKey();
    const id = await searchable(key);
    await request();
    await runUntil('checking');
    await correct(key, { visibility: 'internal' });
    const { aside } = way.collections.index.public;
    const failing = vi.spyOn(aside, 'apply').mockRejectedValue(new Error('The task failed'));
    await expect(index(key)).rejects.toThrow('The task failed');
    expect(way.collections.shown.public.has(id)).toBe(false);
    expect((await row(key)).pendingSince).toBeDefined();
    failing.mockRestore();
  });

  test.each(['checking', 'promoting'] as const)(
    'what left the public collection while it is %s does not come back with the promotion, when its worker went no further',
    async (phase) => {
      const [closed, removed] = [newKey(), newKey()];
      const ids = [await searchable(closed), await searchable(removed)];
      await request();
      await runUntil(phase);
      await correct(closed, { visibility: 'internal' });
      await remove(removed);
      await ingest(removed);
      way.collections.afterApply = async () => {
        throw new UnavailableError('The search index');
      };
      for (const key of [closed, removed]) await expect(index(key)).rejects.toThrow(UnavailableError);
      const { collections } = way;
      expect(ids.map((id) => collections.shown.public.has(id))).toEqual([false, false]);
      collections.afterApply = async () => {};
      expect(await run()).toMatchObject({ phase: 'promoted' });
      expect(ids.map((id) => collections.shown.public.has(id))).toEqual([false, false]);
      expect(ids.map((id) => collections.shown.archive.has(id))).toEqual([true, false]);
    },
  );

  test('a row that moved while it was put in is put in again', async () => {
    const key = newKey();
    await searchable(key, 'eerst');
    await request();
    await runUntil('filling');
    let moved = false;
    way.collections.afterApply = async () => {
      if (moved) return;
      moved = true;
      await put(key, 'daarna');
      await ingest(key);
    };
    await run({}, forSteps(1));
    expect(way.collections.filled.archive.get(documentId(key))?.title).toBe('daarna');
  });

  test('a change that went only to what was served just before the promotion is put right before it says promoted', async () => {
    const key = newKey();
    const id = await searchable(key, 'eerst');
    await request();
    await runUntil('promoting');
    // A worker that was told before the rebuild was recorded that there is none.
    await put(key, 'daarna');
    await ingest(key);
    await indexDocument(id, { ...way.indexing(), isRebuilding: async () => false });
    const timeout = 60_000;
    expect(await run({ indexingTimeout: timeout })).toMatchObject({ phase: 'settling' });
    expect(way.collections.shown.public.get(id)?.title).toBe('eerst');
    const later = () => new Date(Date.now() + timeout + 1);
    await run({ now: later });
    expect(way.collections.shown.public.get(id)?.title).toBe('daarna');
    const muchLater = () => new Date(Date.now() + timeout + 120_000);
    expect(await run({ now: muchLater })).toMatchObject({ phase: 'promoted' });
  });

  test('a promotion between the two writes of a change loses neither', async () => {
    const key = newKey();
    const id = await searchable(key, 'eerst');
    await request();
    await runUntil('promoting');
    await correct(key, { visibility: 'internal' });
    let promoted = false;
    way.collections.afterApply = async () => {
      if (promoted) return;
      promoted = true;
      await way.collections.index.public.promote();
      await way.collections.index.archive.promote();
    };
    await index(key);
    expect(way.collections.shown.public.has(id)).toBe(false);
    expect(way.collections.shown.archive.get(id)?.revision).toBe((await row(key)).revision);
  });

  test('a document that cannot be read keeps no other from the new index', async () => {
    const [lost, whole] = [newKey(), newKey()];
    const id = await searchable(lost);
    await searchable(whole);
    await way.aws.documents.delete(id, (await row(lost)).document?.hash ?? '');
    await request({ allowShrink: true });
    expect(await run()).toMatchObject({ phase: 'promoted', skipped: { count: 1, examples: [id] } });
    expect(way.collections.shown.public.has(documentId(whole))).toBe(true);
    await put(lost, 'hersteld');
    await ingest(lost);
    await index(lost);
  });
});

test('The walk goes on where it was, also over more rows than one page', async () => {
  for (let n = 0; n < 7; n++) await searchable(newKey());
  class SmallPages extends Catalogue {
    override page({ after }: { after: string | null }) {
      return super.page({ after, limit: 2 });
    }
  }
  const catalogue = new SmallPages(way.aws.dynamodb, tableName, withdrawalsTableName);
  await request();
  for (let slice = 0; (await job()).phase !== 'promoted'; slice++) {
    expect(slice).toBeLessThan(100);
    await run({ catalogue }, forSteps(1));
  }
  expect((await job()).check?.collections.archive).toMatchObject({ lost: 0 });
});
