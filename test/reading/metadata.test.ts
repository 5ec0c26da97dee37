import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { titleOfFile, toCanonical } from '../../functions/ingest-document/metadata.ts';
import { decodeHeader, readObjectMetadata } from '../../functions/ingest-document/object-metadata.ts';
import { publicationDate } from '../../functions/ingest-document/publication-date.ts';
import { seriesInTitle } from '../../functions/ingest-document/series.ts';
import { CanonicalDocument, type Found, type Reading } from '../../shared/document.ts';
import { read, today } from './read.ts';

const reading = (...found: Found[]): Reading => ({
  kind: 'article',
  language: 'nl',
  found,
  passages: [{ anchor: { type: 'section', number: 1, heading: null }, level: 1, blocks: [] }],
  notes: [],
});

describe('of what several sources say', () => {
  test('a title without end is none, for the row that names it has an end', () => {
    const endless: Found = { origin: 'front-matter', title: 'woord '.repeat(80_000) };
    const document = toCanonical(
      reading(endless, { origin: 'heading', title: 'Kop' }),
      [],
      'public/x.txt',
      today,
    );
    expect(document.title).toEqual({ value: 'Kop', origin: 'heading' });
  });

  test('a summary without end is cut between words, an address without end is none, and so is a series', () => {
    const endless: Found = {
      origin: 'property',
      summary: 'woord '.repeat(800_000),
      sourceUrl: `https://voorbeeld.nl/${'x'.repeat(100_000)}`,
      series: { label: 'Nieuws '.repeat(10_000), number: 1 },
    };
    const known: Found = {
      origin: 'text',
      sourceUrl: 'https://voorbeeld.nl/a',
      series: { label: 'Brief', number: 2 },
    };
    const document = toCanonical(reading(endless, known), [], 'public/x.txt', today);
    expect(document.summary?.value).toMatch(/^(woord )+…$/);
    expect(document.summary?.value.length).toBeLessThan(3_000);
    expect(document.sourceUrl?.value).toBe('https://voorbeeld.nl/a');
    expect(document.series?.value).toEqual({ label: 'Brief', number: 2 });
  });

  test('the most trusted wins, value by value, whatever their order', () => {
    const found: Found[] = [
      { origin: 'derived', title: 'afgeleid', summary: 'afgeleid' },
      { origin: 'text', title: 'tekst', publishedOn: '2020-01-01' },
      { origin: 'front-matter', publishedOn: '2020-02-02' },
    ];
    const extra: Found[] = [
      { origin: 'sidecar', title: 'ernaast' },
      { origin: 'object-metadata', themes: [{ form: 'line', text: 'a, b' }] },
    ];
    const document = toCanonical(reading(...found), extra, 'public/x.txt', today);
    expect(document).toMatchObject({
      title: { value: 'ernaast', origin: 'sidecar' },
      publishedOn: { value: '2020-02-02', origin: 'front-matter' },
      summary: { value: 'afgeleid', origin: 'derived' },
      themes: { origin: 'object-metadata' },
    });
    expect(toCanonical(reading(...found.toReversed()), extra.toReversed(), 'public/x.txt', today)).toEqual(
      document,
    );
    expect(CanonicalDocument.parse(document)).toEqual(document);
  });

  test('the strictest visibility counts, and none where none is given', () => {
    const visibility = (...given: ('public' | 'internal')[]) =>
      toCanonical(
        reading(
          ...given.map(
            (value): Found => ({ origin: 'front-matter', visibility: [{ name: 'visibility', value }] }),
          ),
        ),
        [],
        'x',
        today,
      ).visibility;
    expect(visibility('public', 'internal')).toBe('internal');
    expect(visibility('public')).toBe('public');
    expect(visibility()).toBeNull();
  });

  test('a title that tells nothing is passed over', () => {
    const title = (...found: Found[]) =>
      toCanonical(reading(...found), [], 'public/jaarverslag-2020_def.txt', today).title;
    expect(title({ origin: 'front-matter', title: '.txt' }, { origin: 'text', title: '—' })).toEqual({
      value: 'jaarverslag 2020 def',
      origin: 'file-name',
    });
    expect(
      title({ origin: 'property', title: 'Presentatie1' }, { origin: 'derived', title: 'Wij eten.' }).value,
    ).toBe('Wij eten.');
  });

  test('a date out of bounds is not taken from anyone', () => {
    expect(
      toCanonical(reading({ origin: 'property', publishedOn: '2099-01-01' }), [], 'x', today).publishedOn,
    ).toBeNull();
  });

  test('the series is the one named, else the one in a title that was written as such', () => {
    const series = (...found: Found[]) => toCanonical(reading(...found), [], 'x', today).series;
    expect(series({ origin: 'heading', title: 'Tafelbrief 4' })).toEqual({
      value: { label: 'Tafelbrief', number: 4 },
      origin: 'heading',
    });
    expect(series({ origin: 'derived', title: 'Tafelbrief 4' })).toBeNull();
    expect(
      series({ origin: 'front-matter', title: 'Tafelbrief 4', series: { label: 'Menu', number: 1 } })?.value
        .label,
    ).toBe('Menu');
  });
});

test.each([
  ['public/2020/jaarverslag-2020_def.txt', 'jaarverslag 2020 def'],
  ['public/Verslag%20overleg.v2.docx', 'Verslag overleg.v2'],
  ['internal/notulen v1.2', 'notulen v1.2'],
  ['public/.txt', 'Zonder titel'],
  ['public/---.md', 'Zonder titel'],
  ['public/een - twee.md', 'een - twee'],
])('the file %s is called %s', (key, title) => {
  expect(titleOfFile(key)).toBe(title);
});

describe('the series in a title', () => {
  test.each([
    ['Wetenswaardigheden #14: januari t/m maart ‘21', 'Wetenswaardigheden', 14],
    ['Zicht op vernieuwing 4', 'Zicht op vernieuwing', 4],
    ['Zicht op vernieuwing 4: moed', 'Zicht op vernieuwing', 4],
    ['Nieuwsbrief nr. 3 (2021)', 'Nieuwsbrief', 3],
    ['Nieuwsbrief 12', 'Nieuwsbrief', 12],
    ['Nieuwsbrief, nummer 7 – zomer', 'Nieuwsbrief', 7],
    ['Nieuwsbrief 2021 nr 2', 'Nieuwsbrief', 2],
    ['Zorgkrant | editie 5', 'Zorgkrant', 5],
    ['Leren van elkaar, deel 2', 'Leren van elkaar', 2],
  ])('%s is %s, number %i', (title, label, number) => {
    expect(seriesInTitle(title)).toEqual({ label, number });
  });

  test.each([
    'Thuis in 2030',
    'Top 10',
    'Corona 2021',
    'Nieuwsbrief 2021',
    'Nieuwsbrief 12 maart 2021',
    'Jaarverslag 2019-2020',
    'Verslag bijeenkomst 3',
    'Mevrouw De Wit wordt 90',
    'Groep 8',
    'Covid-19',
    'Onze #1 in zorg',
    'Samen aan tafel',
    '#14',
    '12',
  ])('%s has none', (title) => {
    expect(seriesInTitle(title)).toBeNull();
  });
});

describe('dates', () => {
  test.each([
    ['15 april 2021', '2021-04-15'],
    ['12 mrt. 2021', '2021-03-12'],
    ['1 sept 2020', '2020-09-01'],
    ['vrijdag 5 februari 2021', '2021-02-05'],
    ['maart 2021', '2021-03'],
    ['29 februari 2020', '2020-02-29'],
    ['15 April 2021', '2021-04-15'],
    ['April 15, 2021', '2021-04-15'],
    ['15-4-2021', '2021-04-15'],
    ['15.04.2021', '2021-04-15'],
    ['2021-04-15', '2021-04-15'],
  ])('%s is %s', (text, date) => {
    expect(publicationDate(text, today)).toBe(date);
  });

  test.each([
    '29 februari 2021',
    '15-04-21',
    '04-15-2021',
    '2021',
    '1234567890',
    '15 apriel 2021',
    '15 m 2021',
    '2021-13',
    '1899-12-31',
    '2026-06-02',
    '2026-07',
    'op 15 april 2021',
    '15-04/2021',
    '',
  ])('%s is none', (text) => {
    expect(publicationDate(text, today)).toBeNull();
  });
});

describe('object metadata', () => {
  test('is read by its names, as S3 returns it', async () => {
    const extra = readObjectMetadata(
      {
        title: '=?UTF-8?B?QWFuIMOpw6luIHRhZmVs?=',
        date: '2021-04-15',
        themes: '=?UTF-8?Q?Eten_en_drinken,_Caf=C3=A9?=',
        'x-amz-meta-organisations': "'t Huis",
        series: 'Tafelbrief 3',
        visibility: 'internal',
        url: 'https://voorbeeld.nl/',
        source: 'watch',
      },
      today,
    );
    expect(await read('Wij eten samen.', 'public/a.txt', [extra])).toMatchObject({
      title: { value: 'Aan één tafel', origin: 'object-metadata' },
      publishedOn: { value: '2021-04-15' },
      themes: { value: [{ form: 'line', text: 'Eten en drinken, Café' }] },
      organisations: { value: [{ text: "'t Huis" }] },
      series: { value: { label: 'Tafelbrief', number: 3 } },
      sourceUrl: { value: 'https://voorbeeld.nl/' },
      visibility: 'internal',
      notes: [],
    });
  });

  test('an unknown visibility is internal, with a note in the document', async () => {
    const extra = readObjectMetadata({ visibility: 'geheim' }, today);
    const document = await read('Wij eten samen.', 'public/a.txt', [extra]);
    expect(document.visibility).toBe('internal');
    expect(document.notes.map(({ code }) => code)).toEqual(['unknown-visibility']);
  });

  test.each([
    ['=?utf-8?q?caf=C3=A9?= =?UTF-8?Q?_open?=', 'café open'],
    ['=?UTF-8?Q?caf=C3?= =?UTF-8?Q?=A9?=', 'café'],
    ['=?ISO-8859-1?Q?caf=E9?=', 'café'],
    ['=?x-onbekend?Q?caf=C3=A9?=', 'café'],
    ['caf\u00c3\u00a9', 'café'],
    ['caf\u00e9', 'café'],
    ['gewoon =?niet? tekst', 'gewoon =?niet? tekst'],
  ])('%s is %s', (header, text) => {
    expect(decodeHeader(header)).toBe(text);
  });

  test('any value is decoded without a fault', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => typeof decodeHeader(value) === 'string'));
  });
});
