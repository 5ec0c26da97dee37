/** Putting staff's work back, piece by piece: what it may change, what it leaves alone, and that it can be repeated. */
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backUp } from '../../functions/back-up/back-up.ts';
import {
  BadBackupError,
  backupLines,
  readBackup,
  type StaffWork,
} from '../../functions/back-up/backup-format.ts';
import { linkAgain } from '../../functions/back-up/link-again.ts';
import { restoreCorrections } from '../../functions/back-up/restore-corrections.ts';
import { restoreTerms } from '../../functions/back-up/restore-terms.ts';
import { tableName } from '../../local/aws.ts';
import { replaceTermsOf } from '../../shared/catalogue/replace-terms.ts';
import type { Corrections } from '../../shared/corrections.ts';
import { documentId } from '../../shared/document.ts';
import type { Term } from '../../shared/vocabulary.ts';
import { row } from '../catalogue/row.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';

const takenAt = '2024-05-02T03:00:00.000Z';
const before = '2024-05-01T12:00:00.000Z';
const after = '2024-05-03T12:00:00.000Z';

let aws: TestAws;
let count = 0;
let sent: string[] = [];

beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());
beforeEach(() => {
  sent = [];
});

const newKey = (prefix: 'public' | 'internal' = 'public') => `${prefix}/stuk-${++count}.txt`;

const restore = (key: string, corrections: Corrections, overwrite = false) =>
  restoreCorrections(
    { key, corrections },
    { takenAt, overwrite },
    {
      catalogue: aws.catalogue,
      changes: { send: async (messages) => void sent.push(...messages.map(({ id }) => id)) },
      now: () => new Date(),
    },
  );

const searchable = { state: 'searchable', wasPublic: true } as const;
const document = {
  hash: 'h',
  kind: 'article',
  title: 'Zoals gelezen',
  publishedOn: null,
  visibility: null,
} as const;

async function present(key: string, more: Parameters<typeof row>[1] = {}) {
  const { pendingSince: _none, ...shown } = row(key, { ...searchable, document, ...more });
  await aws.catalogue.write(shown, undefined);
}

const read = async (key: string) =>
  (await aws.catalogue.get(documentId(key))) ?? expect.fail(`no row for ${key}`);

describe('The corrections of a document', () => {
  test('come back, and it is shown again with them', async () => {
    const key = newKey();
    await present(key);
    expect(await restore(key, { title: 'Van de redactie', visibility: 'internal' })).toBe('restored');
    expect(await read(key)).toMatchObject({
      corrections: { title: 'Van de redactie', visibility: 'internal' },
      visibility: 'internal',
      state: 'kept',
      pendingSince: expect.any(String),
    });
    expect(sent).toEqual([documentId(key)]);
  });

  test('that are there already are not written again', async () => {
    const key = newKey();
    await present(key);
    await restore(key, { title: 'Van de redactie' });
    const once = await read(key);
    expect(await restore(key, { title: 'Van de redactie' })).toBe('unchanged');
    expect(await read(key)).toEqual(once);
  });

  test('cannot make public what lies below internal', async () => {
    const key = newKey('internal');
    await present(key, { visibility: 'internal', wasPublic: false });
    await restore(key, { title: 'Van de redactie' });
    expect(await read(key)).toMatchObject({ visibility: 'internal', wasPublic: false });
  });

  test.each([
    [
      'made since',
      { corrections: { title: 'Nieuwer' }, history: [{ at: after, what: 'corrected' as const }] },
      'kept',
    ],
    ['holds, whenever they made it', { corrections: { title: 'Anders' } }, 'kept'],
    ['took back since', { history: [{ at: after, what: 'corrected' as const }] }, 'kept'],
    ['took back before', { history: [{ at: before, what: 'corrected' as const }] }, 'restored'],
  ])('give way to what staff %s', async (_when, more, outcome) => {
    const key = newKey();
    await present(key, more);
    const held = (await read(key)).corrections;
    expect(await restore(key, { title: 'Uit de kopie' })).toBe(outcome);
    expect((await read(key)).corrections).toEqual(outcome === 'kept' ? held : { title: 'Uit de kopie' });
    await restore(key, { title: 'Uit de kopie' }, true);
    expect((await read(key)).corrections).toEqual({ title: 'Uit de kopie' });
  });

  test('wait for an upload that is not there, without anything to be shown', async () => {
    const key = newKey();
    expect(await restore(key, { title: 'Van de redactie', visibility: 'internal' })).toBe('waiting');
    const waiting = await read(key);
    expect(waiting).toMatchObject({ state: 'removed', corrections: { title: 'Van de redactie' } });
    expect(waiting.pendingSince).toBeUndefined();
    expect(await restore(key, { title: 'Van de redactie', visibility: 'internal' })).toBe('waiting');
    expect(await read(key)).toEqual(waiting);
    expect(sent).toEqual([]);
  });
});

describe('The vocabulary', () => {
  const term = (slug: string, more: Partial<Term> = {}): Term => ({
    type: 'organisation',
    slug,
    label: slug,
    aliases: [],
    ...more,
  });
  const seed = [term('zaad'), term('zaad-twee'), term('zaad-drie')];
  let table: Term[];
  const put = (terms: readonly Term[], overwrite = false) =>
    restoreTerms(
      terms,
      { overwrite },
      {
        catalogue: { terms: async () => table },
        replaceTerms: async ({ put: wanted, remove }) => {
          const replaced = [...wanted, ...remove].map(({ slug }) => slug);
          table = [...table.filter(({ slug }) => !replaced.includes(slug)), ...wanted];
        },
        seed,
      },
    );
  const slugs = () => table.map(({ slug }) => slug).sort();

  test('that nobody touched becomes what the backup says, also where staff took a term away', async () => {
    table = [...seed];
    const backedUp = [term('zaad', { aliases: ['Zaadje'] }), term('zaad-twee'), term('eigen')];
    expect(await put(backedUp)).toEqual({ restored: 3, unchanged: 1, kept: [] });
    expect(slugs()).toEqual(['eigen', 'zaad', 'zaad-twee']);
    expect(await put(backedUp)).toEqual({ restored: 0, unchanged: 3, kept: [] });
  });

  test('keeps what staff made since, unless it is to be overwritten', async () => {
    table = [term('zaad', { aliases: ['Nieuwer'] }), term('nieuw')];
    const backedUp = [term('zaad', { aliases: ['Zaadje'] })];
    expect(await put(backedUp)).toEqual({
      restored: 0,
      unchanged: 0,
      kept: [
        { type: 'organisation', label: 'zaad' },
        { type: 'organisation', label: 'nieuw' },
      ],
    });
    expect(slugs()).toEqual(['nieuw', 'zaad']);
    expect(await put(backedUp, true)).toMatchObject({ restored: 2, kept: [] });
    expect(table).toEqual(backedUp);
  });

  test('is read anew by every worker, also when an earlier try ended before it said so', async () => {
    const replaceTerms = replaceTermsOf(aws.dynamodb, tableName);
    const version = await aws.catalogue.vocabularyVersion();
    await replaceTerms({ put: [term('nieuw', { common: true })], remove: [] });
    expect(await aws.catalogue.terms()).toContainEqual(term('nieuw', { common: true }));
    await replaceTerms({ put: [], remove: [term('nieuw')] });
    expect(await aws.catalogue.terms()).toEqual([]);
    await replaceTerms({ put: [], remove: [] });
    expect(await aws.catalogue.vocabularyVersion()).toBe(version + 3);
  });

  test('is what every document is linked to again, of which none is lost when the messages are', async () => {
    const key = newKey();
    await present(key);
    const on = { catalogue: aws.catalogue, changes: { send: async () => {} }, now: () => new Date() };
    let next: string | null = null;
    do ({ next } = await linkAgain(next, on));
    while (next !== null);
    expect(await read(key)).toMatchObject({ state: 'kept', pendingSince: expect.any(String) });
  });
});

describe('A backup', () => {
  const work: StaffWork = {
    takenAt,
    terms: [
      { slug: 'b', type: 'theme', aliases: [], label: 'B' },
      { type: 'organisation', slug: 'z', label: 'Z', aliases: ['Zet'], common: true },
    ],
    corrections: [
      { key: 'public/b.txt', corrections: { visibility: 'internal', title: 'Titel\nmet regel' } },
      { key: 'internal/a.txt', corrections: { keywords: ['één'] } },
    ],
  };
  const lines = [...backupLines(work)];
  const fromLines = (texts: readonly string[]) => readBackup(asyncOf(texts.map((text) => text.trimEnd())));

  test('reads as it was written', async () => {
    const { terms, corrections, takenAt: when } = await fromLines(lines);
    expect(when).toBe(takenAt);
    expect(new Set(terms)).toEqual(new Set(work.terms));
    expect(new Set(corrections)).toEqual(new Set(work.corrections));
  });

  test('is the same whatever order things were found in', () => {
    const turned = { ...work, terms: work.terms.toReversed(), corrections: work.corrections.toReversed() };
    expect([...backupLines(turned)]).toEqual(lines);
    expect(lines[2]).toBe('{"type":"term","term":{"type":"theme","slug":"b","label":"B","aliases":[]}}\n');
  });

  test.each([
    ['was cut off', lines.slice(0, -1), /not whole/],
    ['lacks a line', lines.toSpliced(2, 1), /not whole/],
    ['is something else', ['{"type":"Feature"}'], /not a line of a backup/],
    ['is a document', ['Geachte bewoners,'], /not JSON/],
    ['comes from a later version', ['{"type":"vindplaats-backup","schema":2}'], /later version/],
    ['is two in one', [...lines, ...lines], /after the end/],
    ['has no beginning', lines.slice(1), /not a backup/],
  ])('that %s is not restored', async (_what, texts, why) => {
    const reading = fromLines(texts);
    await expect(reading).rejects.toThrow(BadBackupError);
    await expect(reading).rejects.toThrow(why);
  });

  test('of the day is in the bucket, whole, and is the latest', async () => {
    await aws.s3.send(new CreateBucketCommand({ Bucket: 'backups' }));
    const key = newKey();
    await present(key, { corrections: { title: 'Bewaard' } });
    await present(newKey());
    const written = await backUp({ ...aws, bucket: 'backups', now: () => new Date(after) });
    expect(written.key).toBe('backups/2024-05-03.jsonl');
    const textOf = async (Key: string) =>
      (await aws.s3.send(new GetObjectCommand({ Bucket: 'backups', Key }))).Body?.transformToString() ?? '';
    const text = await textOf(written.key);
    expect(await textOf('backups/latest.jsonl')).toBe(text);
    const read = await fromLines(text.trimEnd().split('\n'));
    expect(read.takenAt).toBe(after);
    expect(read.corrections).toContainEqual({ key, corrections: { title: 'Bewaard' } });
    expect(read.corrections.length).toBe(written.corrections);
  });
});

async function* asyncOf<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
