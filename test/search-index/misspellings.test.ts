import { describe, expect, test } from 'vitest';
import { corrected, misspellingOf } from '../../search-index/misspellings.ts';
import type { Hit } from '../../search-index/search-index.ts';

describe('A misspelling', () => {
  test.each([
    ['huis', undefined],
    ['stoel', 1],
    ['rolstoel', 1],
    ['rolstoele', 2],
    ['ĳĳĳĳĳ', 1],
    ['covid19', undefined],
  ])('may have errors by its length, none beside a digit: %s %s', (text, errors) => {
    expect(misspellingOf({ text, prefix: false })?.errors).toBe(errors);
  });
});

describe('A corrected query', () => {
  const hit = (title: string): Hit => ({
    id: '',
    title,
    titleParts: [
      ['Over de ', false],
      [title, true],
    ],
    titleOrigin: 'heading',
    kind: 'article',
    publishedOn: null,
    visibility: 'public',
    summary: null,
    themes: [],
    keywords: [],
    organisations: [],
    series: null,
    upload: '',
    sourceUrl: null,
    missing: [],
    isLong: false,
    passages: [],
  });

  test.each([
    ['zorg clientenrad nu', 'clientenrad', 'clientenraad', 'Cliëntenraad', 'zorg cliëntenraad nu'],
    ['Brentanno', 'Brentanno', 'brentano', 'BRENTANO', 'BRENTANO'],
    ['brentanno', 'brentanno', 'brentano', 'Iets anders', 'brentano'],
    ['a$1bbb', 'a$1bbb', 'x', 'Iets', 'x'],
  ])(
    'spells the word as the documents do, in the reader’s capitals: %s',
    (q, written, form, title, expected) => {
      expect(corrected(q, written, form, [hit(title)])).toBe(expected);
    },
  );
});
