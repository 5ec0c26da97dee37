import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfBeginning, holdsDigit, tokens, words } from '../../search-index/tokens.ts';
import { foldedWords } from '../../shared/fold.ts';

describe('The words of a text', () => {
  test('are folded, and stand where they stand in the original', () => {
    const text = "’t Idee\u0308en-\u0132sbeertje, foto's!";
    expect(tokens(text).map(({ text: folded, start, end }) => [folded, text.slice(start, end)])).toEqual([
      ['t', 't'],
      ['ideeen', 'Idee\u0308en'],
      ['ijsbeertje', '\u0132sbeertje'],
      ['foto', 'foto'],
      ['s', 's'],
    ]);
  });

  test('run on over what typesetting hides in them', () => {
    expect(words('verpleeg\u00ADhuis')).toEqual(['verpleeghuis']);
  });

  test('come out of characters that stand for several', () => {
    expect(words('\uFB01etsen op 20 m\u00B2, \u00BD uur')).toEqual([
      'fietsen',
      'op',
      '20',
      'm2',
      '1',
      '2',
      'uur',
    ]);
  });

  test('are those of the folding, for any text', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('a', 'É', 'e\u0301', ' ', '-', '’', '½', 'ß', '👩‍🚒', '\u00ad', '\u200b', '\u3164'),
        fc.string(),
      ),
    });
    fc.assert(
      fc.property(text, (any) => {
        // A final sigma depends on the letters around it.
        fc.pre(!/[Σσς]/u.test(any));
        expect(words(any)).toEqual(foldedWords(any));
      }),
      { numRuns: 1_000 },
    );
  });

  test('stand in order, never empty, and fold to what they say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        let previous = 0;
        for (const { text: folded, start, end } of tokens(text)) {
          expect(folded).not.toBe('');
          expect(start).toBeGreaterThanOrEqual(previous);
          expect(end).toBeGreaterThan(start);
          expect(words(text.slice(start, end))).toContain(folded);
          previous = start;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

test('The beginning of a word ends behind the marks of its last letter', () => {
  const text = 'ide\u0301e\u0308n';
  const [token] = tokens(text);
  if (token === undefined) throw new Error('no word');
  expect(text.slice(0, endOfBeginning(text, token, 3))).toBe('ide\u0301');
  expect(text.slice(0, endOfBeginning(text, token, 9))).toBe(text);
});

test('A digit of any script is a digit', () => {
  expect(['a4', '2021', 'covid', '٣'].map(holdsDigit)).toEqual([true, true, false, true]);
});
