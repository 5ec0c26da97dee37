/** Puts the vocabulary back as staff had it. */
import { isDeepStrictEqual } from 'node:util';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { ReplaceTerms } from '../../shared/catalogue/replace-terms.ts';
import type { Term } from '../../shared/vocabulary.ts';

export interface RestoreTermsDependencies {
  readonly catalogue: Pick<Catalogue, 'terms'>;
  readonly replaceTerms: ReplaceTerms;
  /** What a new catalogue begins with: nobody's work, so a backup may change it. */
  readonly seed: readonly Term[];
}

export interface TermsRestored {
  readonly restored: number;
  readonly unchanged: number;
  /** Made or changed by staff since, and left as they are. */
  readonly kept: readonly { readonly type: Term['type']; readonly label: string }[];
}

/** Terms that staff made or changed since stay as they are unless `overwrite`; safe to repeat. */
export async function restoreTerms(
  backedUp: readonly Term[],
  { overwrite }: { readonly overwrite: boolean },
  on: RestoreTermsDependencies,
): Promise<TermsRestored> {
  const present = byName(await on.catalogue.terms());
  const wanted = byName(backedUp);
  const seed = byName(on.seed);
  const mayGo = (name: string, term: Term) => overwrite || isDeepStrictEqual(seed.get(name), term);
  const different = [...wanted].filter(([name, term]) => !isDeepStrictEqual(present.get(name), term));
  const put = different.flatMap(([name, term]) => {
    const held = present.get(name);
    return !held || mayGo(name, held) ? [term] : [];
  });
  const surplus = [...present].filter(([name]) => !wanted.has(name));
  const remove = surplus.flatMap(([name, term]) => (mayGo(name, term) ? [term] : []));
  await on.replaceTerms({ put, remove });
  const left = [
    ...different.map(([, term]) => term).filter((term) => !put.includes(term)),
    ...surplus.map(([, term]) => term).filter((term) => !remove.includes(term)),
  ];
  return {
    restored: put.length + remove.length,
    unchanged: wanted.size - different.length,
    kept: left.map(({ type, label }) => ({ type, label })),
  };
}

function byName(terms: readonly Term[]): ReadonlyMap<string, Term> {
  return new Map(terms.map((term) => [`${term.type}#${term.slug}`, term]));
}
