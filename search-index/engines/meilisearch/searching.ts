/** One query: the documents that match, counted by their facets, and a page of them in order. */
import { byFacet } from '../../by-facet.ts';
import type { EngineAnswer, EngineQuery } from '../../engine.ts';
import { facets, type Sort } from '../../search-index.ts';
import { candidateQuestions, candidatesPage, rankedHits } from './candidates.ts';
import { askBeside, type Counting, filterOf } from './counting.ts';
import type { FederatedQuestion, IndexReader } from './index-reader.ts';
import { matchingOf } from './matching.ts';
import { EntryRecord } from './records.ts';

export async function search(
  reader: IndexReader,
  { query, filters, sort, offset, size }: EngineQuery,
  signal?: AbortSignal,
): Promise<EngineAnswer> {
  const matching = matchingOf(query);
  const isRanked = sort === 'relevance' && query.words.length > 0;
  const page = isRanked ? candidatesPage(offset, size) : { offset, limit: size };
  const selected = facets.filter((facet) => filters[facet].length > 0);
  const counts: Counting[] = [
    ...(selected.length > 0 ? [{ filters: byFacet(() => []), facets: [] }] : []),
    ...selected.map((facet) => ({ filters: { ...filters, [facet]: [] as const }, facets: [facet] })),
  ];
  const [found, { names, filled, frequencies, counted }] = await Promise.all([
    reader.askTogether(
      isRanked
        ? candidateQuestions(query, matching.texts, filterOf(matching, filters))
        : datedQuestions(matching.texts, filterOf(matching, filters), sort),
      { ...page, facets: facets.filter((facet) => !selected.includes(facet)) },
      signal,
    ),
    askBeside(reader, isRanked ? query.words : [], matching, counts, signal),
  ]);
  const [unfiltered, ...own] = selected.length > 0 ? counted : [found];
  const hits = isRanked
    ? await rankedHits(reader, query, found.hits, { offset, size, skipped: page.offset }, frequencies, signal)
    : found.hits.map((hit) => ({ entry: EntryRecord.parse(hit).entry, missing: [] }));
  return {
    total: found.total,
    unfiltered: unfiltered?.total ?? 0,
    degraded: !filled,
    hits: hits.map(({ entry, missing }) => ({ ...names.labelled(entry), missing })),
    facets: byFacet((facet) => {
      const counting = own[selected.indexOf(facet)] ?? found;
      return names.counted(facet, counting.facets[facet] ?? {}, filters[facet]);
    }),
  };
}

/** The newest or the oldest first, the undated last: Meilisearch puts what lacks an attribute last, either way. */
function datedQuestions(texts: readonly string[], filter: string, sort: Sort): FederatedQuestion[] {
  const order = sort === 'oldest' ? 'asc' : 'desc';
  return texts.map((q) => ({
    q,
    filter,
    attributesToRetrieve: ['entry'],
    sort: [`publishedOn:${order}`, 'id:asc'],
  }));
}
