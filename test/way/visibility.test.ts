/** *Internal* is heard whatever says it and whatever comes first, on the real way from an upload to the index. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCanonical } from '../../functions/ingest-document/metadata.ts';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import { Uploads } from '../../functions/ingest-document/uploads.ts';
import { type Comparison, compareAll } from '../../functions/reconcile-index/compare.ts';
import { documentId } from '../../shared/document.ts';
import { finishMove } from '../../shared/move-upload.ts';
import { isBeside, prefixesBeside, uploadOfSidecar, uploadsOfLookAlike } from '../../shared/sidecar.ts';
import { smallWay } from './small-way.ts';

const way = smallWay();
const { put, remove, ingestWith, index, row, correct } = way;
const ingest = ingestWith((bytes) => readUpload({ bytes, key: 'stuk.md' }));
let count = 0;
const newKey = (name = 'stuk', folder = 'public') => `${folder}/zicht-${++count}-${name}.md`;

const isPublic = async (key: string) => {
  await index(key);
  return way.collections.shown.public.has(documentId(key));
};

const compare = (looked: string[] = []): Promise<Comparison> =>
  compareAll(
    {
      ...way.indexing(),
      uploads: new Uploads(way.aws.s3, way.aws.bucket),
      bucket: way.aws.bucket,
      looks: { send: async (events) => void looked.push(...events.map((one) => one.detail.object.key)) },
    },
    () => undefined,
  );

const text = 'Wij eten elke dinsdag samen in de hal.';
/** Half of the letters composed, half taken apart. */
const halfComposed = (name: string) =>
  Array.from(name.normalize('NFC'), (letter, at) => letter.normalize(at % 2 ? 'NFC' : 'NFD')).join('');

/** How a sidecar's name may be written that is one, with a name that has accents. */
const sidecarNames: readonly ((key: string) => string)[] = [
  (key) => `${key}.meta.yaml`,
  (key) => `${key}.meta.yml`,
  (key) => `${key}.META.YAML`,
  (key) => `${key}.Meta.Json`,
  (key) => `${key}.meta.yaml.txt`,
  (key) => `${key.normalize('NFD')}.meta.yaml`,
  (key) => `${halfComposed(key)}.meta.yml`,
];

describe('A sidecar', () => {
  test('hides its upload in whatever order they come, however its name is spelled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('stuk', 'coöperatie-éénwording', 'één'),
        fc.constantFrom<'NFC' | 'NFD'>('NFC', 'NFD'),
        fc.constantFrom(...sidecarNames),
        fc.boolean(),
        fc.boolean(),
        async (name, form, nameOfSidecar, sidecarFirst, isReadBetween) => {
          const key = newKey(name).normalize(form);
          const sidecar = nameOfSidecar(key);
          const puts = [() => put(key, text), () => put(sidecar, 'visibility: internal\n')];
          if (sidecarFirst) puts.reverse();
          const keys = sidecarFirst ? [sidecar, key] : [key, sidecar];
          for (const [at, act] of puts.entries()) {
            await act();
            if (isReadBetween) await ingest(keys[at] ?? key);
          }
          for (const event of keys) await ingest(event);
          expect(await isPublic(key), sidecar).toBe(false);
          expect(await row(key)).toMatchObject({ key, visibility: 'internal' });
          await remove(sidecar);
          await ingest(sidecar);
          expect(await isPublic(key), sidecar).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('counts beside others, the strictest first, until the last that says internal goes', async () => {
    const key = newKey();
    await put(key, text);
    for (const [suffix, said] of [
      ['.meta.yaml', 'title: Van de eerste\nvisibility: public\n'],
      ['.meta.yml', 'visibility: internal\n'],
      ['.META.JSON', '{"visibility":"internal"}'],
    ] as const) {
      await put(key + suffix, said);
    }
    await ingest(key);
    expect(await row(key)).toMatchObject({ visibility: 'internal', document: { title: 'Van de eerste' } });
    await remove(`${key}.meta.yml`);
    await ingest(`${key}.meta.yml`);
    expect(await isPublic(key)).toBe(false);
    await remove(`${key}.META.JSON`);
    await ingest(`${key}.META.JSON`);
    expect(await isPublic(key)).toBe(true);
  });

  test.each(['.meta.yam', '.mta.yaml', 'meta.yaml', '.meta.yaml1', '-meta.yaml', '.metayaml', '.meta.ymal'])(
    'that is named nearly like one (%s) hides its upload, with a note, until it goes',
    async (suffix) => {
      const key = newKey();
      await put(key, text);
      await ingest(key);
      expect(await isPublic(key)).toBe(true);
      await put(key + suffix, 'title: x\n');
      await ingest(key + suffix);
      expect(await isPublic(key)).toBe(false);
      expect((await row(key)).notes).toMatchObject([{ code: 'sidecar-look-alike' }]);
      await remove(key + suffix);
      await ingest(key + suffix);
      expect(await isPublic(key)).toBe(true);
    },
  );

  test('of an upload is nothing of one whose name is nearly the same', async () => {
    const key = newKey();
    await put(key, text);
    for (const other of [`${key}x.meta.yaml`, `${key}.bak.meta.yaml`, `${key}.txt`, `${key}2`]) {
      await put(other, 'visibility: internal\n');
    }
    await ingest(key);
    expect(await row(key)).toMatchObject({ visibility: 'public', notes: [] });
  });

  test('that is one by now is no document of its own any more', async () => {
    const key = newKey();
    const sidecar = `${key}.meta.yaml.txt`;
    await put(key, text);
    await ingest(key);
    // As it was kept when its name was no sidecar's.
    const own = await row(key);
    await way.aws.catalogue.write({ ...own, id: documentId(sidecar), key: sidecar }, undefined);
    await put(sidecar, 'visibility: internal\n');
    await ingest(sidecar);
    expect((await row(sidecar)).state).toBe('removed');
    expect(await isPublic(key)).toBe(false);
  });

  test('whose event was lost is found by reconciling, whatever its name', async () => {
    for (const nameOfSidecar of [...sidecarNames, (key: string) => `${key}.meta.yam`]) {
      const key = newKey('één');
      await put(key, text);
      await ingest(key);
      await index(key);
      await put(nameOfSidecar(key), 'visibility: internal\n');
      const looked: string[] = [];
      await compare(looked);
      expect(looked, nameOfSidecar(key)).toContain(key);
      await ingest(key);
      expect(await isPublic(key)).toBe(false);
      const again: string[] = [];
      await compare(again);
      expect(again).not.toContain(key);
    }
  });

  test('moves along with its upload, and so do all others', async () => {
    const key = newKey('één', 'internal');
    const target = key.replace('internal/', 'public/');
    const sidecars = ['.meta.yaml', '.meta.yml', '.META.JSON'].map((suffix) => key.normalize('NFD') + suffix);
    await put(key, text);
    for (const sidecar of sidecars) await put(sidecar, '{"title": "Van ernaast"}');
    await ingest(key);
    await correct(key, { visibility: 'public' });
    await ingest(target);
    await ingest(key);
    expect(await isPublic(target)).toBe(true);
    const uploads = new Uploads(way.aws.s3, way.aws.bucket);
    expect(await uploads.listBeside(key)).toEqual([]);
    expect((await uploads.listBeside(target)).map((one) => one.key).sort()).toEqual(
      sidecars.map((sidecar) => sidecar.replace('internal/', 'public/')).sort(),
    );
    expect(await finishMove(await row(target), way.aws)).toEqual({ why: 'moved' });
  });

  test('that says internal under any name keeps its upload from being made public', async () => {
    const key = newKey('stuk', 'internal');
    await put(key, text);
    await put(`${key}.META.YML`, 'visibility: internal\n');
    await ingest(key);
    await expect(correct(key, { visibility: 'public' })).rejects.toMatchObject({ status: 409 });
  });
});

describe('The names of files beside an upload', () => {
  const names = fc.string({
    unit: fc.constantFrom('a', 'é', 'ö', 'ế', 'x\u0302', 'ĳ', ' ', '.'),
    minLength: 1,
  });
  const forms = fc.infiniteStream(fc.constantFrom<'NFC' | 'NFD'>('NFC', 'NFD'));

  test('begin with one of its prefixes, in whatever Unicode form', () => {
    fc.assert(
      fc.property(
        names,
        forms,
        fc.constantFrom('.meta.yaml', '.META.yml', '.meta.yam'),
        (name, form, suffix) => {
          const key = `public/${name}z`;
          const letters = Array.from(key.normalize('NFC'), (letter) => letter.normalize(form.next().value));
          const file = letters.join('') + suffix;
          expect(isBeside(file, key)).toBe(true);
          expect(prefixesBeside(key).some((prefix) => file.startsWith(prefix))).toBe(true);
        },
      ),
    );
  });

  test('tell a sidecar from what looks like one and from other uploads', () => {
    expect(uploadOfSidecar('public/a.pdf.meta.YAML')).toBe('public/a.pdf');
    for (const other of [
      'public/.meta.yaml',
      'public/a.meta.yamlx',
      'public/a.yaml',
      'public/meta.yaml',
      'a.meta',
    ]) {
      expect(uploadOfSidecar(other), other).toBeNull();
    }
    expect(uploadsOfLookAlike('public/a.pdf.meta.yam')).toEqual(['public/a.pdf']);
    for (const other of [
      'public/a.docx.meta.yaml',
      'public/a.meta.html',
      'public/a.pdf',
      'public/meta.yaml',
    ]) {
      expect(uploadsOfLookAlike(other), other).toEqual([]);
    }
  });
});

describe('What is not understood', () => {
  const unclear = `---\nvisibilty: public\n---\n${text}`;

  test('keeps a document internal until staff settle it, for that version only', async () => {
    const key = newKey();
    await put(key, unclear);
    await ingest(key);
    expect(await isPublic(key)).toBe(false);
    const settled = await correct(key, { visibility: 'public' });
    expect(settled).toMatchObject({ visibility: 'public', corrections: {} });
    expect(settled.history.at(-1)).toMatchObject({ what: 'corrected', to: { visibility: 'public' } });
    expect(await isPublic(key)).toBe(true);
    await correct(key, { title: 'Aan tafel' });
    await ingest(key);
    expect(await isPublic(key)).toBe(true);
    await put(key, `${unclear} Ook op woensdag.`);
    await ingest(key);
    expect(await isPublic(key)).toBe(false);
  });

  test.each([
    [
      'its metadata change',
      async (key: string) => {
        const Metadata = { zichtbarheid: 'openbaar' };
        await way.aws.s3.send(
          new PutObjectCommand({ Bucket: way.aws.bucket, Key: key, Body: unclear, Metadata }),
        );
      },
    ],
    ['a sidecar comes', (key: string) => put(`${key}.meta.yml`, 'visibilty: public\n')],
    ['what looks like a sidecar comes', (key: string) => put(`${key}.meta.yam`, 'x')],
  ])('is settled no more when %s', async (_, change) => {
    const key = newKey();
    await put(key, unclear);
    await ingest(key);
    await correct(key, { visibility: 'public' });
    await change(key);
    await ingest(key);
    expect(await isPublic(key)).toBe(false);
    await correct(key, { visibility: 'public' });
    expect(await isPublic(key)).toBe(true);
  });

  test('stays internal where staff say so, and is settled again when they take that back by asking for public', async () => {
    const key = newKey();
    await put(key, unclear);
    await ingest(key);
    await correct(key, { visibility: 'public' });
    await correct(key, { visibility: 'internal' });
    expect(await isPublic(key)).toBe(false);
    await correct(key, { visibility: 'public' });
    expect(await isPublic(key)).toBe(true);
  });

  test('is settled of the version that staff saw, and of no later one', async () => {
    const key = newKey();
    await put(key, unclear);
    await ingest(key);
    const seen = await row(key);
    await put(key, `${unclear} Een andere versie.`);
    await ingest(key);
    const { correctDocument } = await import('../../functions/staff-api/correct-document.ts');
    const now = () => new Date();
    await expect(correctDocument(seen, { visibility: 'public' }, { ...way.aws, now })).rejects.toMatchObject({
      status: 409,
    });
    expect(await isPublic(key)).toBe(false);
  });

  test('is settled by making an upload below internal/ public, too', async () => {
    const key = newKey('stuk', 'internal');
    const target = key.replace('internal/', 'public/');
    await put(key, unclear);
    await put(`${key}.meta.yaml`, 'zichtbarheid: openbaar\n');
    await ingest(key);
    await correct(key, { visibility: 'public' });
    await ingest(target);
    await ingest(key);
    expect(await isPublic(target)).toBe(true);
    await put(target, `${unclear} Ook op woensdag.`);
    await ingest(target);
    expect(await isPublic(target)).toBe(false);
  });

  test('never settles what is understood', async () => {
    const key = newKey();
    await put(key, `---\nvisibilty: public\nvisibility: internal\n---\n${text}`);
    await ingest(key);
    await expect(correct(key, { visibility: 'public' })).rejects.toMatchObject({ status: 409 });
    expect(await isPublic(key)).toBe(false);
  });
});

describe('A document that earlier readers took for public', () => {
  test('leaves the public collection before anything else, and is reported with the reason', async () => {
    const [understood, unclear, other] = [newKey(), newKey(), newKey()];
    await put(understood, `---\nVisibility: public\nvisibility: internal\n---\n${text}`);
    await put(unclear, `---\nzichtbarheid: intern\n---\n${text}`);
    await put(other, text);
    for (const key of [understood, unclear, other]) {
      // As today's readers kept it before: public, from the same version.
      const read = ingestWith(async (bytes) => {
        const reading = await readUpload({ bytes, key: 'stuk.md' });
        return { ...reading, found: reading.found.map(({ visibility: _, ...found }) => found) };
      });
      await read(key);
      const { pendingSince: _, ...kept } = await row(key);
      if (!kept.upload) throw new Error('There is no upload');
      const upload = { ...kept.upload, readerVersion: kept.upload.readerVersion - 1 };
      await way.aws.catalogue.write(
        { ...kept, upload, revision: kept.revision + 1, pendingSince: kept.updatedAt },
        kept,
      );
      expect(await isPublic(key)).toBe(true);
    }
    const looked: string[] = [];
    await compare(looked);
    expect(looked).toEqual(expect.arrayContaining([understood, unclear, other]));
    way.collections.log.length = 0;
    for (const key of [understood, unclear, other]) await ingest(key);
    expect(await isPublic(understood)).toBe(false);
    expect(way.collections.log[0]).toBe('public remove');
    expect(await isPublic(unclear)).toBe(false);
    expect(await isPublic(other)).toBe(true);
    const { becameInternal } = await compare();
    expect(becameInternal?.count).toBe(2);
    expect(becameInternal?.documents).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          key: understood,
          reason: { nl: expect.stringContaining('zegt dat het intern is'), en: expect.anything() },
        }),
        expect.objectContaining({
          key: unclear,
          reason: { nl: expect.stringContaining('“zichtbarheid: intern”'), en: expect.anything() },
        }),
      ]),
    );
    await put(understood, `---\nvisibility: internal\n---\n${text} Nieuw.`);
    await ingest(understood);
    expect((await compare()).becameInternal?.count).toBe(1);
  });
});

test('What a reader hears reaches the canonical document as it was meant', async () => {
  const reading = await readUpload({
    bytes: new TextEncoder().encode(`---\ninternal: yes\n---\n${text}`),
    key: 'a.md',
  });
  expect(toCanonical(reading, [], 'public/a.md').visibility).toBe('internal');
});
