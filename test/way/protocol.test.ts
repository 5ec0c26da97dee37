import { CopyObjectCommand, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { indexDocument } from '../../functions/index-documents/index-document.ts';
import { ingestDocument } from '../../functions/ingest-document/ingest-document.ts';
import { ReadingTurns } from '../../functions/ingest-document/reading/reading-turns.ts';
import { Uploads } from '../../functions/ingest-document/uploads.ts';
import { correctDocument } from '../../functions/staff-api/correct-document.ts';
import { sweepPending } from '../../functions/sweep-pending/sweep-pending.ts';
import { bucketNames } from '../../local/aws.ts';
import { documentId } from '../../shared/document.ts';
import { DocumentStore } from '../../shared/document-store.ts';
import { finishMove } from '../../shared/move-upload.ts';
import { now, read, readerOf, smallWay } from './small-way.ts';

const way = smallWay();
const { newKey, put, remove, ingestWith, ingest, index, correct, row, searchable } = way;

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
    expect(way.collections.shown.archive.size).toBe(0);
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
    const key = newKey().replace('public', 'elders');
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
    expect(await way.aws.catalogue.get(documentId(sidecar))).toBeUndefined();
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
});

describe('A name that is spelled in two ways', () => {
  const spelled = () => {
    const key = newKey().replace('stuk', 'co\u00f6peratie');
    return { nfc: key, nfd: key.normalize('NFD') };
  };

  test.each([
    ['nfd', 'nfc'],
    ['nfc', 'nfd'],
  ] as const)('is found when the upload is put anew from %s to %s, in whatever order', async (from, to) => {
    const key = spelled();
    await searchable(key[from], 'tekst');
    await put(key[to], 'tekst');
    await remove(key[from]);
    // S3 compares the events of one key only.
    await ingest(key[to], '01');
    await ingest(key[from], '99');
    await ingest(key[to], '02');
    await index(key[to]);
    expect(await row(key[to])).toMatchObject({ key: key[to], state: 'searchable' });
    await remove(key[to]);
    await ingest(key[to], '03');
    expect((await row(key[to])).state).toBe('removed');
  });

  test('is found while both are there, the composed one first, and no drift', async () => {
    const { nfc, nfd } = spelled();
    await searchable(nfd, 'uit elkaar');
    await searchable(nfc, 'samen');
    expect(await ingest(nfd)).toBeUndefined();
    expect((await row(nfc)).document?.title).toBe('samen');
    await remove(nfc);
    await ingest(nfc);
    expect(await row(nfc)).toMatchObject({ key: nfd, document: { title: 'uit elkaar' } });
  });

  test('is beside its sidecar in either', async () => {
    const { nfc, nfd } = spelled();
    await searchable(nfc, 'tekst');
    await put(`${nfd}.meta.yaml`, 'visibility: internal\n');
    await ingest(`${nfd}.meta.yaml`);
    await index(nfc);
    expect(await row(nfc)).toMatchObject({ state: 'searchable', visibility: 'internal' });
  });
});

test('A content type that changes while the bytes stay has the upload read again', async () => {
  const key = newKey().replace('.txt', '');
  const putAs = (ContentType: string) =>
    way.aws.s3.send(
      new PutObjectCommand({ Bucket: way.aws.bucket, Key: key, Body: '<p>Een tekst</p>', ContentType }),
    );
  await putAs('text/plain');
  await ingest(key);
  expect(await ingest(key)).toBeUndefined();
  await putAs('text/html');
  expect(await ingest(key)).toMatchObject({ state: 'kept' });
});

describe('What S3 says', () => {
  const refusing = (status: number, name: string) =>
    new Uploads(
      Object.assign(Object.create(way.aws.s3), {
        send: async () => {
          throw new S3ServiceException({
            name,
            message: name,
            $fault: 'client',
            $metadata: { httpStatusCode: status },
          });
        },
      }),
      way.aws.bucket,
    );

  test.each([
    [403, 'AccessDenied'],
    [503, 'SlowDown'],
    [500, 'InternalError'],
  ])('%i %s is never taken for a deletion', async (status, name) => {
    const key = newKey();
    await searchable(key);
    const before = await row(key);
    const uploads = refusing(status, name);
    const on = { ...way.aws, uploads, reader: readerOf(read), turns: new ReadingTurns(4), now };
    await expect(ingestDocument({ key, sequencer: null }, on)).rejects.toThrow(name);
    expect(await row(key)).toEqual(before);
  });

  test('an event about the deletion of an old version deletes nothing: only the object decides', async () => {
    const key = newKey();
    await searchable(key);
    const before = await row(key);
    await ingest(key, 'FF');
    expect(await row(key)).toEqual(before);
  });
});

describe('Indexing', () => {
  test('the ledger says searchable only after the engine does', async () => {
    const key = newKey();
    await put(key, 'vindbaar');
    await ingest(key);
    const states: string[] = [];
    way.collections.afterApply = async () => void states.push((await row(key)).state);
    await index(key);
    expect(states).toEqual(['kept', 'kept']);
    expect((await row(key)).state).toBe('searchable');
  });

  test('applies the row again when it moved while the engine was busy', async () => {
    const key = newKey();
    await put(key, 'eerst');
    await ingest(key);
    let moved = false;
    way.collections.afterApply = async () => {
      if (moved) return;
      moved = true;
      await put(key, 'daarna');
      await ingest(key);
    };
    await index(key);
    expect(way.collections.shown.public.get(documentId(key))?.title).toBe('daarna');
    expect((await row(key)).state).toBe('searchable');
  });

  test('of two workers that overlap, the one that began first cannot put an older state back', async () => {
    const key = newKey();
    const id = await searchable(key, 'eerst');
    await correct(key, { title: 'Tweede titel' });
    let release = () => {};
    const slow = new DocumentStore(way.aws.s3, bucketNames.documents);
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    slow.get = async (...named) => {
      const document = await way.aws.documents.get(...named);
      await held;
      return document;
    };
    const first = indexDocument(id, { ...way.indexing(), documents: slow });
    await put(key, 'derde');
    await ingest(key);
    await correct(key, { visibility: 'internal' });
    await index(key);
    release();
    await first;
    expect(way.collections.shown.public.has(id)).toBe(false);
    expect(way.collections.shown.archive.get(id)?.revision).toBe((await row(key)).revision);
    expect((await row(key)).state).toBe('searchable');
  });

  test('a document that comes back where it was removed does not show its former text until it has been read', async () => {
    const key = newKey('internal');
    const target = key.replace('internal', 'public');
    await searchable(target, 'de oude tekst');
    await remove(target);
    await ingest(target);
    await searchable(key, 'de nieuwe tekst');
    await correct(key, { visibility: 'public' });
    expect((await row(target)).state).toBe('received');
    await index(target);
    expect(way.collections.shown.public.has(documentId(target))).toBe(false);
    await ingest(target);
    await index(target);
    expect(way.collections.shown.public.get(documentId(target))?.title).toBe('de nieuwe tekst');
  });

  test('what becomes internal leaves the public collection before anything else happens', async () => {
    const key = newKey();
    await put(key, 'nog openbaar');
    await ingest(key);
    await index(key);
    await correct(key, { visibility: 'internal' });
    way.collections.log.length = 0;
    await index(key);
    expect(way.collections.log).toEqual(['public remove', 'archive put']);
    expect(way.collections.shown.public.has(documentId(key))).toBe(false);
    expect(way.collections.shown.archive.has(documentId(key))).toBe(true);
  });

  test('a removed document leaves both collections, the public one first', async () => {
    const key = newKey();
    await put(key, 'weg ermee');
    await ingest(key);
    await index(key);
    await remove(key);
    await ingest(key);
    way.collections.log.length = 0;
    await index(key);
    expect(way.collections.log).toEqual(['public remove', 'archive remove']);
  });

  test('an internal document is never put in the public collection', async () => {
    const key = newKey('internal');
    await put(key, 'geheim');
    await ingest(key);
    await index(key);
    expect(way.collections.log).not.toContain('public put');
  });

  test('an engine that fails leaves the row pending', async () => {
    const key = newKey();
    await put(key, 'nog niet');
    await ingest(key);
    way.collections.afterApply = () => Promise.reject(new Error('The engine is away'));
    await expect(index(key)).rejects.toThrow('The engine is away');
    expect(await row(key)).toMatchObject({ state: 'kept', pendingSince: expect.any(String) });
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
        ...way.aws,
        s3: Object.assign(Object.create(way.aws.s3), {
          send: async (command: never) => {
            const copies = (command as unknown) instanceof CopyObjectCommand;
            if (copies && moment === 'before the copy') throw new Error('killed');
            const answer = await way.aws.s3.send(command);
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
      await sweepPending({ ...way.aws, finishMove: (pending) => finishMove(pending, way.aws), now: later });
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
        catalogue: way.aws.catalogue,
        changes: {
          depth: async () => ({ waiting: 0, inHand: 0 }),
          send: async (messages) => void sent.push(...messages.map(({ id }) => `${minute} ${id}`)),
        },
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
