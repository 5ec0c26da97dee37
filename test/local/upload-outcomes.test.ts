import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { UploadOutcomes } from '../../local/upload-outcomes.ts';
import { WatchNews } from '../../local/watch-news.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { documentId, type Note } from '../../shared/document.ts';
import { refusalHints } from '../../shared/refusal.ts';
import { versionBeside } from '../../shared/sidecar.ts';
import { lookAgain } from '../../shared/upload-event.ts';

const at = '2026-01-01T00:00:00.000Z';

/** A row of the version `etag` of this upload, with what is said otherwise. */
function rowOf(key: string, etag: string, rest: Partial<DocumentRow> = {}): DocumentRow {
  return {
    id: documentId(key),
    key,
    revision: 1,
    state: 'searchable',
    visibility: 'public',
    wasPublic: true,
    upload: {
      etag,
      size: 1,
      lastModified: at,
      metadataHash: '',
      sidecarEtag: null,
      sequencer: null,
      source: 'watch',
      readerVersion: 1,
    },
    document: null,
    corrections: {},
    refusal: null,
    notes: [],
    history: [],
    movedFrom: null,
    receivedAt: at,
    updatedAt: at,
    ...rest,
  };
}

function followed() {
  const rows = new Map<string, DocumentRow>();
  const looks: string[] = [];
  /** By upload: what lies beside it. */
  const beside = new Map<string, { key: string; etag: string }[]>();
  const outcomes = new UploadOutcomes({
    catalogue: {
      get: async (id) => {
        looks.push(id);
        return rows.get(id);
      },
    },
    uploads: { listBeside: async (key) => beside.get(key) ?? [] },
    onError: (error) => expect.unreachable(String(error)),
  });
  const said: string[] = [];
  const news = new WatchNews((sentence) => said.push(sentence), outcomes);
  vi.useFakeTimers();
  onTestFinished(() => {
    news.stop();
    vi.useRealTimers();
  });
  const handle = outcomes.after(async () => undefined);
  return {
    news,
    said,
    looks,
    outcomes,
    beside,
    /** The row is this from now on, and a message about it was dealt with. */
    async becomes(row: DocumentRow, message: unknown = { id: row.id }) {
      rows.set(row.id, row);
      await handle({ Records: [{ body: JSON.stringify(message) }] });
      await vi.advanceTimersByTimeAsync(0);
    },
    pass: (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds),
  };
}

const note: Note = { code: 'unknown-visibility', message: { nl: 'Intern.', en: 'Kept internal.' } };

describe('the watcher tells what became of', () => {
  test('an upload that is found, and how long it took', async () => {
    const { news, said, becomes, pass } = followed();
    news.uploaded('public/a.md', 'one');
    await pass(400);
    await becomes(rowOf('public/a.md', 'one'));
    await pass(1_000);
    expect(said).toEqual(['Found in 0.4 s: public/a.md']);
  });

  test('an upload that is refused, in the words that import has for it', async () => {
    const { news, said, becomes, pass } = followed();
    news.uploaded('public/a.pdf', 'one');
    const refused = rowOf('public/a.pdf', 'one', { state: 'refused', refusal: 'no-text' });
    await becomes(refused, lookAgain('uploads', 'public/a.pdf'));
    await pass(1_000);
    expect(said).toEqual([`Refused public/a.pdf (no-text): ${refusalHints['no-text'].en}`]);
  });

  test('a document that is found and internal, with the reason', async () => {
    const { news, said, becomes, pass } = followed();
    news.uploaded('public/a.md', 'one');
    await becomes(rowOf('public/a.md', 'one', { notes: [note], visibility: 'internal' }));
    await pass(1_000);
    expect(said).toEqual(['Found in 0.0 s: public/a.md', 'Note on public/a.md: Kept internal.']);
  });

  test('an upload that was given up', async () => {
    const { news, said, becomes, pass } = followed();
    news.uploaded('public/a.md', 'one');
    const failure = { at, step: 'ingest-document', why: 'TypeError', etag: 'one' } as const;
    await becomes(rowOf('public/a.md', 'zero', { failure }));
    await pass(1_000);
    expect(said).toEqual([expect.stringMatching(/^Failed public\/a.md \(TypeError\): .*npm run redrive/)]);
  });

  test('a deletion, once it cannot be found any more', async () => {
    const { news, said, becomes, pass } = followed();
    await becomes(rowOf('public/a.md', 'one'));
    news.removed('public/a.md');
    await becomes(rowOf('public/a.md', 'one', { state: 'removed', upload: null, pendingSince: at }));
    await pass(10_000);
    expect(said).toEqual([]);
    await becomes(rowOf('public/a.md', 'one', { state: 'removed', upload: null }));
    await pass(1_000);
    expect(said).toEqual(['Removed public/a.md']);
  });

  test.each(['public/a.pdf.meta.yaml', 'public/a.pdf.meta.yml'])(
    'the sidecar %s, when its document was read with all that lie beside it',
    async (key) => {
      const { news, said, becomes, pass, beside } = followed();
      const row = rowOf('public/a.pdf', 'one', { notes: [note] });
      const readWith = (sidecarEtag: string | null) => ({
        ...row,
        upload: row.upload && { ...row.upload, sidecarEtag },
      });
      await becomes(row);
      const files = [{ key, etag: 'two' }];
      beside.set('public/a.pdf', files);
      news.uploaded(key, 'two');
      await pass(1_000);
      expect(said).toEqual([`Uploaded ${key}`]);
      await becomes(readWith(versionBeside(files)), lookAgain('uploads', key));
      await pass(1_000);
      expect(said.slice(1)).toEqual([`Applied ${key}`, `Note on ${key}: Kept internal.`]);
      beside.delete('public/a.pdf');
      news.removed(key);
      await pass(10_000);
      expect(said).toHaveLength(3);
      await becomes(readWith(null), lookAgain('uploads', key));
      await pass(1_000);
      expect(said.slice(3)).toEqual([`Removed ${key}`]);
    },
  );
});

test('what takes long is said to be uploaded, and its end is told when it comes', async () => {
  const { news, said, becomes, pass, looks } = followed();
  news.uploaded('public/a.md', 'one');
  await pass(3_600_000);
  expect(said).toEqual(['Uploaded public/a.md']);
  // Nothing is asked again and again meanwhile.
  expect(looks).toHaveLength(1);
  await becomes(rowOf('public/a.md', 'one'));
  await pass(1_000);
  expect(said).toEqual(['Uploaded public/a.md', 'Found in 3600.0 s: public/a.md']);
});

test('the end of an earlier version is not taken for that of a later one', async () => {
  const { news, said, becomes, pass } = followed();
  news.uploaded('public/a.md', 'one');
  news.uploaded('public/a.md', 'two');
  await becomes(rowOf('public/a.md', 'one'));
  await pass(1_000);
  expect(said).toEqual(['Uploaded public/a.md']);
  await becomes(rowOf('public/a.md', 'two'));
  await pass(1_000);
  expect(said).toHaveLength(2);
});

test('many are counted, with some of the refused named', async () => {
  const { news, said, becomes, pass, outcomes } = followed();
  const keys = Array.from({ length: 40 }, (_, number) => `public/${number}.pdf`);
  for (const key of keys) news.uploaded(key, key);
  await pass(1_000);
  expect(said).toEqual(['Uploaded 40 files']);
  for (const [number, key] of keys.entries()) {
    const refused = number % 2 === 0 && { state: 'refused' as const, refusal: 'empty' as const };
    await becomes(rowOf(key, key, refused || {}));
  }
  await pass(5_000);
  expect(said[1]).toBe('Found in 1.0 s: 20 files');
  expect(said.slice(2, 7)).toEqual(
    [0, 2, 4, 6, 8].map((number) => `Refused public/${number}.pdf (empty): ${refusalHints.empty.en}`),
  );
  expect(said.slice(7)).toEqual(['… and 15 more like these, see /archive/uploads.']);
  expect(outcomes.waiting).toBe(0);
});
