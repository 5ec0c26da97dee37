import { describe, expect, it } from 'vitest';
import { textOf } from '../../shared/document.ts';
import { dutchCorpus } from './dutch-corpus.ts';
import { kinds, questionsOf } from './search-questions.ts';

const corpus = dutchCorpus(1);
const entries = [...corpus.lots(400, 100)].flat();
const wordsOf = ({ passages }: (typeof entries)[number]) =>
  passages.flatMap(
    (passage) =>
      textOf(passage)
        .toLowerCase()
        .match(/\p{L}+/gu) ?? [],
  );
const words = entries.flatMap(wordsOf);

describe('the corpus that search is measured with', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(corpus.document(7)).toEqual(entries[7]);
    expect(dutchCorpus(2).document(7)).not.toEqual(entries[7]);
  });

  it('gives every document an id of its own', () => {
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  });

  it('has documents as long as documents are', () => {
    const lengths = entries.map((entry) => wordsOf(entry).length);
    expect(words.length / entries.length).toBeGreaterThan(520);
    expect(words.length / entries.length).toBeLessThan(720);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2_100);
  });

  it('uses words as text does: a few very often, and most of them once', () => {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const sorted = [...counts.values()].sort((a, b) => b - a);
    const share = (ranks: number) => sorted.slice(0, ranks).reduce((a, b) => a + b, 0) / words.length;
    expect(share(1)).toBeGreaterThan(0.02);
    expect(share(1)).toBeLessThan(0.08);
    expect(share(100)).toBeGreaterThan(0.25);
    expect(share(100)).toBeLessThan(0.55);
    expect(sorted.filter((count) => count === 1).length / sorted.length).toBeGreaterThan(0.35);
  });

  it('keeps bringing new words, ever fewer', () => {
    const differentIn = (size: number) => new Set(words.slice(0, size)).size;
    const growth = Math.log(differentIn(words.length) / differentIn(words.length / 8)) / Math.log(8);
    expect(growth).toBeGreaterThan(0.5);
    expect(growth).toBeLessThan(0.85);
  });

  it('asks the same of every engine', () => {
    const questions = questionsOf(corpus, 100, 10);
    expect(questionsOf(corpus, 100, 10)).toEqual(questions);
    for (const kind of kinds) expect(questions[kind]).toHaveLength(10);
  });
});
