import type { Facet } from './search-index.ts';

/** One of something for each facet. */
export function byFacet<Value>(make: (facet: Facet) => Value): Record<Facet, Value> {
  return {
    theme: make('theme'),
    keyword: make('keyword'),
    organisation: make('organisation'),
    kind: make('kind'),
    year: make('year'),
    series: make('series'),
  };
}
