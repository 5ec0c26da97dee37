import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { is, isAnyOf } from '../../search-index/engines/meilisearch/filters.ts';
import { matchingOf } from '../../search-index/engines/meilisearch/matching.ts';
import { readSpellings, spellingValues } from '../../search-index/engines/meilisearch/spellings.ts';
import {
  compoundTerm,
  formTerm,
  lemmaTerm,
  pairTerm,
  termsOf,
} from '../../search-index/engines/meilisearch/terms.ts';
import { parseQuery, type QueryWord } from '../../search-index/query.ts';
import { beginningOf } from '../../search-index/tokens.ts';
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
    const label = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
      fc.string({ unit: 'binary', minLength: 150, maxLength: 200 }).map((text) => text.toWellFormed()),
      fc.string({ unit: fc.constantFrom('A', 'É'), minLength: 80, maxLength: 200 }),
    );
    const slug = fc.constantFrom('s', 's'.repeat(200));
    const asStored = (name: string, text: string) =>
      spellingValues({ facet: 'organisation', slug: name, label: text });
    const normal = (value: string) => value.trim().normalize('NFKD').toLowerCase();
    fc.assert(
      fc.property(slug, label, label, (name, one, other) => {
        const values = asStored(name, one);
        for (const value of values) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(468);
        const counted = Object.fromEntries(values.map((value) => [value, 3]));
        const spelling = { facet: 'organisation', slug: name, label: one, count: 3 };
        expect(readSpellings(counted)).toEqual([spelling]);
        const [ofOne, ofOther] = [values, asStored(name, other)].map((each) =>
          each.map(normal).sort().join(),
        );
        expect(ofOne === ofOther).toBe(one === other);
      }),
    );
    expect(readSpellings({ nonsense: 1 })).toEqual([]);
  });

  test('words that begin alike are told apart however long they are, and none is longer than is stored', () => {
    const letter = fc.constantFrom('a', 'я', '漢', '𐍈');
    const text = fc
      .tuple(letter, fc.integer({ min: 1, max: 6_000 }))
      .map(([unit, times]) => unit.repeat(times));
    fc.assert(
      fc.property(text, text, fc.constantFrom('', 'x', 'y'), (one, other, end) => {
        for (const value of [lemmaTerm(one), formTerm(one), pairTerm(one, other), compoundTerm(one, other)]) {
          expect(Buffer.byteLength(value)).toBeLessThanOrEqual(468);
        }
        const longer = one + end;
        expect(formTerm(longer) === formTerm(one)).toBe(longer === one);
        expect(pairTerm(longer, other) === pairTerm(one, other)).toBe(longer === one);
        // Who asks for a beginning finds all that begin so.
        expect(formTerm(one).startsWith(beginningOf(one))).toBe(true);
      }),
    );
  });
});
