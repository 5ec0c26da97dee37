/**
 * How readily a word takes part in compounds, learned from the dictionary's own compounds: each entry is divided
 * in two in every way that gives two words, and the divisions share one count in proportion to how often their
 * halves occur elsewhere in that place (expectation–maximisation over the word list; no corpus is needed).
 * Used when the lexicon is built.
 */
import { beginnings, endings } from './never-parts.ts';
import type { WordForm } from './word-forms.ts';

export interface Families {
  /** Expected number of entries that begin with the form. */
  readonly first: ReadonlyMap<string, number>;
  /** Expected number of entries that end in the form. */
  readonly last: ReadonlyMap<string, number>;
}

const rounds = 5;
const smoothing = 0.05;
/** The weight of being no compound: two parts seen a handful of times each weigh as much. */
const whole = 20;

export function familiesOf(words: ReadonlyMap<string, WordForm>): Families {
  const divisions: (readonly [first: string, last: string])[][] = [];
  for (const word of words.values()) {
    if (word.name || word.bound || word.form.length < 6 || word.lemma !== word.form || word.verb) continue;
    const ways: [string, string][] = [];
    for (let at = 2; at <= word.form.length - 3; at++) {
      const first = words.get(word.form.slice(0, at));
      const last = words.get(word.form.slice(at));
      if (first === undefined || last === undefined || first.name || last.name || last.bound) continue;
      if (
        (last.lemma !== last.form && !last.ownAsHead) ||
        beginnings.has(first.form) ||
        endings.has(last.form)
      )
        continue;
      ways.push([first.form, last.form]);
    }
    if (ways.length > 0) divisions.push(ways);
  }
  let first = new Map<string, number>();
  let last = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const nextFirst = new Map<string, number>();
    const nextLast = new Map<string, number>();
    for (const ways of divisions) {
      const weights = ways.map(([one, other]) => {
        if (round === 0) return (words.get(one)?.modifier ? 10 : 1) * (words.get(other)?.head ? 10 : 1);
        return ((first.get(one) ?? 0) + smoothing) * ((last.get(other) ?? 0) + smoothing);
      });
      const total = whole + weights.reduce((sum, weight) => sum + weight, 0);
      for (const [place, [one, other]] of ways.entries()) {
        const share = (weights[place] ?? 0) / total;
        if (share < 0.01) continue;
        nextFirst.set(one, (nextFirst.get(one) ?? 0) + share);
        nextLast.set(other, (nextLast.get(other) ?? 0) + share);
      }
    }
    first = nextFirst;
    last = nextLast;
  }
  return { first, last };
}
