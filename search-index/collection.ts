/** One collection of the search index, over whatever engine holds it. */
import { Kind } from '../shared/document.ts';
import { byFacet } from './by-facet.ts';
import type { Candidates, Engine, EngineHit, FacetCount } from './engine.ts';
import { kindLabels } from './kind-labels.ts';
import { mark, markBeginnings } from './marking.ts';
import { type Matcher, matcherOf } from './occurrences.ts';
import { bestPassages, markedPassage } from './passages.ts';
import { parseQuery } from './query.ts';
import type {
  Facet,
  FacetValue,
  Hit,
  IndexedDocument,
  SearchIndex,
  SearchRequest,
  SearchResult,
} from './search-index.ts';
import { words } from './tokens.ts';

export function collection(engine: Engine): SearchIndex {
  return {
    apply: (changes) => engine.apply(changes),
    search: (request) => search(engine, request),
    async suggest(q, size) {
      const beginnings = [...new Set(words(q))];
      if (beginnings.length === 0) return [];
      const candidates = await engine.suggest(beginnings, size);
      return candidates.map((candidate) => ({
        ...candidate,
        parts: markBeginnings(candidate.label, beginnings),
      }));
    },
    async values(facet) {
      const values = await engine.values(facet);
      return values.map((value) => ({ ...value, label: labelOf(facet, value) }));
    },
    async document(id, q) {
      const entry = await engine.document(id);
      if (entry === undefined || entry === 'gone') return entry;
      const { passages, ...hit } = entry;
      const matcher = matcherOf(parseQuery(q));
      return {
        ...described(hit, matcher),
        language: hit.language,
        passages: passages.map((passage) => markedPassage(passage, matcher)),
      };
    },
    entries: () => engine.entries(),
    health: () => engine.health(),
    close: () => engine.close(),
  };
}

async function search(engine: Engine, request: SearchRequest): Promise<SearchResult> {
  const { filters, sort, page, size } = request;
  const query = parseQuery(request.q, { prefix: request.prefix });
  const answer = await engine.query({ query, filters, sort, offset: (page - 1) * size, size });
  const ids = answer.hits.map(({ id }) => id);
  const candidates = new Map((await engine.candidates(ids, query)).map((found) => [found.id, found]));
  const matcher = matcherOf(query);
  return {
    total: answer.total,
    degraded: answer.degraded,
    relaxed: false,
    didYouMean: null,
    hits: answer.hits.map((hit) => toHit(hit, candidates.get(hit.id), matcher)),
    facets: byFacet((facet) => facetValues(facet, answer.facets[facet], filters[facet])),
  };
}

/** Without the passages of a document that went between the two questions to the engine. */
function toHit(hit: EngineHit, candidates: Candidates | undefined, matcher: Matcher): Hit {
  return {
    ...described(hit, matcher),
    missing: [],
    passages: bestPassages(candidates?.passages ?? [], matcher),
  };
}

function described(hit: EngineHit, matcher: Matcher): Omit<IndexedDocument, 'language' | 'passages'> {
  return {
    id: hit.id,
    title: hit.title,
    titleParts: mark(hit.title, matcher),
    titleOrigin: hit.titleOrigin,
    kind: hit.kind,
    publishedOn: hit.publishedOn,
    visibility: hit.visibility,
    summary: hit.summary,
    themes: hit.themes,
    keywords: hit.keywords,
    organisations: hit.organisations,
    series: hit.series,
    upload: hit.upload,
    sourceUrl: hit.sourceUrl,
  };
}

/** What is selected is always listed, so that a reader can take it off again; an unknown value goes by its slug. */
function facetValues(
  facet: Facet,
  counted: readonly FacetCount[],
  selected: readonly string[],
): FacetValue[] {
  const isSelected = new Set(selected);
  const known = new Set(counted.map(({ slug }) => slug));
  const unknown = [...isSelected].filter((slug) => !known.has(slug));
  return [...counted, ...unknown.map((slug) => ({ slug, label: slug, count: 0 }))].map((value) => ({
    slug: value.slug,
    label: labelOf(facet, value),
    count: value.count,
    selected: isSelected.has(value.slug),
  }));
}

function labelOf(facet: Facet, { slug, label }: FacetCount): string {
  const kind = facet === 'kind' ? Kind.safeParse(slug).data : undefined;
  return kind ? kindLabels[kind] : label;
}
