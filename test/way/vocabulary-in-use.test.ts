import { expect, test } from 'vitest';
import { indexEntry } from '../../functions/index-documents/index-entry.ts';
import { Vocabulary } from '../../functions/index-documents/vocabulary.ts';
import { type CanonicalDocument, textOf } from '../../shared/document.ts';
import { row } from '../catalogue/row.ts';
import { linkInProcess } from '../link-in-process.ts';
import { startTestAws } from '../local-aws.ts';

const document: CanonicalDocument = {
  schema: 1,
  kind: 'article',
  language: 'nl',
  title: { value: 'Bezoek', origin: 'text' },
  publishedOn: null,
  summary: null,
  sourceUrl: null,
  series: null,
  themes: null,
  keywords: { value: [{ form: 'line', text: 'Huis Zuid, Wandelen' }], origin: 'text' },
  organisations: null,
  visibility: null,
  passages: [
    {
      anchor: { type: 'section', number: 1, heading: null },
      level: 1,
      blocks: [{ type: 'paragraph', text: 'Met dank aan Zonnehof.' }],
    },
  ],
  notes: [],
};

test('A document is linked to the vocabulary as it is now, and found under every spelling of it', async () => {
  const aws = await startTestAws();
  try {
    const vocabulary = new Vocabulary(aws.catalogue, linkInProcess);
    const before = await indexEntry(row('public/a.txt'), document, await vocabulary.inUse());
    expect(before.organisations).toEqual([]);
    expect(before.keywords.map(({ label }) => label)).toEqual(['Huis Zuid', 'Wandelen']);

    await aws.catalogue.addTerms([
      {
        type: 'organisation',
        slug: 'zuiderhuis',
        label: 'Zuiderhuis',
        aliases: ['Huis Zuid', "'t Zuiderhuis"],
      },
      { type: 'organisation', slug: 'zonnehof', label: 'Zonnehof', aliases: [] },
    ]);
    const after = await indexEntry(row('public/a.txt'), document, await vocabulary.inUse());
    expect(after.organisations).toEqual([
      { slug: 'zuiderhuis', label: 'Zuiderhuis', listed: true },
      { slug: 'zonnehof', label: 'Zonnehof', listed: false },
    ]);
    expect(after.keywords.map(({ label }) => label)).toEqual(['Wandelen']);
    expect(after.alsoNamed).toEqual(['Huis Zuid', "'t Zuiderhuis"]);
  } finally {
    await aws.stop();
  }
});

test('A text without headings goes to the index in pieces that can be read one by one', async () => {
  const texts = Array.from({ length: 40 }, () => 'Niets bijzonders. '.repeat(300).trim());
  const blocks = texts.map((text) => ({ type: 'paragraph' as const, text }));
  const anchor = { type: 'section' as const, number: 1, heading: null };
  const inUse = { link: linkInProcess([]), aliasesOf: () => [] };
  const { passages } = await indexEntry(
    row('public/a.txt'),
    { ...document, passages: [{ anchor, level: 1, blocks }] },
    inUse,
  );
  for (const passage of passages) {
    expect(passage.anchor).toEqual(anchor);
    expect(textOf(passage).length).toBeLessThanOrEqual(30_000);
  }
  expect(passages.flatMap((passage) => passage.blocks)).toEqual(blocks);
});
