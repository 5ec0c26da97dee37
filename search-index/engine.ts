/**
 * What a search engine must do to stand behind Vindplaats. One engine serves one collection. It matches and
 * counts; what a query means, which passages are shown and what is marked in them is decided above it, once
 * for all engines.
 */
import type { Passage } from '../shared/document.ts';
import type { Labelled } from '../shared/vocabulary.ts';
import type { Query } from './query.ts';
import type { Facet, Health, IndexChange, IndexEntry, Sort, Suggestion } from './search-index.ts';

export interface EngineQuery {
  readonly query: Query;
  readonly filters: Readonly<Record<Facet, readonly string[]>>;
  /** `relevance` without any word means the newest first. */
  readonly sort: Sort;
  /** How many hits to leave out before the first. */
  readonly offset: number;
  readonly size: number;
}

/** A document without its text; every label is the one that the collection uses most for its slug. */
export type EngineHit = Omit<IndexEntry, 'passages' | 'alsoNamed'>;

export interface FacetCount extends Labelled {
  readonly count: number;
}

export interface EngineAnswer {
  /** Exact. */
  readonly total: number;
  /** The engine answers from less than it should hold. */
  readonly degraded: boolean;
  readonly hits: readonly EngineHit[];
  /**
   * Exact, over what matches with the facet's own selection left out; most frequent first, then by label, at most
   * `facetValuesAtMost`; then the selected ones that are not among those but that the collection knows.
   * For `kind` and `year`, slug and label are the same.
   */
  readonly facets: Readonly<Record<Facet, readonly FacetCount[]>>;
}

/** More are not listed: a page that shows more than this helps nobody, and every search would carry them. */
export const facetValuesAtMost = 500;

/** Passages that may be the best of one document, in the document's order. */
export interface Candidates {
  readonly id: string;
  readonly passages: readonly Passage[];
}

export type SuggestionCandidate = Omit<Suggestion, 'parts'>;

/** Every method throws UnavailableError while the engine does not answer. */
export interface Engine {
  /**
   * Resolves once every change is searchable and kept, in the order given, all of them or none. A change whose revision is lower than what is
   * held is left out: it comes from a worker that was overtaken. Safe to repeat.
   */
  apply(changes: readonly IndexChange[]): Promise<void>;
  /** Ties by id. */
  query(query: EngineQuery): Promise<EngineAnswer>;
  /**
   * For each document, the passages that hold most of the query's words and phrases; the first passage when none
   * does or when there is no query. A document that is gone by now is left out.
   */
  candidates(ids: readonly string[], query: Query): Promise<readonly Candidates[]>;
  document(id: string): Promise<IndexEntry | 'gone' | undefined>;
  /**
   * Labels and titles in which each of `beginnings` (folded) begins some word: vocabulary and series by count,
   * then titles; at most `size`.
   */
  suggest(beginnings: readonly string[], size: number): Promise<readonly SuggestionCandidate[]>;
  /** Every value that a document has, most frequent first, then by label. */
  values(facet: Facet): Promise<readonly FacetCount[]>;
  entries(): AsyncIterable<{ readonly id: string; readonly revision: number }>;
  /** Never throws: an engine that does not answer is not searchable. */
  health(): Promise<Health>;
  close(): Promise<void>;
}
