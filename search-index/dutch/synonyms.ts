/**
 * The field's synonyms, reviewed data in `synonyms.json`: abbreviations with what they stand for, both ways, and
 * words that people ask for where texts now use others, one way only. Staff add theirs elsewhere.
 */
import * as z from 'zod/mini';
import list from './synonyms.json' with { type: 'json' };

const term = z.string().check(z.trim(), z.minLength(2), z.maxLength(80));
export const synonymSchema = z.union([
  /** Each finds all. */
  z.strictObject({ same: z.array(term).check(z.minLength(2)) }),
  /** Who asks for the one finds the others too, and not the other way round. */
  z.strictObject({ asked: term, alsoFind: z.array(term).check(z.minLength(1)) }),
]);
export type Synonym = z.infer<typeof synonymSchema>;

export const fieldSynonyms: readonly Synonym[] = z.array(synonymSchema).parse(list);

/** For every term that may be asked, by `keyOf`, the terms that are found as well. */
export function expansionsOf(
  synonyms: readonly Synonym[],
  keyOf: (term: string) => string,
): Map<string, readonly string[]> {
  const expansions = new Map<string, readonly string[]>();
  const add = (asked: string, found: readonly string[]) => {
    const key = keyOf(asked);
    expansions.set(key, [...new Set([...(expansions.get(key) ?? []), ...found])]);
  };
  for (const synonym of synonyms) {
    if ('asked' in synonym) add(synonym.asked, synonym.alsoFind);
    else
      for (const asked of synonym.same)
        add(
          asked,
          synonym.same.filter((other) => other !== asked),
        );
  }
  return expansions;
}
