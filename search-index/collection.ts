/** One collection of the search index, over whatever engine holds it. */
import { Kind, type Passage } from '../shared/document.ts';
import { slugOf } from '../shared/fold.ts';
import { inOneLine } from '../shared/visible-text.ts';
import { byFacet } from './by-facet.ts';
import type { Candidates, Engine, EngineHit, FacetCount, Generation, RankedHit } from './engine.ts';
import { type Correction, findEnough } from './find-enough.ts';
import { kindLabels } from './kind-labels.ts';
import { likelyPassages } from './likely-passages.ts';
import { mark, markBeginnings } from './marking.ts';
import { corrected, misspellingOf } from './misspellings.ts';
import { type Matcher, matcherOf } from './occurrences.ts';
import { bestPassages, markedPassage } from './passages.ts';
import { exceedsPortion, portionsMeant, portionsOf, rejoined } from './portions.ts';
import { parseQuery, type Query } from './query.ts';
import type {
  Facet,
  FacetValue,
  Hit,
  IndexEntry,
  IndexedDocument,
  SearchIndex,
  SearchRequest,
  SearchResult,
  Suggestion,
  WantedPortion,
} from './search-index.ts';
import { beginningOf, words } from './tokens.ts';

/**
 * Milliseconds until a document is there: one of three million words takes less than a second on a quick machine. It
 * leaves a function of ten seconds time to look through such a text for what was asked, or to say that nothing answers.
 */
const documentDeadline = 5_000;

export function collection(engine: Engine): SearchIndex {
  return {
    apply: (changes) => engine.apply(changes),
    search: (request) => search(engine, request),
    suggest: (q, size) => suggest(engine, q, size),
    async values(facet) {
      const values = await engine.values(facet, AbortSignal.timeout(engine.searchDeadline));
      return values.map((value) => ({ ...value, label: labelOf(facet, value) }));
    },
    async document(id, q, wanted = {}) {
      const entry = await engine.document(id, AbortSignal.timeout(documentDeadline));
      if (entry === undefined || entry === 'gone' || 'movedTo' in entry) return entry;
      return portionOf(entry, q, wanted);
    },
    async titles(ids) {
      if (ids.length === 0) return [];
      const held = await engine.titles(ids, AbortSignal.timeout(engine.searchDeadline));
      return ids.flatMap((id) => held.find((one) => one.id === id) ?? []);
    },
    entries: () => engine.entries(),
    health: () => engine.health(),
    aside: {
      apply: (changes) => engine.aside.apply(changes),
      find: (q, size) => find(engine.aside, q, size),
      entries: () => engine.aside.entries(),
      health: () => engine.aside.health(),
    },
    markFilled: (generation) => engine.markFilled(generation),
    beginAside: () => engine.beginAside(),
    promote: () => engine.promote(),
    close: () => engine.close(),
  };
}

/** The ids of the first `size` documents that match, best first. */
export async function find(
  generation: Pick<Generation, 'query'>,
  q: string,
  size: number,
): Promise<readonly string[]> {
  const filters = byFacet(() => []);
  const { hits } = await generation.query({
    query: parseQuery(q),
    filters,
    sort: 'relevance',
    offset: 0,
    size,
  });
  return hits.map(({ id }) => id);
}

async function search(engine: Engine, asked: SearchRequest): Promise<SearchResult> {
  const filters = byFacet((facet) => slugsOf(asked.filters[facet]));
  const request = { ...asked, filters };
  const signal = AbortSignal.timeout(engine.searchDeadline);
  const { query, answer, relaxed, meant, missing } = await findEnough(engine, request, signal);
  const ids = answer.hits.map(({ id }) => id);
  // A document that went between the two questions is shown without passages.
  const found = await engine.candidates(ids, query, signal);
  const candidates = new Map(found.map((each) => [each.id, each]));
  const matcher = matcherOf(query);
  const likely = likelyPassages(query);
  const hits = answer.hits.map((hit) => toHit(hit, candidates.get(hit.id), likely, query, matcher, missing));
  return {
    total: answer.total,
    degraded: answer.degraded,
    relaxed,
    didYouMean: meant.length > 0 ? correctedQuery(request.q, meant, hits) : null,
    hits,
    facets: byFacet((facet) => facetValues(facet, answer.facets[facet], filters[facet])),
  };
}

/** A slug is lower case and plain; so what is asked is too, and a name finds what its slug does, on every engine. */
function slugsOf(values: readonly string[]): readonly string[] {
  return [...new Set(values.map((value) => slugOf(value) || value))];
}

function correctedQuery(q: string, meant: readonly Correction[], hits: readonly Hit[]): string {
  return meant.reduce((text, { written, form }) => corrected(text, written, form, hits), inOneLine(q)).trim();
}

function portionOf(
  { passages, ...entry }: IndexEntry,
  q: string,
  wanted: WantedPortion,
): IndexedDocument | undefined {
  const matcher = matcherOf(parseQuery(q));
  const portions = portionsOf(rejoined(passages));
  const marked = (at: number) => ({
    ...described(entry, matcher),
    language: entry.language,
    sameAs: entry.sameAs ?? [],
    portion: { number: at + 1, of: portions.length },
    passages: (portions[at] ?? []).map((passage) => markedPassage(passage, entry.language, matcher)),
  });
  const [first, ...others] = portionsMeant(portions, wanted);
  if (first === undefined) return undefined;
  const document = marked(first);
  if (matcher.clauses === 0 || holdsMatch(document)) return document;
  for (const at of others) {
    const other = marked(at);
    if (holdsMatch(other)) return other;
  }
  return document;
}

function holdsMatch({ passages }: Pick<IndexedDocument, 'passages'>): boolean {
  return passages.some(({ parts }) => parts.some(([, matched]) => matched));
}

/** Beginnings as typed; where no label has one, those that resemble it. */
async function suggest(engine: Engine, q: string, size: number): Promise<readonly Suggestion[]> {
  const typed = [...new Set(words(q).map(beginningOf))];
  if (typed.length === 0) return [];
  const signal = AbortSignal.timeout(engine.searchDeadline);
  const suggestions = async (beginnings: readonly (readonly string[])[]) => {
    const candidates = await engine.suggest(beginnings, size, signal);
    const marked = beginnings.flat();
    return candidates.map((candidate) => ({
      ...candidate,
      parts: markBeginnings(candidate.label, marked),
    }));
  };
  const found = await suggestions(typed.map((word) => [word]));
  if (found.length > 0) return found;
  const beginnings = await Promise.all(
    typed.map(async (text) => {
      const misspelling = misspellingOf({ text, prefix: true });
      return [text, ...(misspelling ? await engine.resembling(misspelling, signal) : [])];
    }),
  );
  return beginnings.some(({ length }) => length > 1) ? suggestions(beginnings) : found;
}

function toHit(
  hit: RankedHit,
  found: Candidates | undefined,
  likely: (passages: readonly Passage[]) => readonly Passage[],
  { words }: Query,
  matcher: Matcher,
  missing: readonly string[],
): Hit {
  const { isLong = false, passages = [] } = found ?? {};
  return {
    ...described(hit, matcher),
    missing: [...new Set([...missing, ...hit.missing.flatMap((at) => words[at]?.written ?? [])])],
    isLong: isLong || exceedsPortion(passages),
    passages: bestPassages(likely(passages), hit.language, matcher),
  };
}

function described(
  hit: EngineHit,
  matcher: Matcher,
): Omit<IndexedDocument, 'language' | 'sameAs' | 'portion' | 'passages'> {
  return {
    id: hit.id,
    title: hit.title,
    titleParts: mark(hit.title, hit.language, matcher),
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
