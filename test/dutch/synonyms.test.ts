import { expect, test } from 'vitest';
import { dutchAnalyser } from '../../search-index/dutch/analyser.ts';
import { isStopWord, stopWords } from '../../search-index/dutch/stop-words.ts';
import { expansionsOf, fieldSynonyms, synonymSchema } from '../../search-index/dutch/synonyms.ts';

const keyOf = (term: string) =>
  dutchAnalyser()
    .analyse(term)
    .map((token) => token.lemma)
    .join(' ');
const expansions = expansionsOf(fieldSynonyms, keyOf);

test('an abbreviation and what it stands for find each other', () => {
  expect(expansions.get(keyOf('Wzd'))).toContain('Wet zorg en dwang');
  expect(expansions.get(keyOf("ECD's"))).toContain('elektronisch cliëntendossier');
  expect(expansions.get(keyOf('elektronische cliëntendossiers'))).toContain('ECD');
});

test('an old word finds the new one, and not the other way round', () => {
  expect(expansions.get(keyOf('bejaardentehuizen'))).toContain('verpleeghuis');
  expect(expansions.get(keyOf('verpleeghuis')) ?? []).not.toContain('bejaardentehuis');
});

test('no term stands twice, none is a stop word alone, and none leads to more than 50 others', () => {
  const asked = fieldSynonyms.flatMap((one) => ('asked' in one ? [one.asked] : one.same)).map(keyOf);
  expect(new Set(asked).size).toBe(asked.length);
  for (const key of asked) expect(key.split(' ').every(isStopWord)).toBe(false);
  for (const found of expansions.values()) expect(found.length).toBeLessThanOrEqual(50);
});

test('an entry of neither kind is refused', () => {
  expect(synonymSchema.safeParse({ same: ['Wzd'] }).success).toBe(false);
  expect(synonymSchema.safeParse({ asked: 'Wzd', alsoFind: ['x y'], why: '' }).success).toBe(false);
});

test('stop words are folded single words as the analyser gives them', () => {
  for (const word of stopWords) {
    expect(
      dutchAnalyser()
        .analyse(word)
        .map((token) => token.folded),
    ).toEqual([word]);
  }
});
