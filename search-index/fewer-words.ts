/** Which words of a query are enough when too few documents hold them all. */
import type { Frequencies } from './engine.ts';

/** Only the rarest words decide, so that the sets stay few (at most 20); the others still rank. */
const deciding = 6;

/** Words that say the same must not differ by how their numbers were rounded. */
const rounding = 1e-9;

/** What a word says by being rare: the inverse document frequency of BM25 (Robertson and Spärck Jones 1976, +1). */
export function rarity(documents: number, matching: number): number {
  return Math.log(1 + (documents - matching + 0.5) / (matching + 0.5));
}

/**
 * The smallest sets of words, by their number, that together say as much as the average word: of two words the rare
 * one is enough and the common one is not. The words of one group stand or fall together; those of a group that
 * nothing matches say nothing. Empty when nothing matches any group.
 */
export function sufficientWords(
  { documents, matching }: Frequencies,
  groups: readonly (readonly number[])[],
): number[][] {
  const known = groups
    .map((words, group) => ({ words, group, count: Math.min(...words.map((word) => matching[word] ?? 0)) }))
    .filter(({ count }) => count > 0)
    .map((each) => ({ ...each, worth: rarity(documents, each.count) }))
    .sort((a, b) => b.worth - a.worth || a.group - b.group)
    .slice(0, deciding);
  const average = known.reduce((sum, { worth }) => sum + worth, 0) / known.length;
  const sets: number[][] = [];
  const extend = (from: number, set: readonly number[], worth: number) => {
    if (set.length > 0 && worth >= average - rounding) {
      sets.push([...set].sort((a, b) => a - b));
      return;
    }
    for (const [at, next] of known.entries()) {
      if (at >= from) extend(at + 1, [...set, ...next.words], worth + next.worth);
    }
  };
  extend(0, [], 0);
  return sets;
}
