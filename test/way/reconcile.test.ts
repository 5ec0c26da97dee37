import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { indexDocument } from '../../functions/index-documents/index-document.ts';
import { giveUpUpload } from '../../functions/ingest-document/give-up-upload.ts';
import { Uploads } from '../../functions/ingest-document/uploads.ts';
import { rebuildIndex } from '../../functions/rebuild-index/rebuild-index.ts';
import { requestRebuild } from '../../functions/rebuild-index/request-rebuild.ts';
import { compareAll } from '../../functions/reconcile-index/compare.ts';
import { reconcileIndex } from '../../functions/reconcile-index/reconcile-index.ts';
import { tableName, withdrawalsTableName } from '../../local/aws.ts';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { Jobs } from '../../shared/catalogue/jobs.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { documentId } from '../../shared/document.ts';
import { UnavailableError } from '../../shared/errors.ts';
import type { UploadEvent } from '../../shared/upload-event.ts';
import { now, smallWay } from './small-way.ts';

const way = smallWay();
const { newKey, put, remove, ingest, correct, row, searchable } = way;

const day = 24 * 60 * 60 * 1000;
const daysLater = (days: number) => () => new Date(Date.now() + days * day);

/** Queues that a test empties itself. */
const queued = { looks: [] as string[], changes: [] as string[] };

const dependencies = (clock = now) => ({
  ...way.aws,
  index: way.collections.index,
  uploads: new Uploads(way.aws.s3, way.aws.bucket),
  looks: {
    send: async (events: readonly UploadEvent[]) =>
      void queued.looks.push(...events.map(({ detail }) => detail.object.key)),
  },
  changes: {
    send: async (messages: readonly { id: string }[]) =>
      void queued.changes.push(...messages.map(({ id }) => id)),
  },
  now: clock,
});

const compare = (clock = now) => compareAll(dependencies(clock), () => {});

/** Works off both queues, as the functions behind them do. */
async function drain() {
  const [looks, changes] = [queued.looks.splice(0), queued.changes.splice(0)];
  for (const key of looks) {
    const looked = await ingest(key);
    if (looked) changes.push(looked.id);
  }
  for (const id of changes) await indexDocument(id, way.indexing());
}

beforeEach(async () => {
  // What other tests left is in the catalogue and not in this test's index.
  queued.looks.length = queued.changes.length = 0;
  await compare();
  await drain();
});

describe('Reconciling the index', () => {
  test('finds what is missing, stale, orphaned or wrongly visible; once that is done a second run changes nothing', async () => {
    const [missing, stale, removed, internal] = [newKey(), newKey(), newKey(), newKey()];
    for (const key of [missing, stale, removed, internal]) await searchable(key);
    const { public: visible, archive } = way.collections.shown;
    const entryOf = (key: string) => archive.get(documentId(key)) ?? expect.fail(`${key} is not there`);
    archive.delete(documentId(missing));
    visible.set(documentId(stale), { ...entryOf(stale), revision: 1 });
    const ghost = { ...entryOf(removed), id: 'a'.repeat(26) };
    archive.set(ghost.id, ghost);
    const entry = entryOf(internal);
    await correct(internal, { visibility: 'internal' });
    await way.index(internal);
    visible.set(entry.id, { ...entry, revision: (await row(internal)).revision });

    const { found } = await compare();
    expect(found).toEqual({
      wronglyVisible: { count: 1, examples: [documentId(internal)] },
      orphaned: { count: 1, examples: ['a'.repeat(26)] },
      stale: { count: 1, examples: [documentId(stale)] },
      missing: { count: 1, examples: [documentId(missing)] },
    });
    expect(queued.changes[0]).toBe(documentId(internal));
    await drain();
    const second = await compare();
    expect(second).toMatchObject({ found: {}, queued: { uploads: 0, changes: 0 } });
    expect(visible.has(documentId(internal))).toBe(false);
    expect(archive.has('a'.repeat(26))).toBe(false);
  });

  test('mends a row that contradicts itself, and the index follows', async () => {
    const [hidden, shown, forgotten] = [newKey(), newKey(), newKey()];
    for (const key of [hidden, shown, forgotten]) await searchable(key);
    const spoil = async (key: string, change: Partial<DocumentRow>) => {
      const read = await row(key);
      await way.aws.catalogue.write({ ...read, revision: read.revision + 1, ...change }, read);
    };
    await spoil(hidden, { corrections: { visibility: 'internal' } });
    await spoil(shown, { visibility: 'internal', wasPublic: false });
    await spoil(forgotten, { state: 'kept' });

    const { found, queued: asked } = await compare();
    expect(found.contradictory?.count).toBe(3);
    expect(found.contradictory?.examples).toEqual([hidden, shown, forgotten].map(documentId).sort());
    expect(asked.changes).toBe(3);
    await drain();
    const { public: visible } = way.collections.shown;
    expect([hidden, shown, forgotten].map((key) => visible.has(documentId(key)))).toEqual([
      false,
      true,
      true,
    ]);
    expect(await row(hidden)).toMatchObject({ state: 'searchable', visibility: 'internal' });
    expect(await row(shown)).toMatchObject({ state: 'searchable', visibility: 'public', wasPublic: true });
    expect((await compare()).found).toEqual({});
  });

  test('an index that was wiped is filled again from the catalogue', async () => {
    const ids = [await searchable(newKey()), await searchable(newKey('internal'))];
    const before = [...way.collections.shown.archive.keys()].sort();
    way.collections.shown.archive.clear();
    way.collections.shown.public.clear();
    await compare();
    await drain();
    expect([...way.collections.shown.archive.keys()].sort()).toEqual(before);
    expect(before).toEqual(expect.arrayContaining(ids));
    expect((await compare()).found).toEqual({});
  });

  test('asks by id for what a list of entries lacks, before it believes it', async () => {
    way.collections.unlisted.add(await searchable(newKey()));
    expect((await compare()).found).toEqual({});
  });

  test('what is pending is on its way, and no drift', async () => {
    const key = newKey();
    await put(key, 'onderweg');
    await ingest(key);
    expect((await compare()).found).toEqual({});
  });

  test('what changed while everything was compared is no drift', async () => {
    const key = newKey();
    await searchable(key);
    class Racing extends Catalogue {
      override async *all() {
        await put(key, 'intussen vervangen');
        await ingest(key);
        await way.index(key);
        yield* super.all();
      }
    }
    const racing = new Racing(way.aws.dynamodb, tableName, withdrawalsTableName);
    const { found } = await compareAll({ ...dependencies(), catalogue: racing }, async () => {});
    expect(found).toEqual({});
  });

  test('a row that is behind the index, as after the table was restored, is given a revision that outranks it', async () => {
    const key = newKey();
    const id = await searchable(key);
    const entry = way.collections.shown.archive.get(id) ?? expect.fail();
    for (const shown of Object.values(way.collections.shown)) {
      shown.set(id, { ...entry, title: 'uit een andere tijd', revision: entry.revision + 10 });
    }
    expect((await compare()).found).toMatchObject({ stale: { count: 1 } });
    await drain();
    expect(way.collections.shown.public.get(id)?.title).toBe(key);
    expect((await compare()).found).toEqual({});
  });

  test('an engine that is away keeps no upload from being looked at', async () => {
    const key = newKey();
    await put(key, 'gebeurtenis kwijt');
    way.collections.beforeAnything = async () => {
      throw new UnavailableError('The search index');
    };
    expect(await compare()).toMatchObject({ withoutIndex: true, found: { neverIngested: { count: 1 } } });
    expect(queued.looks).toEqual([key]);
  });
});

describe('Reconciling the uploads', () => {
  test('finds uploads of which the event was lost: new, replaced, deleted, with other metadata or another sidecar', async () => {
    const [unseen, replaced, deleted, described, beside] = [newKey(), newKey(), newKey(), newKey(), newKey()];
    for (const key of [replaced, deleted, described, beside]) await searchable(key, 'gezien');
    await put(unseen, 'ongezien');
    await put(replaced, 'vervangen');
    await remove(deleted);
    await put(`${beside}.meta.yaml`, 'title: Gemist\n');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await way.aws.s3.send(
      new PutObjectCommand({
        Bucket: way.aws.bucket,
        Key: described,
        Body: 'gezien',
        Metadata: { title: 'Nieuw' },
      }),
    );
    const { found } = await compare();
    expect(found).toEqual({
      notRemoved: { count: 1, examples: [deleted] },
      outdated: { count: 3, examples: [beside, described, replaced].sort() },
      neverIngested: { count: 1, examples: [unseen] },
    });
    await drain();
    expect((await compare()).found).toEqual({});
    expect((await row(deleted)).state).toBe('removed');
    expect((await row(beside)).document?.title).toBe('Gemist');
  });

  test('a name that is there in two spellings, with a sidecar in one, is no drift', async () => {
    const key = newKey().replace('stuk', 'co\u00f6peratie');
    await put(key.normalize('NFD'), 'uit elkaar');
    await put(`${key.normalize('NFD')}.meta.yaml`, 'visibility: internal\n');
    await searchable(key, 'samen');
    expect((await compare()).found).toEqual({});
    await remove(key);
    expect((await compare()).found).toMatchObject({ outdated: { count: 1 } });
    await drain();
    expect((await compare()).found).toEqual({});
  });

  test('the same bytes put again are no drift', async () => {
    const key = newKey();
    await searchable(key, 'zelfde');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await put(key, 'zelfde');
    expect((await compare()).found).toEqual({});
  });

  test('what was given up waits for a person, until there is another version of it', async () => {
    const key = newKey();
    await put(key, 'laat de lezer vallen');
    const giveUp = { ...way.aws, uploads: new Uploads(way.aws.s3, way.aws.bucket), now };
    await giveUpUpload(key, new TypeError('x is not a function'), giveUp);
    expect(await row(key)).toMatchObject({
      state: 'received',
      failure: { step: 'ingest-document', why: 'TypeError' },
      history: [{ what: 'failed', why: 'TypeError' }],
    });
    expect((await compare()).found).toEqual({});
    // Before its message is dropped from the dead letters, where nobody came to look.
    expect((await compare(daysLater(12))).found.neverIngested).toBeUndefined();
    expect((await compare(daysLater(13))).found.neverIngested?.examples).toContain(key);
    await put(key, 'hersteld');
    expect((await compare()).found).toEqual({ neverIngested: { count: 1, examples: [key] } });
    await drain();
    expect(await row(key)).toMatchObject({ state: 'searchable' });
    expect((await row(key)).failure).toBeUndefined();
    expect((await compare()).found).toEqual({});
  });
});

describe('An upload that was given up after an earlier version was read', () => {
  const givenUp = async () => {
    const key = newKey();
    await searchable(key, 'eerste versie');
    await put(key, 'laat de lezer vallen');
    const giveUp = { ...way.aws, uploads: new Uploads(way.aws.s3, way.aws.bucket), now };
    await giveUpUpload(key, new TypeError('x is not a function'), giveUp);
    return key;
  };

  test('stays so in the ledger when the index follows a correction of the earlier one', async () => {
    const key = await givenUp();
    await correct(key, { title: 'Van staf' });
    await way.index(key);
    expect(await row(key)).toMatchObject({ state: 'searchable', failure: { step: 'ingest-document' } });
    expect((await compare()).found).toEqual({});
  });

  test('is no failure any more when the earlier one is put back', async () => {
    const key = await givenUp();
    await put(key, 'eerste versie');
    // Asked only as a message would ask it.
    if ((await ingest(key))?.pendingSince) await way.index(key);
    expect(await row(key)).toMatchObject({ state: 'searchable' });
    expect((await row(key)).failure).toBeUndefined();
    expect((await row(key)).pendingSince).toBeUndefined();
    expect(await ingest(key)).toBeUndefined();
  });
});

describe('Reconciling the canonical documents', () => {
  test('has an upload read again of which the document is not there', async () => {
    const key = newKey();
    const id = await searchable(key);
    await way.aws.documents.delete(id, (await row(key)).document?.hash ?? '');
    expect((await compare()).found).toEqual({ unreadable: { count: 1, examples: [id] } });
    await drain();
    expect((await compare()).found).toEqual({});
    expect((await row(key)).state).toBe('searchable');
  });

  test('takes away what no row has named for a day, and never what one names', async () => {
    const key = newKey();
    const id = await searchable(key, 'eerste');
    const first = (await row(key)).document?.hash ?? '';
    await searchable(key, 'tweede');
    expect((await compare()).swept.canonicalDocuments).toBe(0);
    expect((await compare(daysLater(2))).swept.canonicalDocuments).toBeGreaterThan(0);
    expect(await way.aws.documents.keptAt(id, first)).toBeUndefined();
    expect(await way.aws.documents.keptAt(id, (await row(key)).document?.hash ?? '')).toBeDefined();
  });

  test('forgets a tombstone after thirty days, but not while the index has to follow', async () => {
    const [shown, unshown] = [newKey(), newKey()];
    for (const key of [shown, unshown]) {
      await searchable(key);
      await remove(key);
      await ingest(key);
    }
    await way.index(shown);
    await compare(daysLater(29));
    expect((await row(shown)).state).toBe('removed');
    expect((await compare(daysLater(31))).swept.tombstones).toBeGreaterThan(0);
    expect(await way.aws.catalogue.get(documentId(shown))).toBeUndefined();
    expect((await row(unshown)).state).toBe('removed');
  });
});

describe('The reconciliation', () => {
  test('runs when asked and every hour, one at a time, and keeps its report', async () => {
    const jobs = new Jobs(way.aws.dynamodb, tableName);
    const at = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
    const run = (clock = now) => reconcileIndex({ ...dependencies(clock), jobs });
    const [first, other] = await Promise.all([run(), run()]);
    expect([first, other].filter(Boolean)).toHaveLength(1);
    expect(await run()).toBeUndefined();
    // Asked for in the very millisecond in which one began, it would be made once more.
    await jobs.requestReconcile(at(1)());
    expect(await run(at(2))).toMatchObject({ found: {} });
    expect(await run(at(61))).toBeUndefined();
    expect(await run(at(63))).toBeDefined();
    expect(await jobs.reports()).toHaveLength(3);
  });

  test('is taken up again a minute after its worker was killed', async () => {
    const jobs = new Jobs(way.aws.dynamodb, tableName);
    const at = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
    class Killed extends Catalogue {
      override async *all(): AsyncGenerator<DocumentRow> {
        await new Promise(() => {});
      }
    }
    const killed = new Killed(way.aws.dynamodb, tableName, withdrawalsTableName);
    void reconcileIndex({ ...dependencies(at(200)), catalogue: killed, jobs });
    await expect
      .poll(async () => (await jobs.reconcile())?.startedAt)
      .toMatch(at(200)().toISOString().slice(0, 16));
    expect(await reconcileIndex({ ...dependencies(at(200.5)), jobs })).toBeUndefined();
    expect(await reconcileIndex({ ...dependencies(at(202)), jobs })).toBeDefined();
  });

  test('is not taken up by another, however long the engine takes over what it lost', async () => {
    const jobs = new Jobs(way.aws.dynamodb, tableName);
    await searchable(newKey());
    const lost = [await searchable(newKey()), await searchable(newKey())];
    for (const id of lost) way.collections.shown.archive.delete(id);
    let clock = Date.now() + 300 * 60_000;
    const run = () => reconcileIndex({ ...dependencies(() => new Date(clock)), jobs, signEvery: 1 });
    const others: unknown[] = [];
    let isAsking = false;
    way.collections.beforeAnything = async () => {
      if (isAsking) return;
      isAsking = true;
      clock += 25_000;
      await pause(20);
      // What a schedule does every minute, whoever is at work.
      others.push(await run());
      isAsking = false;
    };
    expect((await run())?.found.missing?.count).toBe(2);
    expect(others.length).toBeGreaterThan(4);
    expect(others.filter(Boolean)).toEqual([]);
  });
});

describe('The reconciliation, once it has compared', () => {
  let hours = 10;
  const run = (change: object = {}) => {
    const clock = () => new Date(Date.now() + hours * 60 * 60_000);
    return reconcileIndex({
      ...dependencies(clock),
      jobs: new Jobs(way.aws.dynamodb, tableName),
      ...change,
    });
  };
  beforeEach(async () => {
    await searchable(newKey());
    hours += 2;
    expect(await run()).toMatchObject({ found: {} });
  });

  test.each(['public', 'archive'] as const)(
    'runs again as soon as the %s collection has lost its data, and once is enough',
    async (collection) => {
      const id = await searchable(newKey());
      expect(await run()).toBeUndefined();
      way.collections.lose(collection);
      expect((await run())?.found.missing?.examples).toContain(id);
      expect(await run()).toBeUndefined();
      await drain();
      expect(way.collections.shown[collection].has(id)).toBe(true);
      expect(await run()).toBeUndefined();
    },
  );

  test('runs again when a collection is not there any more, and not when what it queued has begun another', async () => {
    const { index } = way.collections;
    const gone = { ...index.public, health: async () => ({ searchable: true, documents: 0 }) };
    way.collections.lose('public');
    expect(await run({ index: { ...index, public: gone } })).toBeDefined();
    expect(await run({ index: { ...index, public: gone } })).toBeUndefined();
    expect(await run()).toBeUndefined();
    way.collections.lose('public');
    expect(await run()).toBeDefined();
  });

  test('does not run again for what a rebuild has checked and promoted', async () => {
    const jobs = new Jobs(way.aws.dynamodb, tableName);
    for (let times = 0; times < 2; times++) {
      await requestRebuild({ allowShrink: true, anew: true }, { jobs, now });
      const rebuilding = { ...way.indexing(), indexingTimeout: 0 };
      expect(await rebuildIndex(rebuilding, () => true)).toMatchObject({ phase: 'promoted' });
      if (times === 0) expect(await run()).toBeUndefined();
    }
    expect(await run()).toBeUndefined();
    way.collections.lose('public');
    expect(await run()).toBeDefined();
  });

  test('does not run again because the engine is away', async () => {
    way.collections.beforeAnything = async () => {
      throw new UnavailableError('The search index');
    };
    expect(await run()).toBeUndefined();
  });
});
