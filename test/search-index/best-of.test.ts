import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestOf } from '../../search-index/engines/embedded/best-of.ts';

test('The best of many are the first of them when sorted', () => {
  const items = fc.uniqueArray(fc.integer(), { maxLength: 200 });
  fc.assert(
    fc.property(items, fc.integer({ min: 0, max: 210 }), (numbers, count) => {
      const sorted = [...numbers].sort((a, b) => a - b);
      expect(bestOf(numbers, count, (a, b) => a < b)).toEqual(sorted.slice(0, count));
    }),
  );
});
