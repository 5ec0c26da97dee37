/** What the visitor asks for, and how the page's address says it. */

export const facets = ['theme', 'keyword', 'organisation', 'kind', 'year', 'series'] as const;
export type Facet = (typeof facets)[number];

export const sorts = ['relevance', 'newest', 'oldest'] as const;
export type Sort = (typeof sorts)[number];

export interface SearchState {
  readonly q: string;
  readonly filters: Readonly<Record<Facet, readonly string[]>>;
  /** Null while the visitor has not chosen: best first for a query, newest first without one. */
  readonly sort: Sort | null;
  /** From 1. */
  readonly page: number;
}

/** One value for every facet. */
export function forEachFacet<T>(value: (facet: Facet) => T): Record<Facet, T> {
  return {
    theme: value('theme'),
    keyword: value('keyword'),
    organisation: value('organisation'),
    kind: value('kind'),
    year: value('year'),
    series: value('series'),
  };
}

export const noFilters: SearchState['filters'] = forEachFacet(() => []);

export const emptyState: SearchState = { q: '', filters: noFilters, sort: null, page: 1 };

/** An address that was mistyped still shows a page: what makes no sense counts as not given. */
export function parseState(query: URLSearchParams): SearchState {
  const sort = query.get('sort');
  const page = Number(query.get('page') ?? '1');
  return {
    q: query.get('q') ?? '',
    filters: forEachFacet((facet) => [...new Set(query.getAll(facet).filter((slug) => slug !== ''))]),
    sort: sorts.find((known) => known === sort) ?? null,
    page: Number.isInteger(page) && page >= 1 ? page : 1,
  };
}

/** The parameters of the page's own address; what is as usual is left out, so that addresses stay short. */
export function formatState({ q, filters, sort, page }: SearchState): URLSearchParams {
  const query = new URLSearchParams();
  if (q !== '') query.set('q', q);
  for (const facet of facets) for (const slug of filters[facet]) query.append(facet, slug);
  if (sort) query.set('sort', sort);
  if (page > 1) query.set('page', String(page));
  return query;
}

export function isBlank({ q }: SearchState): boolean {
  return q.trim() === '';
}

export function hasFilters({ filters }: SearchState): boolean {
  return facets.some((facet) => filters[facet].length > 0);
}

/** Without a query nothing is more relevant than anything else, so the newest come first. */
export function effectiveSort(state: SearchState): Sort {
  const { sort } = state;
  if (isBlank(state)) return sort === 'oldest' ? 'oldest' : 'newest';
  return sort ?? 'relevance';
}

/** The state with one value of a facet selected or not, back on its first page. */
export function withFilter(state: SearchState, facet: Facet, slug: string, selected: boolean): SearchState {
  const others = state.filters[facet].filter((other) => other !== slug);
  return {
    ...state,
    filters: { ...state.filters, [facet]: selected ? [...others, slug] : others },
    page: 1,
  };
}
