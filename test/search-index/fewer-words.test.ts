import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rarity, sufficientWords } from '../../search-index/fewer-words.ts';

const sufficient = (documents: number, matching: readonly number[], groups = matching.map((_, at) => [at])) =>
  sufficientWords({ documents, matching }, groups);

describe('Fewer words', () => {
  test('are enough when they say as much as the average word', () => {
    expect(sufficient(100, [10, 10])).toEqual([[0], [1]]);
    expect(sufficient(100, [50, 1])).toEqual([[1]]);
    expect(sufficient(100, [1, 50, 1])).toEqual([[0], [2]]);
    expect(sufficient(100, [60, 1, 60, 60])).toEqual([[1], [0, 2, 3]]);
  });

  test('leave out what nothing matches', () => {
    expect(sufficient(100, [10, 0])).toEqual([[0]]);
    expect(sufficient(100, [0, 0])).toEqual([]);
    expect(sufficient(0, [])).toEqual([]);
  });

  test('keep the words of a group together', () => {
    expect(sufficient(100, [10, 12, 10], [[0, 1], [2]])).toEqual([[0, 1], [2]]);
    expect(sufficient(100, [10, 0, 10], [[0, 1], [2]])).toEqual([[2]]);
  });

  test('weigh a rare word more', () => {
    expect(rarity(10, 1)).toBeCloseTo(Math.log(1 + 9.5 / 1.5));
    expect(rarity(10, 10)).toBeGreaterThan(0);
  });

  test('are few sets, each of the least words, whatever is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1_000 }), { maxLength: 60 }), (matching) => {
        const sets = sufficient(1_000, matching);
        expect(sets.length).toBeLessThanOrEqual(20);
        expect(sets.length > 0).toBe(matching.some((count) => count > 0));
        for (const set of sets) {
          expect(set.every((word) => (matching[word] ?? 0) > 0)).toBe(true);
          for (const other of sets) {
            if (other !== set) expect(set.every((word) => other.includes(word))).toBe(false);
          }
        }
      }),
    );
  });
});
