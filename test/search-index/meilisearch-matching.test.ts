import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { is, isAnyOf } from '../../search-index/engines/meilisearch/filters.ts';
import { matchingOf } from '../../search-index/engines/meilisearch/matching.ts';
import { readSpelling, spellingValue } from '../../search-index/engines/meilisearch/spellings.ts';
import { termsOf } from '../../search-index/engines/meilisearch/terms.ts';
import { parseQuery, type QueryWord } from '../../search-index/query.ts';
import { boundary } from '../../search-index/words-of-entry.ts';

const word = (text: string, more: Partial<QueryWord> = {}): QueryWord => {
  return { text, written: text, prefix: false, lemmas: [text], runs: [], resembling: [], ...more };
};
const query = (...words: QueryWord[]) => {
  return { words, sufficient: [words.map((_, at) => at)], phrases: [], excluded: [] };
};

describe('What Meilisearch is asked for a query', () => {
  test('a word matches as a lemma, as a part, as written and as what was meant', () => {
    expect(matchingOf(query(word('huizen', { lemmas: ['huis'], resembling: ['huisen'] })))).toEqual({
      filter: '(terms IN ["l:huis", "l:huizen", "l:huisen", "p:huis"] OR forms IN ["huizen.", "huisen."])',
      texts: [''],
    });
  });

  test('only a beginning matches longer forms', () => {
    expect(matchingOf(query(word('tui', { prefix: true }))).filter).toBe(
      '(terms IN ["l:tui", "p:tui"] OR forms = "tui." OR forms STARTS WITH "tui")',
    );
  });

  test('a run matches as neighbours in a text and in one compound; a function word in it only has to be there', () => {
    const runs = [['oudere', 'zorg'], ['wet', 'op', 'zorg'], ['samen']];
    expect(matchingOf(query(word('x', { runs }))).filter).toBe(
      [
        '(terms IN ["l:x", "l:samen", "p:x", "p:samen"]',
        'forms = "x."',
        'terms IN ["r:oudere zorg", "c:oudere zorg"]',
        '(terms IN ["l:wet", "p:wet"] AND terms IN ["l:op", "p:op"] AND terms IN ["l:zorg", "p:zorg"]))',
      ].join(' OR '),
    );
  });

  test('any sufficient set will do, and one that holds another is left out', () => {
    const three = query(word('a'), word('b'), word('c'));
    const of = (letter: string) => `(terms IN ["l:${letter}", "p:${letter}"] OR forms = "${letter}.")`;
    expect(matchingOf({ ...three, sufficient: [[0, 1], [2], [0, 1, 2]] }).filter).toBe(
      `((${of('a')} AND ${of('b')}) OR ${of('c')})`,
    );
    expect(matchingOf({ ...three, sufficient: [[]] }).filter).toBeUndefined();
    expect(matchingOf({ ...three, sufficient: [] }).filter).toBe('state = "nothing"');
  });

  test('a phrase of two content words is a pair, of one word a lemma, and any other the text of the query', () => {
    expect(matchingOf(parseQuery('"moderne zorg"'))).toEqual({
      filter: 'terms IN ["r:modern zorg", "r:moderne zorg"]',
      texts: [''],
    });
    expect(matchingOf(parseQuery('"zorg"')).filter).toBe('(terms = "l:zorg" OR forms = "zorg.")');
    expect(matchingOf(parseQuery('"van de regels" zorg '))).toEqual({
      filter: '(terms IN ["l:zorg", "p:zorg"] OR forms = "zorg.")',
      texts: ['"van de regel"', '"van de regels"'],
    });
  });

  test('what is excluded is not there, or is excluded in the text of the query', () => {
    expect(matchingOf(parseQuery('zorg -tuin "in de tuin" -"met de buren"'))).toEqual({
      filter:
        '((terms IN ["l:zorg", "p:zorg"] OR forms = "zorg.") AND NOT ((terms = "l:tuin" OR forms = "tuin.")))',
      texts: ['"in de tuin" -"met de buur" -"met de buren"'],
    });
  });
});

describe('Terms of a document', () => {
  test('tell pairs of a text from those of a compound, and none runs over a boundary', () => {
    const field = {
      lemmas: `de oud zorg ${boundary} zorg thuis`,
      forms: 'oude zorg thuis',
      parts: `jeugd zorg ${boundary} huis`,
    };
    expect(termsOf([field])).toEqual({
      terms: [
        'r:oud zorg',
        'r:zorg thuis',
        'c:jeugd zorg',
        'l:de',
        'l:oud',
        'l:zorg',
        'l:thuis',
        'p:jeugd',
        'p:huis',
      ],
      forms: ['oude.', 'zorg.', 'thuis.'],
    });
  });
});

describe('Values from outside', () => {
  test('stay one quoted value, whatever they hold', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '\\', '\\"', '"] OR id != "', '\ud800'),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const filter = isAnyOf('theme', values);
        const strings = [...filter.matchAll(/"((?:[^"\\]|\\["\\])*)"/g)].map(([, text = '']) =>
          text.replace(/\\(["\\])/g, '$1'),
        );
        expect(strings).toEqual(values.map((each) => each.toWellFormed()));
        expect(filter.replace(/"(?:[^"\\]|\\["\\])*"/g, '_')).toMatch(/^theme (= _|IN \[_(, _)*\])$/);
      }),
    );
    expect(is('theme', 'a"b\\')).toBe('theme = "a\\"b\\\\"');
  });

  test('a label comes back as it was spelled, and no two spellings are one to Meilisearch', () => {
    const label = fc.string({ unit: 'grapheme', maxLength: 30 });
    const asStored = (text: string) => spellingValue({ facet: 'theme', slug: 's', label: text });
    fc.assert(
      fc.property(label, label, (one, other) => {
        expect(readSpelling(asStored(one))).toEqual({ facet: 'theme', slug: 's', label: one });
        const normal = (text: string) => asStored(text).trim().normalize('NFKD').toLowerCase();
        expect(normal(one) === normal(other)).toBe(one === other);
      }),
    );
    expect(readSpelling('nonsense')).toBeUndefined();
  });
});
