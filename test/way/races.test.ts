/** What may come between two steps of the way, at the worst moment for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { indexDocument } from '../../functions/index-documents/index-document.ts';
import { readObjectMetadata } from '../../functions/ingest-document/object-metadata.ts';
import { correctDocument } from '../../functions/staff-api/correct-document.ts';
import { removeDocument } from '../../functions/staff-api/remove-document.ts';
import { sweepPending } from '../../functions/sweep-pending/sweep-pending.ts';
import { collection } from '../../search-index/collection.ts';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { documentId } from '../../shared/document.ts';
import { finishMove } from '../../shared/move-upload.ts';
import { sidecarOf } from '../../shared/sidecar.ts';
import { now, read, smallWay } from './small-way.ts';

const way = smallWay();
const { newKey, put, remove, ingestWith, ingest, index, correct, row, searchable } = way;

const inPublic = (key: string) => key.replace('internal/', 'public/');

async function textAt(key: string): Promise<string | undefined> {
  try {
    const { Body } = await way.aws.s3.send(new GetObjectCommand({ Bucket: way.aws.bucket, Key: key }));
    return await Body?.transformToString();
  } catch {
    return undefined;
  }
}

interface Moment {
  /** `copy`, `copy sidecar`, `delete` or `delete sidecar`. */
  readonly before?: (act: string) => Promise<unknown> | undefined;
  readonly after?: (act: string) => Promise<unknown> | undefined;
}

/** S3 with something that happens at a moment. */
function s3With({ before, after }: Moment): S3Client {
  const { s3 } = way.aws;
  const send = async (command: CopyObjectCommand | DeleteObjectCommand) => {
    const isCopy = command instanceof CopyObjectCommand;
    if (!isCopy && !(command instanceof DeleteObjectCommand)) return s3.send(command);
    const act = `${isCopy ? 'copy' : 'delete'}${command.input.Key?.endsWith('.meta.yaml') ? ' sidecar' : ''}`;
    await before?.(act);
    const answer = isCopy ? await s3.send(command) : await s3.send(command);
    await after?.(act);
    return answer;
  };
  return Object.assign(Object.create(s3), { send });
}

const once = (at: string, happening: () => Promise<unknown>) => {
  let happened = false;
  return (act: string) => {
    if (happened || act !== at) return undefined;
    happened = true;
    return happening();
  };
};
const killed = () => Promise.reject(new Error('killed'));

const makePublic = async (key: string, moment: Moment = {}) =>
  correctDocument(await row(key), { visibility: 'public' }, { ...way.aws, s3: s3With(moment), now });

const sweep = () =>
  sweepPending({
    ...way.aws,
    finishMove: (pending) => finishMove(pending, { ...way.aws, s3: s3With({}) }),
    now: () => new Date(Date.now() + 60 * 60_000),
  });

describe('An upload that is deleted while it is read', () => {
  const readWhileDeleted = (key: string) =>
    ingestWith(async (bytes) => {
      await remove(key);
      await ingest(key);
      return read(bytes);
    })(key);

  test('is not found when nothing was known of it', async () => {
    const key = newKey();
    await put(key, 'te vroeg weg');
    await readWhileDeleted(key);
    await index(key);
    expect((await row(key)).state).toBe('removed');
    expect(way.collections.shown.public.has(documentId(key))).toBe(false);
  });

  test('is not found when it had been removed before', async () => {
    const key = newKey();
    await searchable(key);
    await remove(key);
    await ingest(key);
    await put(key, 'terug, en weer weg');
    await readWhileDeleted(key);
    await index(key);
    expect((await row(key)).state).toBe('removed');
    expect(way.collections.shown.public.has(documentId(key))).toBe(false);
  });

  test('is not found when it was being moved', async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await searchable(key);
    await expect(makePublic(key, { after: once('delete', killed) })).rejects.toThrow('killed');
    await readWhileDeleted(target);
    await index(target);
    expect((await row(target)).state).toBe('removed');
    expect(way.collections.shown.public.has(documentId(target))).toBe(false);
  });
});

describe('A document of which nothing is known', () => {
  test('is found when it comes while what the index held of it is taken away', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vindplaats-races-'));
    const open = (name: string) => collection(embeddedEngine(join(folder, `${name}.sqlite`)));
    const real = { public: open('public'), archive: open('archive') };
    const key = newKey();
    const id = documentId(key);
    let hasCome = false;
    const isRebuilding = async () => {
      if (!hasCome) {
        hasCome = true;
        await put(key, 'stuk dat net kwam');
        await ingest(key);
        await pause(5);
      }
      return false;
    };
    await indexDocument(id, { ...way.indexing(), index: real, isRebuilding });
    expect((await row(key)).state).toBe('searchable');
    expect(await real.public.document(id, '')).toMatchObject({ title: 'stuk dat net kwam' });
    await Promise.all([real.public.close(), real.archive.close()]);
    rmSync(folder, { recursive: true });
  });
});

describe('Making public', () => {
  test('is refused when something lies there of which no row is known', async () => {
    const key = newKey('internal');
    await searchable(key, 'van binnen');
    await put(inPublic(key), 'van een ander');
    await expect(makePublic(key)).rejects.toMatchObject({ status: 409 });
    await expect(way.aws.catalogue.get(documentId(inPublic(key)))).resolves.toBeUndefined();
    await expect(textAt(key)).resolves.toBe('van binnen');
    await expect(textAt(inPublic(key))).resolves.toBe('van een ander');
  });

  test('is refused when the upload has gone meanwhile', async () => {
    const key = newKey('internal');
    await searchable(key);
    await remove(key);
    await expect(makePublic(key)).rejects.toMatchObject({ gone: true });
    await expect(way.aws.catalogue.get(documentId(inPublic(key)))).resolves.toBeUndefined();
  });

  test('leaves both where they are when someone is first to put something there', async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await searchable(key, 'van binnen');
    await correct(key, { title: 'Alleen van binnen' });
    const before = once('copy', () => put(target, 'van een ander'));
    await expect(makePublic(key, { before })).rejects.toMatchObject({ status: 409 });
    await expect(textAt(key)).resolves.toBe('van binnen');
    await expect(textAt(target)).resolves.toBe('van een ander');
    for (const place of [key, target]) {
      await ingest(place);
      await index(place);
    }
    expect(await row(target)).toMatchObject({ document: { title: 'van een ander' }, corrections: {} });
    expect(await row(target)).toMatchObject({ movedFrom: null, state: 'searchable', visibility: 'public' });
    expect(await row(key)).toMatchObject({ corrections: { title: 'Alleen van binnen' } });
    expect(way.collections.shown.public.has(documentId(key))).toBe(false);
    expect((await row(target)).pendingSince).toBeUndefined();
  });

  test('keeps what staff hide when it turns out to be the upload of someone else', async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await searchable(key, 'van binnen');
    await expect(makePublic(key, { before: once('copy', killed) })).rejects.toThrow('killed');
    await put(target, 'van een ander');
    await ingest(target);
    await correct(target, { visibility: 'internal' });
    await sweep();
    await ingest(target);
    expect(await row(target)).toMatchObject({ visibility: 'internal', movedFrom: null });
    await expect(textAt(key)).resolves.toBe('van binnen');
  });

  test('leaves a version internal that came after the copy', async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await searchable(key, 'eerste versie');
    const after = once('copy', () => put(key, 'tweede versie'));
    await expect(makePublic(key, { after })).rejects.toMatchObject({ status: 409 });
    for (const place of [key, target]) {
      await ingest(place);
      await index(place);
    }
    expect(way.collections.shown.public.get(documentId(target))?.title).toBe('eerste versie');
    expect(way.collections.shown.public.has(documentId(key))).toBe(false);
    expect(way.collections.shown.archive.get(documentId(key))?.title).toBe('tweede versie');
    await sweep();
    await expect(textAt(key)).resolves.toBe('tweede versie');
  });

  test.each(['copy', 'delete'])('leaves a version internal that comes just before the %s', async (act) => {
    const key = newKey('internal');
    await searchable(key, 'eerste versie');
    const before = once(act, () => put(key, 'tweede versie'));
    await expect(makePublic(key, { before })).rejects.toMatchObject({ status: 409 });
    await expect(textAt(key)).resolves.toBe('tweede versie');
    await expect(textAt(inPublic(key))).resolves.toBe(act === 'copy' ? undefined : 'eerste versie');
  });

  test('leaves a version internal that nobody had read when it was asked for', async () => {
    const key = newKey('internal');
    await searchable(key, 'eerste versie');
    await put(key, 'tweede versie');
    await expect(makePublic(key)).rejects.toMatchObject({ status: 409 });
    await expect(textAt(key)).resolves.toBe('tweede versie');
    await expect(textAt(inPublic(key))).resolves.toBeUndefined();
    await ingest(key);
    expect(await makePublic(key)).toMatchObject({ key: inPublic(key) });
  });

  test('leaves a version internal that was read after staff had looked', async () => {
    const key = newKey('internal');
    await searchable(key, 'eerste versie');
    const seen = await row(key);
    await put(key, 'tweede versie');
    await ingest(key);
    const asked = correctDocument(seen, { visibility: 'public' }, { ...way.aws, now });
    await expect(asked).rejects.toMatchObject({ status: 409 });
    await expect(textAt(key)).resolves.toBe('tweede versie');
  });

  test('leaves a version internal that came before an interrupted move was taken up', async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await searchable(key, 'eerste versie');
    await expect(makePublic(key, { before: once('copy', killed) })).rejects.toThrow('killed');
    await put(key, 'tweede versie');
    await sweep();
    await ingest(key);
    await ingest(target);
    await index(target);
    await expect(textAt(target)).resolves.toBeUndefined();
    expect(await row(key)).toMatchObject({ document: { title: 'tweede versie' }, visibility: 'internal' });
    expect((await row(target)).state).toBe('removed');
    expect((await row(target)).pendingSince).toBeUndefined();
  });

  test('is answered as before when it is asked for again', async () => {
    const key = newKey('internal');
    await searchable(key);
    const source = await row(key);
    for (let time = 0; time < 2; time++) {
      const moved = await correctDocument(source, { visibility: 'public' }, { ...way.aws, now });
      expect(moved.key).toBe(inPublic(key));
    }
  });

  test('marks the copy with what is no metadata of the document', async () => {
    const key = newKey('internal');
    await searchable(key);
    await makePublic(key);
    const { Metadata = {} } = await way.aws.s3.send(
      new HeadObjectCommand({ Bucket: way.aws.bucket, Key: inPublic(key) }),
    );
    expect(Object.keys(Metadata)).toEqual(['moved-from']);
    expect(readObjectMetadata(Metadata)).toEqual({ ...readObjectMetadata({}) });
    await ingest(inPublic(key));
    expect((await row(inPublic(key))).notes).toEqual([]);
  });

  test('looks again at what was moved when it was killed just before that', async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await searchable(key);
    const looks = { send: killed };
    const source = await row(key);
    const on = { ...way.aws, looks, now };
    await expect(correctDocument(source, { visibility: 'public' }, on)).rejects.toThrow('killed');
    const looked: string[] = [];
    await sweepPending({
      ...way.aws,
      finishMove: (pending) =>
        finishMove(pending, {
          ...way.aws,
          looks: { send: async (events) => void looked.push(...events.map((one) => one.detail.object.key)) },
        }),
      now: () => new Date(Date.now() + 60 * 60_000),
    });
    expect(looked).toContain(target);
  });
});

describe('A sidecar', () => {
  test('that hides its upload counts, though it came when the sidecar had been looked for', async () => {
    const key = newKey();
    await put(key, 'nog openbaar');
    const seen = await ingestWith(async (bytes) => {
      await put(sidecarOf(key), 'visibility: internal\n');
      return read(bytes);
    })(key);
    expect(seen).toMatchObject({ visibility: 'internal' });
    await index(key);
    expect(way.collections.shown.public.has(documentId(key))).toBe(false);
  });

  test('moves along, so that its upload is never read without it', async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await put(sidecarOf(key), 'title: Uit de sidecar\n');
    await searchable(key, 'tekst');
    const acts: string[] = [];
    await makePublic(key, { before: async (act) => acts.push(act) });
    expect(acts).toEqual(['copy sidecar', 'copy', 'delete', 'delete sidecar']);
    for (const gone of [key, sidecarOf(key)]) await expect(textAt(gone)).resolves.toBeUndefined();
    await expect(textAt(sidecarOf(target))).resolves.toBe('title: Uit de sidecar\n');
    await ingest(sidecarOf(target));
    await ingest(sidecarOf(key));
    await index(target);
    expect(await row(target)).toMatchObject({
      state: 'searchable',
      visibility: 'public',
      document: { title: 'Uit de sidecar' },
      notes: [],
    });
    expect((await row(key)).state).toBe('removed');
  });

  test.each(['copy sidecar', 'copy', 'delete', 'delete sidecar'])(
    'moves along when the move is killed after "%s"',
    async (act) => {
      const key = newKey('internal');
      const target = inPublic(key);
      await put(sidecarOf(key), 'title: Uit de sidecar\n');
      await searchable(key, 'tekst');
      await expect(makePublic(key, { after: once(act, killed) })).rejects.toThrow('killed');
      await ingest(target);
      await sweep();
      await ingest(target);
      await ingest(key);
      await index(target);
      for (const gone of [key, sidecarOf(key)]) await expect(textAt(gone)).resolves.toBeUndefined();
      expect(await row(target)).toMatchObject({ state: 'searchable', document: { title: 'Uit de sidecar' } });
      expect((await row(target)).pendingSince).toBeUndefined();
    },
  );

  test('moves as it is when it changes during the move', async () => {
    const key = newKey('internal');
    await put(sidecarOf(key), 'title: Eerst\n');
    await searchable(key, 'tekst');
    await makePublic(key, { before: once('copy', () => put(sidecarOf(key), 'visibility: internal\n')) });
    await expect(textAt(sidecarOf(inPublic(key)))).resolves.toBe('visibility: internal\n');
    await expect(textAt(sidecarOf(key))).resolves.toBeUndefined();
  });

  test('that says internal keeps the document from the public, also when nobody had read it yet', async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await searchable(key, 'tekst');
    await put(sidecarOf(key), 'visibility: internal\n');
    expect(await makePublic(key)).toMatchObject({ key: target, visibility: 'internal' });
    await ingest(target);
    await ingest(key);
    await index(target);
    expect(await row(target)).toMatchObject({ state: 'searchable', visibility: 'internal' });
    expect((await row(target)).pendingSince).toBeUndefined();
    expect(way.collections.log).not.toContain('public put');
    expect(way.collections.shown.archive.has(documentId(target))).toBe(true);
    await expect(correct(target, { visibility: 'public' })).rejects.toMatchObject({ status: 409 });
    await remove(sidecarOf(target));
    await ingest(sidecarOf(target));
    await index(target);
    expect(way.collections.shown.public.has(documentId(target))).toBe(true);
  });

  test('that says internal, and was read, makes staff hear that it cannot be made public', async () => {
    const key = newKey('internal');
    await put(sidecarOf(key), 'visibility: internal\n');
    await searchable(key, 'tekst');
    await expect(makePublic(key)).rejects.toMatchObject({ status: 409 });
    await expect(textAt(key)).resolves.toBe('tekst');
  });

  test('does not take the place of another one', async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await put(sidecarOf(key), 'title: Van binnen\n');
    await searchable(key, 'tekst');
    await put(sidecarOf(target), 'title: Van een ander\n');
    await expect(makePublic(key)).rejects.toMatchObject({
      status: 409,
      publicMessage: { en: expect.stringContaining(sidecarOf(target)) },
    });
    await expect(textAt(sidecarOf(target))).resolves.toBe('title: Van een ander\n');
    await expect(textAt(sidecarOf(key))).resolves.toBe('title: Van binnen\n');
  });
});

describe('What staff ask of a document while it is made public', () => {
  const look = async (key: string) => {
    for (const place of [key, inPublic(key)]) {
      await ingest(place);
      await index(place);
    }
  };
  const interrupted = async (moment: Moment) => {
    const key = newKey('internal');
    await searchable(key);
    await expect(makePublic(key, moment)).rejects.toThrow('killed');
    return key;
  };
  const moments: [string, () => Moment][] = [
    ['before the copy', () => ({ before: once('copy', killed) })],
    ['after the copy', () => ({ after: once('copy', killed) })],
    ['after the delete', () => ({ after: once('delete', killed) })],
  ];

  test.each(moments)('keeps it internal when the move was interrupted %s', async (_when, moment) => {
    const key = await interrupted(moment());
    await correct(key, { visibility: 'internal' });
    await sweep();
    await look(key);
    expect(way.collections.log).not.toContain('public put');
    expect(await row(inPublic(key))).toMatchObject({ state: 'searchable', visibility: 'internal' });
  });

  test.each(moments)('deletes it when the move was interrupted %s', async (_when, moment) => {
    const key = await interrupted(moment());
    await removeDocument(await row(key), way.aws);
    await sweep();
    await look(key);
    expect(way.collections.log).not.toContain('public put');
    await expect(textAt(inPublic(key))).resolves.toBeUndefined();
    for (const place of [key, inPublic(key)]) expect((await row(place)).state).toBe('removed');
  });

  test('deletes nothing that someone else put in the place of the copy', async () => {
    const key = await interrupted({ before: once('copy', killed) });
    await put(inPublic(key), 'van een ander');
    await removeDocument(await row(key), way.aws);
    await expect(textAt(inPublic(key))).resolves.toBe('van een ander');
  });

  test.each([
    ['', async () => {}],
    [', and the move was killed right after that', killed],
  ])('is not passed over when it comes just before the new row%s', async (_killed, afterWrite) => {
    const key = newKey('internal');
    await searchable(key);
    await correct(key, { title: 'Van staf', keywords: ['eerst'] });
    const write = way.aws.catalogue.write.bind(way.aws.catalogue);
    const between = once(inPublic(key), () => correct(key, { title: 'Van een collega', keywords: null }));
    way.aws.catalogue.write = async (next, was) => {
      await between(next.key);
      const written = await write(next, was);
      if (next.key === inPublic(key)) await afterWrite();
      return written;
    };
    try {
      await makePublic(key).catch(() => undefined);
    } finally {
      way.aws.catalogue.write = write;
    }
    await sweep();
    await look(key);
    expect((await row(inPublic(key))).corrections).toEqual({ title: 'Van een collega' });
    expect((await row(inPublic(key))).movedFrom?.done).toBe(true);
  });

  test('is done where it is by then when nobody looked yet at the place that it left', async () => {
    const key = newKey('internal');
    await searchable(key);
    await makePublic(key);
    expect(await correct(key, { title: 'Van een collega' })).toMatchObject({ key: inPublic(key) });
    await look(key);
    expect(await row(inPublic(key))).toMatchObject({ corrections: { title: 'Van een collega' } });
  });
});

describe('What staff hide while its move stood still', () => {
  /** The catalogue and S3 of a process that dies just before its call of this number, from 1. */
  const dyingBefore = (last: number) => {
    let calls = 0;
    const call = () => {
      if (++calls >= last) throw new Error('killed');
    };
    const catalogue: typeof way.aws.catalogue = new Proxy(way.aws.catalogue, {
      get: (target, name) => {
        if (name === 'transition') return target.transition.bind(catalogue);
        const method: unknown = Reflect.get(target, name);
        return (...given: unknown[]) => {
          call();
          return typeof method === 'function' ? Reflect.apply(method, target, given) : method;
        };
      },
    });
    const send = (...given: unknown[]) => {
      call();
      return Reflect.apply(way.aws.s3.send, way.aws.s3, given);
    };
    return { ...way.aws, catalogue, s3: Object.assign(Object.create(way.aws.s3), { send }), now };
  };
  const settle = async (key: string) => {
    for (const place of [inPublic(key), key]) {
      await ingest(place);
      await index(place);
    }
  };
  const isHiddenBy = async (key: string) =>
    (await way.aws.catalogue.get(documentId(key)))?.corrections.visibility === 'internal';

  /** More calls than making public takes, so that the last of these kills nothing. */
  const deaths = Array.from({ length: 24 }, (_, n) => n + 1);

  test.each(deaths)('is not public in the end, though the move died before its call %i', async (death) => {
    for (let again = 1, wasKilled = true; wasKilled; again++) {
      const key = newKey('internal');
      const target = inPublic(key);
      await searchable(key);
      const asked = correctDocument(await row(key), { visibility: 'public' }, dyingBefore(death));
      await asked.catch((error) => expect(error).toMatchObject({ message: 'killed' }));
      await ingest(target);
      await index(target);
      const hidden = correctDocument(await row(key), { visibility: 'internal' }, dyingBefore(again));
      wasKilled = await hidden.then(
        () => false,
        () => true,
      );
      const isRecorded = (await isHiddenBy(key)) || (await isHiddenBy(target));
      expect(isRecorded || wasKilled).toBe(true);
      await sweep();
      await settle(key);
      if (isRecorded) expect(way.collections.shown.public.has(documentId(target))).toBe(false);
    }
  });

  test('is not public, though who hid it had read its row before the move began and ended', async () => {
    const key = newKey('internal');
    await searchable(key);
    const read = await row(key);
    await makePublic(key);
    await settle(key);
    expect(way.collections.shown.public.has(documentId(inPublic(key)))).toBe(true);
    const hidden = await correctDocument(read, { visibility: 'internal' }, { ...way.aws, now });
    expect(hidden).toMatchObject({ key: inPublic(key), visibility: 'internal' });
    await settle(key);
    expect(way.collections.shown.public.has(documentId(inPublic(key)))).toBe(false);
  });

  test('is public again when staff ask for that of the place that it moves to', async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await searchable(key);
    await expect(makePublic(key, { before: once('delete', killed) })).rejects.toThrow('killed');
    await ingest(target);
    await correct(key, { visibility: 'internal' });
    expect(await row(target)).toMatchObject({ visibility: 'internal' });
    await correct(target, { visibility: 'public' });
    await sweep();
    await settle(key);
    expect(way.collections.shown.public.has(documentId(target))).toBe(true);
  });
});

describe('The end of a move', () => {
  const interrupted = async () => {
    const key = newKey('internal');
    const target = inPublic(key);
    await searchable(key);
    await expect(makePublic(key, { after: once('delete', killed) })).rejects.toThrow('killed');
    return target;
  };

  test('is not undone by whoever was reading the upload', async () => {
    const target = await interrupted();
    const moving = await row(target);
    let finished = false;
    await ingestWith(async (bytes) => {
      if (!finished) await finishMove(moving, way.aws);
      finished = true;
      return read(bytes);
    })(target);
    expect(await row(target)).toMatchObject({ state: 'kept', movedFrom: { done: true } });
    await index(target);
    expect(await row(target)).toMatchObject({ state: 'searchable', movedFrom: { done: true } });
    expect((await row(target)).pendingSince).toBeUndefined();
  });

  test('is written over the row as it is when someone wrote it meanwhile', async () => {
    const target = await interrupted();
    const moving = await row(target);
    const get = way.aws.catalogue.get.bind(way.aws.catalogue);
    let between = false;
    way.aws.catalogue.get = async (id) => {
      const found = await get(id);
      if (between || id !== moving.id) return found;
      between = true;
      await ingest(target);
      return found;
    };
    try {
      await finishMove(moving, way.aws);
    } finally {
      way.aws.catalogue.get = get;
    }
    expect(await row(target)).toMatchObject({ state: 'kept', movedFrom: { done: true } });
  });

  test('is a revision of its own: searchable again once the index holds that one', async () => {
    const target = await interrupted();
    const moving = await row(target);
    await ingest(target);
    await index(target);
    const shown = await row(target);
    expect(shown).toMatchObject({ state: 'searchable', pendingSince: expect.any(String) });
    await finishMove(moving, way.aws);
    const ended = await row(target);
    expect(ended).toMatchObject({ state: 'kept', pendingSince: shown.pendingSince });
    expect(ended.revision).toBeGreaterThan(shown.revision);
    await index(target);
    expect(await row(target)).toMatchObject({ state: 'searchable', revision: ended.revision });
    expect((await row(target)).pendingSince).toBeUndefined();
    expect(way.collections.shown.public.get(documentId(target))?.revision).toBe(ended.revision);
  });

  test('that comes while the index is busy makes it show the row again', async () => {
    const target = await interrupted();
    const moving = await row(target);
    await ingest(target);
    let ended = false;
    way.collections.afterApply = async () => {
      if (!ended) await finishMove(moving, way.aws);
      ended = true;
    };
    await index(target);
    expect(await row(target)).toMatchObject({ state: 'searchable', movedFrom: { done: true } });
    expect((await row(target)).pendingSince).toBeUndefined();
  });
});
