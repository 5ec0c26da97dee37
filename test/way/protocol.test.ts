import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findUnindexed } from '../../functions/index-documents/find-unindexed.ts';
import { indexDocument } from '../../functions/index-documents/index-document.ts';
import { Vocabulary } from '../../functions/index-documents/vocabulary.ts';
import { findLostUploads } from '../../functions/ingest-document/find-lost-uploads.ts';
import { ingestDocument } from '../../functions/ingest-document/ingest-document.ts';
import { Uploads } from '../../functions/ingest-document/uploads.ts';
import { correctDocument } from '../../functions/staff-api/correct-document.ts';
import { sweepPending } from '../../functions/sweep-pending/sweep-pending.ts';
import { documentId, type Reading } from '../../shared/document.ts';
import { finishMove } from '../../shared/move-upload.ts';
import { RefusedError } from '../../shared/refusal.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';
import { FakeCollections } from './fake-collections.ts';

let aws: TestAws;
let collections: FakeCollections;
let count = 0;

beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());
beforeEach(() => {
  collections = new FakeCollections();
});

/** A key that no other test uses. */
const newKey = (prefix: 'public' | 'internal' = 'public') => `${prefix}/stuk-${++count}.txt`;

const read = async (bytes: Uint8Array): Promise<Reading> => {
  const text = new TextDecoder().decode(bytes);
  if (text.startsWith('geweigerd')) throw new RefusedError('corrupt');
  return {
    kind: 'article',
    language: 'nl',
    found: [
      { origin: 'heading', title: text, ...(text.includes('vertrouwelijk') && { visibility: 'internal' }) },
    ],
    passages: [
      {
        anchor: { type: 'section', number: 1, heading: null },
        level: 1,
        blocks: [{ type: 'paragraph', text }],
      },
    ],
    notes: [],
  };
};

const now = () => new Date();

const ingestWith =
  (reader: typeof read) =>
  (key: string, sequencer: string | null = null) =>
    ingestDocument(
      { key, sequencer },
      { ...aws, uploads: new Uploads(aws.s3, aws.bucket), reader: { read: reader }, now },
    );
const ingest = (key: string, sequencer: string | null = null) => ingestWith(read)(key, sequencer);

const index = (key: string) =>
  indexDocument(documentId(key), {
    ...aws,
    vocabulary: new Vocabulary(aws.catalogue),
    index: collections.index,
    now,
  });

const correct = async (key: string, patch: unknown) =>
  correctDocument(await row(key), patch, { ...aws, now });

const put = (key: string, text: string) =>
  aws.s3.send(new PutObjectCommand({ Bucket: aws.bucket, Key: key, Body: text }));
const remove = (key: string) => aws.s3.send(new DeleteObjectCommand({ Bucket: aws.bucket, Key: key }));

async function row(key: string) {
  const found = await aws.catalogue.get(documentId(key));
  if (!found) throw new Error(`There is no row for ${key}`);
  return found;
}

describe('Ingesting', () => {
  test('keeps the newest version when the file is replaced while it is read', async () => {
    const key = newKey();
    await put(key, 'eerste versie');
    let replaced = false;
    await ingestWith(async (bytes) => {
      if (!replaced) {
        replaced = true;
        await put(key, 'tweede versie');
        await ingest(key);
      }
      return read(bytes);
    })(key);
    expect((await row(key)).document?.title).toBe('tweede versie');
  });

  test('skips an event that S3 put before the one it already acted upon', async () => {
    const key = newKey();
    await put(key, 'nieuw');
    await ingest(key, '0000000000000000AB');
    const before = await row(key);
    await put(key, 'nieuwer');
    await ingest(key, '0000000000000000AA');
    expect(await row(key)).toEqual(before);
    await ingest(key, '0000000000000000AC');
    expect((await row(key)).document?.title).toBe('nieuwer');
  });

  test('ends in the same row however often and in whatever order events come', async () => {
    const key = newKey();
    await put(key, 'tekst');
    await ingest(key, '01');
    const once = await row(key);
    await Promise.all([ingest(key, '01'), ingest(key), ingest(key, '01')]);
    expect(await row(key)).toEqual(once);
  });

  test('leaves a tombstone when the upload is gone, and takes the document back when it returns', async () => {
    const key = newKey();
    await put(key, 'blijft niet');
    await ingest(key);
    const kept = await row(key);
    await remove(key);
    await ingest(key);
    const tombstone = await row(key);
    expect(tombstone).toMatchObject({ state: 'removed', document: null, upload: null });
    expect(tombstone.revision).toBeGreaterThan(kept.revision);
    await put(key, 'weer terug');
    await ingest(key);
    expect(await row(key)).toMatchObject({ state: 'kept', document: { title: 'weer terug' } });
  });

  test('a delete that arrives after a newer upload removes nothing', async () => {
    const key = newKey();
    await put(key, 'nieuw leven');
    await ingest(key);
    await ingest(key, '00');
    expect((await row(key)).state).toBe('kept');
  });

  test('writes a refusal with its reason, and drops the version that was there before', async () => {
    const key = newKey();
    await put(key, 'goed');
    await ingest(key);
    await put(key, 'geweigerd');
    await ingest(key);
    expect(await row(key)).toMatchObject({ state: 'refused', refusal: 'corrupt', document: null });
    await index(key);
    expect(collections.shown.archive.size).toBe(0);
  });

  test('a file may make itself internal, never public', async () => {
    const [open, closed] = [newKey('public'), newKey('internal')];
    await put(open, 'vertrouwelijk verslag');
    await put(closed, 'verslag');
    await ingest(open);
    await ingest(closed);
    expect((await row(open)).visibility).toBe('internal');
    expect((await row(closed)).visibility).toBe('internal');
  });

  test('an upload outside both folders is internal', async () => {
    const key = `elders/stuk-${++count}.txt`;
    await put(key, 'zomaar');
    await ingest(key);
    expect((await row(key)).visibility).toBe('internal');
  });

  test('keeps what staff corrected when a new version comes, also when the upload was away in between', async () => {
    const key = newKey();
    await put(key, 'oud');
    await ingest(key);
    await correct(key, { title: 'De juiste titel', visibility: 'internal' });
    await remove(key);
    await ingest(key);
    await put(key, 'nieuw');
    await ingest(key);
    expect(await row(key)).toMatchObject({
      corrections: { title: 'De juiste titel' },
      visibility: 'internal',
    });
  });

  test('follows the sidecar beside an upload: when it comes, changes and goes', async () => {
    const key = newKey();
    const sidecar = `${key}.meta.yaml`;
    await put(key, 'verslag');
    await ingest(key);
    await put(sidecar, 'title: Titel uit de sidecar\nvisibility: intern\nthemes: [Wonen]\n');
    await ingest(sidecar);
    expect(await row(key)).toMatchObject({
      document: { title: 'Titel uit de sidecar' },
      visibility: 'internal',
    });
    expect(await aws.catalogue.get(documentId(sidecar))).toBeUndefined();
    await put(sidecar, 'title: Andere titel\n');
    await ingest(sidecar);
    expect(await row(key)).toMatchObject({ document: { title: 'Andere titel' }, visibility: 'public' });
    await remove(sidecar);
    await ingest(sidecar);
    expect((await row(key)).document?.title).toBe('verslag');
  });

  test('takes a sidecar that cannot be read for one that says "internal"', async () => {
    const key = newKey();
    await put(key, 'verslag');
    await put(`${key}.meta.yaml`, '\u0000\u0001\u0002\u0003'.repeat(50));
    await ingest(key);
    expect(await row(key)).toMatchObject({ visibility: 'internal', notes: [{ code: 'unreadable-sidecar' }] });
  });

  test('a lost event of a sidecar is found like any other', async () => {
    const key = newKey();
    await put(key, 'verslag');
    await ingest(key);
    await put(`${key}.meta.yaml`, 'title: Gemist\n');
    const looks: string[] = [];
    await findLostUploads({
      ...aws,
      looks: {
        send: async (events) => void looks.push(...events.map(({ detail }) => detail.object.key)),
      },
    });
    expect(looks).toContain(key);
    expect(looks).not.toContain(`${key}.meta.yaml`);
  });

  test('finds uploads of which the event was lost, new, replaced and deleted ones', async () => {
    const [unseen, replaced, deleted] = [newKey(), newKey(), newKey()];
    for (const key of [replaced, deleted]) {
      await put(key, 'gezien');
      await ingest(key);
    }
    await put(unseen, 'ongezien');
    await put(replaced, 'vervangen');
    await remove(deleted);
    const looks: string[] = [];
    await findLostUploads({
      ...aws,
      looks: { send: async (events) => void looks.push(...events.map(({ detail }) => detail.object.key)) },
    });
    expect(looks).toEqual(expect.arrayContaining([unseen, replaced, deleted]));
  });
});

describe('Indexing', () => {
  test('the ledger says searchable only after the engine does', async () => {
    const key = newKey();
    await put(key, 'vindbaar');
    await ingest(key);
    const states: string[] = [];
    collections.afterApply = async () => void states.push((await row(key)).state);
    await index(key);
    expect(states).toEqual(['kept', 'kept']);
    expect((await row(key)).state).toBe('searchable');
  });

  test('applies the row again when it moved while the engine was busy', async () => {
    const key = newKey();
    await put(key, 'eerst');
    await ingest(key);
    let moved = false;
    collections.afterApply = async () => {
      if (moved) return;
      moved = true;
      await put(key, 'daarna');
      await ingest(key);
    };
    await index(key);
    expect(collections.shown.public.get(documentId(key))?.title).toBe('daarna');
    expect((await row(key)).state).toBe('searchable');
  });

  test('what becomes internal leaves the public collection before anything else happens', async () => {
    const key = newKey();
    await put(key, 'nog openbaar');
    await ingest(key);
    await index(key);
    await correct(key, { visibility: 'internal' });
    collections.log.length = 0;
    await index(key);
    expect(collections.log).toEqual(['public remove', 'archive put']);
    expect(collections.shown.public.has(documentId(key))).toBe(false);
    expect(collections.shown.archive.has(documentId(key))).toBe(true);
  });

  test('a removed document leaves both collections, the public one first', async () => {
    const key = newKey();
    await put(key, 'weg ermee');
    await ingest(key);
    await index(key);
    await remove(key);
    await ingest(key);
    collections.log.length = 0;
    await index(key);
    expect(collections.log).toEqual(['public remove', 'archive remove']);
  });

  test('an internal document is never put in the public collection', async () => {
    const key = newKey('internal');
    await put(key, 'geheim');
    await ingest(key);
    await index(key);
    expect(collections.log).not.toContain('public put');
  });

  test('an engine that fails leaves the row pending', async () => {
    const key = newKey();
    await put(key, 'nog niet');
    await ingest(key);
    collections.afterApply = () => Promise.reject(new Error('The engine is away'));
    await expect(index(key)).rejects.toThrow('The engine is away');
    expect(await row(key)).toMatchObject({ state: 'kept', pendingSince: expect.any(String) });
  });

  test('what the index lacks, holds in an old version or holds without right is found and repaired', async () => {
    const [missing, stale, orphan] = [newKey(), newKey(), newKey()];
    for (const key of [missing, stale, orphan]) {
      await put(key, key);
      await ingest(key);
      await index(key);
    }
    const shown = collections.shown.archive;
    shown.delete(documentId(missing));
    const entry = shown.get(documentId(stale));
    if (entry) shown.set(entry.id, { ...entry, revision: 1 });
    const stray = shown.get(documentId(orphan));
    if (stray) shown.set('a'.repeat(26), { ...stray, id: 'a'.repeat(26) });
    const found: string[] = [];
    const changes = {
      send: async (messages: readonly { id: string }[]) => void found.push(...messages.map(({ id }) => id)),
    };
    await findUnindexed({ catalogue: aws.catalogue, archive: collections.index.archive, changes });
    expect(found).toEqual(expect.arrayContaining([documentId(missing), documentId(stale), 'a'.repeat(26)]));
    expect(found).not.toContain(documentId(orphan));
    await indexDocument('a'.repeat(26), {
      ...aws,
      vocabulary: new Vocabulary(aws.catalogue),
      index: collections.index,
      now,
    });
    expect(shown.has('a'.repeat(26))).toBe(false);
  });
});

describe('Making public', () => {
  test('moves the upload, with the corrections, and nothing is there twice', async () => {
    const key = newKey('internal');
    const target = key.replace('internal', 'public');
    await put(key, 'nu voor iedereen');
    await ingest(key);
    await correct(key, { title: 'Voor iedereen' });
    const moved = await correct(key, { visibility: 'public' });
    expect(moved.key).toBe(target);
    await ingest(target);
    await ingest(key);
    await index(target);
    expect(await row(target)).toMatchObject({
      state: 'searchable',
      visibility: 'public',
      corrections: { title: 'Voor iedereen' },
      movedFrom: { key, done: true },
    });
    expect((await row(key)).state).toBe('removed');
  });

  test.each(['before the copy', 'after the copy'] as const)(
    'is taken up by the sweep when killed %s',
    async (moment) => {
      const key = newKey('internal');
      const target = key.replace('internal', 'public');
      await put(key, 'halverwege');
      await ingest(key);
      const failing = {
        ...aws,
        s3: Object.assign(Object.create(aws.s3), {
          send: async (command: never) => {
            const copies = (command as unknown) instanceof CopyObjectCommand;
            if (copies && moment === 'before the copy') throw new Error('killed');
            const answer = await aws.s3.send(command);
            if (copies) throw new Error('killed');
            return answer;
          },
        }),
      };
      const source = await row(key);
      await expect(correctDocument(source, { visibility: 'public' }, { ...failing, now })).rejects.toThrow(
        'killed',
      );
      await ingest(target);
      const later = () => new Date(Date.now() + 10 * 60_000);
      await sweepPending({ ...aws, finishMove: (pending) => finishMove(pending, aws), now: later });
      await ingest(target);
      await ingest(key);
      await index(target);
      expect(await row(target)).toMatchObject({ state: 'searchable', visibility: 'public' });
      expect((await row(key)).state).toBe('removed');
      expect((await row(target)).pendingSince).toBeUndefined();
    },
  );

  test('is refused when the file itself says that it is internal, or when a public one is there', async () => {
    const marked = newKey('internal');
    await put(marked, 'vertrouwelijk');
    await ingest(marked);
    await expect(correct(marked, { visibility: 'public' })).rejects.toMatchObject({ status: 409 });
    const taken = newKey('internal');
    for (const key of [taken, taken.replace('internal', 'public')]) {
      await put(key, 'bezet');
      await ingest(key);
    }
    await expect(correct(taken, { visibility: 'public' })).rejects.toMatchObject({ status: 409 });
  });
});

describe('Sweeping', () => {
  test('sends a pending row again after a minute, then with growing pauses', async () => {
    const key = newKey();
    await put(key, 'vergeten bericht');
    await ingest(key);
    const sent: string[] = [];
    const began = Date.parse((await row(key)).pendingSince ?? '');
    for (let minute = 0; minute <= 8; minute++) {
      await sweepPending({
        catalogue: aws.catalogue,
        changes: { send: async (messages) => void sent.push(...messages.map(({ id }) => `${minute} ${id}`)) },
        finishMove: async () => {},
        now: () => new Date(began + minute * 60_000 + 1),
      });
    }
    expect(sent.filter((line) => line.endsWith(documentId(key))).map((line) => line.split(' ')[0])).toEqual([
      '1',
      '3',
      '7',
    ]);
  });
});
