/**
 * What a search engine must do to stand behind Vindplaats. One engine serves one collection. It matches, ranks and
 * counts; what a query means, which words are typing errors, when fewer words will do, which passages are shown and
 * what is marked in them is decided above it, once for all engines.
 */
import type { Passage } from '../shared/document.ts';
import type { Labelled } from '../shared/vocabulary.ts';
import type { Query, QueryWord } from './query.ts';
import type {
  DocumentTitle,
  Facet,
  Health,
  IndexChange,
  IndexEntry,
  MovedDocument,
  Sort,
  Suggestion,
} from './search-index.ts';

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

/** A hit of one query. */
export interface RankedHit extends EngineHit {
  /** The words of the query that it lacks, by their number; none unless fewer words than all suffice. */
  readonly missing: readonly number[];
}

export interface FacetCount extends Labelled {
  readonly count: number;
}

export interface EngineAnswer {
  /** Exact. */
  readonly total: number;
  /** How many documents match the query whatever the filters; exact. */
  readonly unfiltered: number;
  /** The engine answers from less than it should hold. */
  readonly degraded: boolean;
  readonly hits: readonly RankedHit[];
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
  /** It is so long that these are only some of its passages. */
  readonly isLong: boolean;
  readonly passages: readonly Passage[];
}

export type SuggestionCandidate = Omit<Suggestion, 'parts'>;

/** How often words occur: what tells a rare word from a common one. */
export interface Frequencies {
  /** Documents in the collection. */
  readonly documents: number;
  /** For each word that was asked, in how many documents it matches by itself. */
  readonly matching: readonly number[];
}

/** Letters of a form that may be meant by another: longer ones are no words, and are not mistyped. */
export const longestForm = 40;

/** A word that nothing matches, and what may have been meant. */
export interface Misspelling {
  /** Folded. */
  readonly text: string;
  /** Letters that may be wrong, left out, added or swapped with their neighbour. */
  readonly errors: 1 | 2;
  /** Whether longer words that begin like it will do. */
  readonly prefix: boolean;
}

/** One whole generation of a collection: the served one, or the one that is being filled aside. */
export interface Generation {
  /**
   * Resolves once every change is searchable and kept, in the order given, all of them or none. A change whose
   * revision is lower than what is held is left out: it comes from a worker that was overtaken. Safe to repeat.
   */
  apply(changes: readonly IndexChange[]): Promise<void>;
  /** Ties by id. */
  query(query: EngineQuery, signal?: AbortSignal): Promise<EngineAnswer>;
  document(id: string, signal?: AbortSignal): Promise<IndexEntry | MovedDocument | 'gone' | undefined>;
  entries(): AsyncIterable<{ readonly id: string; readonly revision: number }>;
  /** Never throws: an engine that does not answer is not searchable. */
  health(): Promise<Health>;
}

/**
 * Every method but `health` throws UnavailableError while the engine does not answer, or when the signal aborts
 * before it has.
 */
export interface Engine extends Generation {
  /** Milliseconds that a search may take, all its questions together; after that the engine counts as away. */
  readonly searchDeadline: number;
  /**
   * For each document, the passages that hold most of the query's words and phrases; the first passage when none
   * does or when there is no query. A document that is gone by now is left out.
   */
  candidates(ids: readonly string[], query: Query, signal?: AbortSignal): Promise<readonly Candidates[]>;
  frequencies(words: readonly QueryWord[], signal?: AbortSignal): Promise<Frequencies>;
  /**
   * Written forms (folded) in the documents of the collection that differ from the word by its errors at most, the
   * nearest first, then the commonest; at most ten, and none that holds a digit or is longer than `longestForm`. Empty
   * when there are none.
   */
  resembling(word: Misspelling, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Labels and titles in which for each of `words` one of its beginnings (folded) begins some word: vocabulary and
   * series by count, then titles; at most `size`.
   */
  suggest(
    words: readonly (readonly string[])[],
    size: number,
    signal?: AbortSignal,
  ): Promise<readonly SuggestionCandidate[]>;
  /** Every value that a document has, most frequent first, then by label. */
  values(facet: Facet, signal?: AbortSignal): Promise<readonly FacetCount[]>;
  /** Those of these documents that are held, in any order. */
  titles(ids: readonly string[], signal?: AbortSignal): Promise<readonly DocumentTitle[]>;
  /** The generation aside. Its methods throw NotFoundError while there is none. */
  readonly aside: Generation;
  /** As `SearchIndex.markFilled`. */
  markFilled(generation: string | undefined): Promise<void>;
  /** Begins an empty generation aside; one that was not promoted is thrown away. */
  beginAside(): Promise<void>;
  /**
   * Serves the generation aside from now on, in one step, and keeps the one served until then until the next
   * `beginAside`. Throws NotFoundError when there is none aside. Interrupted, either the one is served or the other.
   */
  promote(): Promise<void>;
  close(): Promise<void>;
}
