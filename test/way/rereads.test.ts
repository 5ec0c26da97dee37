/** After an upgrade of the readers, every upload is read again: some at a time, the public ones first. */
import { expect, test } from 'vitest';
import { Uploads } from '../../functions/ingest-document/uploads.ts';
import { readerVersion } from '../../functions/ingest-document/was-read.ts';
import { UploadComparison } from '../../functions/reconcile-index/compare-uploads.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { row } from '../catalogue/row.ts';

/** As many uploads as an archive has, of which only the listing and the questions are a stand-in. */
function archive(keys: readonly string[], readBy: number) {
  const rows = new Map<string, DocumentRow>();
  const lastModified = new Date('2026-01-05T10:00:00.000Z');
  for (const key of keys) {
    const upload = {
      ...{ etag: key, metadataHash: key, sidecarEtag: null, sequencer: null, source: null, size: 1 },
      ...{ lastModified: lastModified.toISOString(), readerVersion: readBy },
    };
    const known = row(key);
    rows.set(known.id, { ...known, upload });
  }
  const asked: string[] = [];
  const uploads = Object.assign(Object.create(Uploads.prototype), {
    async *list() {
      for (const key of keys) yield { key, etag: key, lastModified };
    },
    head: async (key: string) => {
      asked.push(key);
      return { etag: key, metadataHash: key };
    },
    listBeside: async () => [],
  });
  const catalogue = { get: async (id: string) => rows.get(id) };
  return { rows, asked, uploads, on: { catalogue, now: () => new Date() } };
}

const keysOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}/stuk-${String(at).padStart(5, '0')}.txt`);

test('2,500 uploads that earlier readers read are looked at in slices, the public ones first', async () => {
  const keys = [...keysOf('internal', 1_000), ...keysOf('public', 1_500)];
  const { rows, asked, uploads, on } = archive(keys, readerVersion - 1);
  const compare = async () => {
    const comparison = await UploadComparison.begin(uploads);
    for (const one of rows.values()) comparison.see(one);
    return comparison.drift(on);
  };
  const left: number[] = [];
  const read: string[] = [];
  for (let slice = 0; slice < 4; slice++) {
    const { drift, rereadsLeft } = await compare();
    left.push(rereadsLeft);
    for (const { key, kind } of drift) {
      expect(kind).toBe('outdated');
      read.push(key);
      const known = [...rows.values()].find((one) => one.key === key);
      if (known?.upload) rows.set(known.id, { ...known, upload: { ...known.upload, readerVersion } });
    }
  }
  expect(left).toEqual([1_500, 500, 0, 0]);
  expect(new Set(read)).toEqual(new Set(keys));
  expect(read.slice(0, 1_500).every((key) => key.startsWith('public/'))).toBe(true);
  // Only what is about to be read again is asked after.
  expect(asked).toHaveLength(keys.length);
});

test('uploads that these readers read are not looked at', async () => {
  const { rows, asked, uploads, on } = archive(keysOf('public', 10), readerVersion);
  const comparison = await UploadComparison.begin(uploads);
  for (const one of rows.values()) comparison.see(one);
  expect(await comparison.drift(on)).toEqual({ drift: [], rereadsLeft: 0 });
  expect(asked).toEqual([]);
});
