/** Sets of documents against the language's own sets. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DocumentSet } from '../../../search-index/engines/embedded/document-set.ts';

const highest = 100;
const numbers = fc.uniqueArray(fc.nat({ max: highest }));
const setOf = (members: readonly number[]) => {
  const set = new DocumentSet(highest);
  for (const member of members) set.add(member);
  return set;
};

test('A set holds what was added, lowest first, and knows how many', () => {
  fc.assert(
    fc.property(numbers, (members) => {
      const set = setOf(members);
      expect([...set]).toEqual([...members].sort((a, b) => a - b));
      expect(set.size).toBe(members.length);
      expect(Array.from({ length: highest + 1 }, (_, at) => at).filter((at) => set.has(at))).toEqual([
        ...set,
      ]);
      expect(set.has(highest + 1_000)).toBe(false);
    }),
  );
});

test('Sets are united, kept to each other and taken from each other', () => {
  fc.assert(
    fc.property(numbers, numbers, (mine, theirs) => {
      const other = setOf(theirs);
      const made = (change: (set: DocumentSet) => DocumentSet) => new Set(change(setOf(mine)));
      expect(made((set) => set.addAll(other))).toEqual(new Set([...mine, ...theirs]));
      expect(made((set) => set.keepOnly(other))).toEqual(new Set(mine.filter((each) => other.has(each))));
      expect(made((set) => set.remove(other))).toEqual(new Set(mine.filter((each) => !other.has(each))));
      const copy = other.copy().addAll(setOf(mine));
      expect(copy.size).toBe(new Set([...mine, ...theirs]).size);
      expect([...other]).toEqual([...theirs].sort((a, b) => a - b));
    }),
  );
});
