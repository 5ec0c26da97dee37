/** The vocabulary as staff see it: what is established, and what documents name that is not. */
import type { TermType } from '../../shared/vocabulary.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

type VocabularyDependencies = Pick<StaffDependencies, 'catalogue' | 'index'>;

const types = ['theme', 'keyword', 'organisation'] as const satisfies readonly TermType[];

/** Every established term with the number of documents that carry it. */
export async function vocabularyTerms({ catalogue, index }: VocabularyDependencies) {
  const terms = await catalogue.terms();
  const counts = new Map<string, number>();
  for (const type of types) {
    for (const { slug, count } of await index.values(type)) counts.set(`${type}#${slug}`, count);
  }
  return terms
    .map((term) => ({ ...term, count: counts.get(`${term.type}#${term.slug}`) ?? 0 }))
    .sort((a, b) => a.type.localeCompare(b.type) || a.label.localeCompare(b.label, 'nl'));
}

/** Names that documents list and the vocabulary lacks. They are derived, and vanish with the last such document. */
export async function proposedTerms({ catalogue, index }: VocabularyDependencies) {
  const established = new Set((await catalogue.terms()).map(({ type, slug }) => `${type}#${slug}`));
  const proposed = await Promise.all(
    types.map(async (type) =>
      (await index.values(type))
        .filter(({ slug }) => !established.has(`${type}#${slug}`))
        .map((value) => ({ type, ...value })),
    ),
  );
  return proposed.flat();
}
