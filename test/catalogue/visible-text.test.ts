/** Texts that show nothing: refused or cleaned where they come in, and harmless where an earlier version stored them. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CorrectedUpload } from '../../functions/back-up/backup-format.ts';
import { parseSearch } from '../../functions/searching/search-parameters.ts';
import { correctDocument } from '../../functions/staff-api/correct-document.ts';
import { bucketNames, tableName } from '../../local/aws.ts';
import { withCorrections } from '../../shared/corrections.ts';
import { CanonicalDocument, documentId } from '../../shared/document.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { nameOf } from '../../shared/linking.ts';
import { longestLabel, Term } from '../../shared/vocabulary.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';
import { row } from './row.ts';

let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

const canonical: CanonicalDocument = {
  schema: 1,
  kind: 'article',
  language: 'nl',
  title: { value: 'Zoals gelezen', origin: 'heading' },
  publishedOn: null,
  summary: null,
  sourceUrl: null,
  series: null,
  themes: null,
  keywords: null,
  organisations: null,
  visibility: null,
  passages: [{ anchor: { type: 'section', number: 1, heading: null }, level: 1, blocks: [] }],
  notes: [],
};

const blanks = ['\u3164', '\u00ad', '\u2800', '\u200b\u202e', ' \u2028', '\u0000', '\ud800', '\ufe0f', ''];

describe('a correction', () => {
  const on = () => ({ ...aws, now: () => new Date() });
  const corrected = async (key: string, patch: unknown) => {
    const before = row(key);
    await aws.catalogue.write(before, undefined);
    return (await correctDocument(before, patch, on())).corrections;
  };

  test.each(blanks)('that shows nothing (%j) is refused with what to do', async (blank) => {
    for (const patch of [
      { title: blank },
      { themes: ['Wonen', blank] },
      { keywords: [blank] },
      { organisations: [blank] },
      { series: { label: blank, number: 1 } },
    ]) {
      const refused = await corrected(`public/${JSON.stringify([patch])}.txt`, patch).catch(
        (error: unknown) => error,
      );
      expect(refused).toBeInstanceOf(InvalidInputError);
      expect(refused).toMatchObject({
        status: 400,
        publicMessage: { nl: expect.stringContaining('zichtbaar') },
      });
    }
  });

  test('is cleaned of what shows nothing', async () => {
    const dirty = '\u202eDe\u0000cli\u00ade\u0308nten\ud800raad\u2028 ';
    const clean = 'De cliëntenraad';
    expect(
      await corrected('public/vuil.txt', {
        title: dirty,
        themes: [dirty],
        series: { label: dirty, number: 2 },
      }),
    ).toEqual({ title: clean, themes: [clean], series: { label: clean, number: 2 } });
  });

  test('may name what linking accepts and nothing longer', async () => {
    const longest = 'a'.repeat(longestLabel);
    expect(nameOf(longest)).not.toBeNull();
    expect(await corrected('public/lang.txt', { keywords: [longest] })).toEqual({ keywords: [longest] });
    await expect(corrected('public/langer.txt', { keywords: [`${longest}a`] })).rejects.toThrow(
      InvalidInputError,
    );
    expect(nameOf(`${longest}a`)).toBeNull();
  });
});

describe('what an earlier version stored', () => {
  const stored = {
    title: '\u3164',
    themes: ['\u00ad', 'Wo\u00adnen', 'x'.repeat(300)],
    keywords: [],
    series: { label: '\u2800', number: 1 },
  };

  test('as corrections in a row or a backup parses, and what shows nothing corrects nothing', async () => {
    const key = 'public/oud.txt';
    await DynamoDBDocumentClient.from(aws.dynamodb).send(
      new PutCommand({
        TableName: tableName,
        Item: {
          pk: `document#${documentId(key)}`,
          sk: 'document',
          ...row(key),
          corrections: stored,
          notes: [{ code: 'x', message: { nl: '\u0000“\u202e”', en: '\u3164' } }],
        },
      }),
    );
    const { corrections } = (await aws.catalogue.get(documentId(key))) ?? row(key);
    expect(corrections).toEqual(stored);
    expect(CorrectedUpload.parse({ key, corrections: stored }).corrections).toEqual(stored);
    const document = withCorrections(canonical, corrections);
    expect(document).toEqual({
      ...canonical,
      themes: { value: ['Wonen', 'x'.repeat(300)].map((text) => ({ form: 'label', text })), origin: 'staff' },
      keywords: { value: [], origin: 'staff' },
    });
    expect(CanonicalDocument.parse(document)).toEqual(document);
  });

  test('as a canonical document is read as it shows', async () => {
    const text = (value: string) => ({ value, origin: 'sidecar' });
    const anchor = (number: number, heading: string | null) => ({ type: 'section', number, heading });
    const old = {
      schema: 1,
      kind: 'article',
      language: 'nl',
      title: text('\u3164'),
      publishedOn: null,
      summary: text('\u00ad'),
      sourceUrl: null,
      series: text('x'),
      themes: { value: [{ form: 'label', text: '\u2800' }], origin: 'sidecar' },
      keywords: { value: [{ form: 'line', text: '\u200b, zo\u00adrg' }], origin: 'sidecar' },
      organisations: null,
      visibility: null,
      passages: [
        { anchor: anchor(1, '\u3164'), level: 1, blocks: [{ type: 'item', text: '\u00ad' }] },
        {
          anchor: anchor(2, 'Ko\u00adp'),
          level: 1,
          blocks: [
            { type: 'row', text: 'Een\u2028rij' },
            { type: 'code', text: '  a\u200b\n' },
          ],
        },
      ],
      notes: [{ code: 'x', message: { nl: 'Let\u0000op', en: 'Mind' } }],
    };
    const keep = async (hash: string, document: unknown) => {
      const id = documentId(hash);
      const Body = JSON.stringify(document);
      await aws.s3.send(
        new PutObjectCommand({ Bucket: bucketNames.documents, Key: `${id}/${hash}.json`, Body }),
      );
      return aws.documents.get(id, hash);
    };
    const document = await keep('a'.repeat(32), {
      ...old,
      series: { value: { label: '\uffa0', number: 3 }, origin: 'text' },
    });
    expect(document).toMatchObject({
      title: { value: 'Zonder titel' },
      summary: null,
      series: null,
      themes: null,
      keywords: { value: [{ form: 'line', text: ', zorg' }] },
      passages: [
        {
          anchor: { number: 2, heading: 'Kop' },
          blocks: [
            { type: 'row', text: 'Een rij' },
            { type: 'code', text: '  a' },
          ],
        },
      ],
      notes: [{ message: { nl: 'Let op' } }],
    });
    expect(CanonicalDocument.parse(document)).toEqual(document);
    const empty = await keep('b'.repeat(32), { ...old, series: null, passages: old.passages.slice(0, 1) });
    expect(CanonicalDocument.parse(empty)).toEqual(empty);
  });
});

test('a term that shows nothing is refused, and one that was stored goes by its slug', async () => {
  const term = { type: 'theme', slug: 'wonen', label: 'Wo\u00adnen', aliases: ['Huis\u200bvesting'] };
  expect(Term.parse(term)).toMatchObject({ label: 'Wonen', aliases: ['Huisvesting'] });
  for (const blank of blanks) {
    expect(Term.safeParse({ ...term, label: blank }).success).toBe(false);
    expect(Term.safeParse({ ...term, aliases: [blank] }).success).toBe(false);
  }
  await DynamoDBDocumentClient.from(aws.dynamodb).send(
    new PutCommand({
      TableName: tableName,
      Item: { pk: 'vocabulary', sk: 'theme#wonen', ...term, label: '\u3164', aliases: ['\u00ad', 'Huis'] },
    }),
  );
  expect(await aws.catalogue.terms()).toContainEqual({
    type: 'theme',
    slug: 'wonen',
    label: 'wonen',
    aliases: ['Huis'],
  });
});

test('a query that shows nothing browses, and the signs of another are not echoed', () => {
  expect(parseSearch(new URLSearchParams({ q: '\u00ad\u3164\u202e' })).q).toBe('');
  expect(parseSearch(new URLSearchParams({ q: 'ver\u00adpleeg\u200bhuis\u2028' })).q).toBe('verpleeghuis ');
});
