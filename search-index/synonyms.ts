/** What a query's words are also found by, from the field's reviewed list. */
import { analysed, type Token } from './analysed.ts';
import { expansionsOf, fieldSynonyms } from './dutch/synonyms.ts';

/** Words `first` to `last` of a query are a term of the list, and each of `found` is found as well. */
export interface Synonymous {
  readonly first: number;
  readonly last: number;
  readonly found: readonly (readonly string[])[];
}

/** Every term of the list that stands in the query, in any inflection. */
export function synonymsIn(asked: readonly Pick<Token, 'lemma'>[]): Synonymous[] {
  list ??= readList();
  const { expansions, longest } = list;
  return asked.flatMap((_, first) => {
    let key = '';
    const terms: Synonymous[] = [];
    for (let last = first; last < Math.min(asked.length, first + longest); last++) {
      key += (last === first ? '' : ' ') + asked[last]?.lemma;
      const found = expansions.get(key);
      if (found) terms.push({ first, last, found: found.map(lemmasOf) });
    }
    return terms;
  });
}

interface List {
  readonly expansions: ReadonlyMap<string, readonly string[]>;
  /** Words in the longest term. */
  readonly longest: number;
}

/** Read with the first query: a function that never searches does not need it. */
let list: List | undefined;

function readList(): List {
  const expansions = expansionsOf(fieldSynonyms, (term) => lemmasOf(term).join(' '));
  const lengths = [...expansions.keys()].map((key) => key.split(' ').length);
  return { expansions, longest: Math.max(...lengths) };
}

function lemmasOf(term: string): string[] {
  return analysed(term, 'nl').map(({ lemma }) => lemma);
}
