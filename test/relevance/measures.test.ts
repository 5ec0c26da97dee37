import { describe, expect, test } from 'vitest';
import { measure } from './measures.ts';

const graded = (grades: Record<string, number>) => new Map(Object.entries(grades));

describe('Measures of a list of hits, worked out by hand', () => {
  test('The best order is worth 1 in every measure', () => {
    expect(measure(['a', 'b'], graded({ a: 2, b: 1 }))).toEqual({ ndcg: 1, recall: 1, reciprocalRank: 1 });
  });

  test('A useful document before the one that was meant costs gain', () => {
    // (1 / log2(2) + 3 / log2(3)) / (3 / log2(2) + 1 / log2(3)) = 2.89279 / 3.63093
    expect(measure(['b', 'a'], graded({ a: 2, b: 1 })).ndcg).toBeCloseTo(0.79671, 5);
  });

  test('Hits that are not judged push the others down', () => {
    // The gain of 3 stands third: 3 / log2(4) = 1.5, of at most 3.
    expect(measure(['x', 'y', 'a'], graded({ a: 2 }))).toEqual({
      ndcg: 0.5,
      recall: 1,
      reciprocalRank: 1 / 3,
    });
  });

  test('What lacks counts against recall, whatever its grade', () => {
    const { recall, ndcg } = measure(['a'], graded({ a: 1, b: 1, c: 2, d: 1 }));
    expect(recall).toBe(0.25);
    // 1 of 3 + 1 / log2(3) + 1 / log2(4) + 1 / log2(5) = 4.56161
    expect(ndcg).toBeCloseTo(1 / 4.56161, 5);
  });

  test('Only the first ten hits count', () => {
    const others = Array.from({ length: 10 }, (_, at) => `x${at}`);
    const nothing = { ndcg: 0, recall: 0, reciprocalRank: 0 };
    expect(measure([...others, 'a'], graded({ a: 2 }))).toEqual(nothing);
  });

  test('With more relevant documents than places, ten of them are the best there can be', () => {
    const many = Array.from({ length: 20 }, (_, at) => `d${at}`);
    const { ndcg, recall } = measure(many, graded(Object.fromEntries(many.map((id) => [id, 1]))));
    expect(ndcg).toBeCloseTo(1, 10);
    expect(recall).toBe(0.5);
  });

  test('No hits are worth nothing', () => {
    expect(measure([], graded({ a: 2 }))).toEqual({ ndcg: 0, recall: 0, reciprocalRank: 0 });
  });
});
