import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matcherOf } from '../../search-index/occurrences.ts';
import { bestPassages, markedPassage } from '../../search-index/passages.ts';
import { parseQuery } from '../../search-index/query.ts';
import { type Passage, textOf } from '../../shared/document.ts';
import { bracketed, entry, joined, section } from './entries.ts';

const best = (q: string, sections: ReturnType<typeof section>[]) =>
  bestPassages(entry('x', { text: sections }).passages, 'nl', matcherOf(parseQuery(q)));

const filler = 'Er gebeurde die ochtend van alles op de gang en in de tuin.';

describe('The passages of a hit', () => {
  test('begin with the one that holds most, then what adds a word, then what holds as much', () => {
    const found = best('soep brood kaas ', [
      section('1', 'soep'),
      section('2', 'soep en brood'),
      section('3', 'brood en soep'),
      section('4', 'kaas'),
      section('5', 'niets'),
    ]);
    expect(found.map(({ anchor }) => anchor.heading)).toEqual(['2', '4', '3']);
  });

  test('prefer a word in the text to one in the heading, and a heading to none', () => {
    const found = best('soep ', [
      section('Soep', 'Elke dag.'),
      section('Brood', 'En soep.'),
      section('Soep', 'Soep!'),
    ]);
    expect(found.map(({ anchor }) => anchor.number)).toEqual([3, 2, 1]);
    expect(bracketed(found[2]?.parts ?? [])).toBe('Elke dag.');
  });

  test('show the heading of a passage that has nothing else', () => {
    expect(bracketed(best('soep ', [section('Soep van de dag')])[0]?.parts ?? [])).toBe('[Soep] van de dag');
  });

  test('are none where there is no text at all', () => {
    expect(best('soep', [section('Kop')])).toEqual([]);
  });
});

describe('A snippet', () => {
  test('stands around the words that are closest together, from the beginning of a sentence, between words', () => {
    const text = `Soep vooraf. ${filler.repeat(6)} Op dinsdag eten wij soep met brood. ${filler.repeat(6)} Brood na.`;
    const [hit] = best('soep brood ', [section(null, text)]);
    const shown = bracketed(hit?.parts ?? []);
    expect(shown).toContain('Op dinsdag eten wij [soep] met [brood].');
    expect(shown).toMatch(/^… \S/);
    expect(shown).toMatch(/\S …$/);
    expect(shown).not.toContain('vooraf');
  });

  test('keeps the items of a list and the rows of a table apart', () => {
    const passage: Passage = {
      anchor: { type: 'section', number: 1, heading: null },
      level: 1,
      blocks: [
        { type: 'paragraph', text: 'Nodig is:' },
        { type: 'item', text: 'soep' },
        { type: 'item', text: 'brood' },
      ],
    };
    const [hit] = bestPassages([passage], 'nl', matcherOf(parseQuery('brood')));
    expect(bracketed(hit?.parts ?? [])).toBe('Nodig is: soep · [brood]');
  });

  test('is the whole passage when that is short, on one line', () => {
    expect(best('soep', [section(null, 'Een\nregel.', 'Soep.')])[0]?.parts).toEqual([
      ['Een regel. ', false],
      ['Soep', true],
      ['.', false],
    ]);
  });

  test('cuts a word only where it alone is too long, and never inside a character', () => {
    const [hit] = best('', [section(null, '👵🏽'.repeat(200))]);
    const shown = joined(hit?.parts ?? []);
    expect(shown.isWellFormed()).toBe(true);
    expect(shown.length).toBeLessThan(260);
    expect(shown.endsWith(' …')).toBe(true);
  });

  test('holds what matched, for any text and query', () => {
    const word = fc.constantFrom(
      'soep',
      'brood',
      'kaas',
      'van',
      filler,
      'e\u0301e\u0301n',
      'x'.repeat(90),
      '👵',
    );
    const text = fc.array(word, { minLength: 1, maxLength: 60 }).map((some) => some.join(' '));
    const asked = fc.subarray(['soep', 'brood', '"brood soep"', 'één', 'kaas'], { minLength: 1 });
    fc.assert(
      fc.property(text, asked, (any, q) => {
        const [hit] = best(`${q.join(' ')} `, [section(null, any)]);
        const shown = joined(hit?.parts ?? []);
        expect(any.replace(/\s+/g, ' ')).toContain(shown.replace(/^… | …$/g, ''));
        expect(shown.length).toBeLessThan(320);
        const matches = matcherOf(parseQuery(`${q.join(' ')} `)).occurrences;
        expect((hit?.parts ?? []).some(([, matched]) => matched)).toBe(
          markedPassage(passageOf(any), 'nl', { clauses: q.length, occurrences: matches }).parts.some(
            ([, matched]) => matched,
          ),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('A marked passage', () => {
  test('is its text, block by block', () => {
    const block = fc.record({
      type: fc.constantFrom('paragraph' as const, 'item' as const, 'row' as const),
      text: fc.string({ unit: fc.constantFrom('a', '\n', ' ', 'soep', '’s'), minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const passage: Passage = { anchor: { type: 'page', number: 1, heading: null }, level: 1, blocks };
        const marked = markedPassage(passage, 'nl', matcherOf(parseQuery('soep a ')));
        expect(joined(marked.parts)).toBe(textOf(passage));
        expect(marked.blocks.map(({ type, parts }) => ({ type, text: joined(parts) }))).toEqual(blocks);
      }),
      { numRuns: 500 },
    );
  });
});

function passageOf(text: string): Passage {
  return {
    anchor: { type: 'section', number: 1, heading: null },
    level: 1,
    blocks: [{ type: 'paragraph', text }],
  };
}
