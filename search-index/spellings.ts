/** The values of a document's facets as it spells them. */
import type { Facet, IndexEntry } from './search-index.ts';

/** A value as one document writes it. */
export interface Spelling {
  readonly facet: Facet;
  readonly slug: string;
  readonly label: string;
}

/** The facet values of an entry, each slug once. */
export function spellingsOf(entry: IndexEntry): Spelling[] {
  const year = entry.publishedOn?.slice(0, 4);
  const spellings: Spelling[] = [
    ...entry.themes.map(({ slug, label }) => ({ facet: 'theme' as const, slug, label })),
    ...entry.keywords.map(({ slug, label }) => ({ facet: 'keyword' as const, slug, label })),
    ...entry.organisations.map(({ slug, label }) => ({ facet: 'organisation' as const, slug, label })),
    ...(entry.series
      ? [{ facet: 'series' as const, slug: entry.series.slug, label: entry.series.label }]
      : []),
    { facet: 'kind', slug: entry.kind, label: entry.kind },
    ...(year ? [{ facet: 'year' as const, slug: year, label: year }] : []),
  ];
  const bySlug = new Map<string, Spelling>();
  for (const spelling of spellings) {
    const key = `${spelling.facet}\n${spelling.slug}`;
    if (!bySlug.has(key)) bySlug.set(key, spelling);
  }
  return [...bySlug.values()];
}
