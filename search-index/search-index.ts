/**
 * The search index as the rest of Vindplaats sees it: one instance serves one collection. What an engine must do
 * for it is in `engine.ts`; everything that is not the engine's own (parsing a query, choosing and marking
 * passages, correcting) stands here, above both engines.
 */
import type { Anchor, Kind, Origin, Passage } from '../shared/document.ts';
import type { Visibility } from '../shared/visibility.ts';
import type { Labelled, TermType } from '../shared/vocabulary.ts';

export const facets = ['theme', 'keyword', 'organisation', 'kind', 'year', 'series'] as const;
export type Facet = (typeof facets)[number];

export const sorts = ['relevance', 'newest', 'oldest'] as const;
export type Sort = (typeof sorts)[number];

/** A document as the index holds it: the canonical document, staff's corrections and the vocabulary's links. */
export interface IndexEntry {
  readonly id: string;
  /** The row's revision that this entry was made from; a later one replaces it. */
  readonly revision: number;
  readonly kind: Kind;
  readonly visibility: Visibility;
  readonly language: string | null;
  readonly title: string;
  readonly titleOrigin: Origin;
  /** `YYYY-MM-DD`, or `YYYY-MM` where the day is not known. */
  readonly publishedOn: string | null;
  readonly summary: string | null;
  readonly sourceUrl: string | null;
  /** The upload's key. */
  readonly upload: string;
  readonly themes: readonly Labelled[];
  readonly keywords: readonly Labelled[];
  readonly organisations: readonly ListedOrganisation[];
  readonly series: (Labelled & { readonly number: number | null }) | null;
  /** Ids of documents with the same bytes: who answers asks which of them the collection holds (`titles`). */
  readonly sameAs?: readonly string[] | undefined;
  readonly passages: readonly Passage[];
  /** Other spellings of the names above, such as the vocabulary's aliases: found under, never shown. */
  readonly alsoNamed?: readonly string[];
}

/** `listed`: the document names it among its organisations; otherwise its text mentions it. */
export interface ListedOrganisation extends Labelled {
  readonly listed: boolean;
}

/**
 * `remove` with `gone` leaves a marker without any text, so that a reader of the collection can tell
 * "removed" from "never was", and may say under which id its bytes came back (`movedTo`); without it, nothing of the
 * document stays.
 */
export type IndexChange =
  | { readonly type: 'put'; readonly entry: IndexEntry }
  | {
      readonly type: 'remove';
      readonly id: string;
      readonly revision: number;
      readonly gone: boolean;
      readonly movedTo?: string | undefined;
    };

/** A document that was removed and came back under another id, which the collection may hold or not. */
export interface MovedDocument {
  readonly movedTo: string;
}

export interface SearchRequest {
  /** As typed; blank means browse. */
  readonly q: string;
  readonly filters: Readonly<Record<Facet, readonly string[]>>;
  readonly sort: Sort;
  /** From 1. */
  readonly page: number;
  /** Hits on a page. */
  readonly size: number;
  /** Whether the last word may be the beginning of a word. */
  readonly prefix: boolean;
}

/** Plain text in order, each part with whether it matched. */
export type Parts = readonly (readonly [text: string, matched: boolean])[];

export interface PassageHit {
  readonly anchor: Anchor;
  readonly parts: Parts;
}

export interface Hit {
  readonly id: string;
  readonly title: string;
  readonly titleParts: Parts;
  readonly titleOrigin: Origin;
  readonly kind: Kind;
  readonly publishedOn: string | null;
  readonly visibility: Visibility;
  readonly summary: string | null;
  readonly themes: readonly Labelled[];
  readonly keywords: readonly Labelled[];
  readonly organisations: readonly ListedOrganisation[];
  readonly series: (Labelled & { readonly number: number | null }) | null;
  readonly upload: string;
  readonly sourceUrl: string | null;
  /** Words of the query that this hit lacks; only when the answer is `relaxed`. */
  readonly missing: readonly string[];
  /** Its text may be too long for one answer: who opens a passage must name it. */
  readonly isLong: boolean;
  readonly passages: readonly PassageHit[];
}

export interface FacetValue extends Labelled {
  readonly count: number;
  readonly selected: boolean;
}

export interface SearchResult {
  /** Exact. */
  readonly total: number;
  /** Some of what matches may be missing. */
  readonly degraded: boolean;
  readonly relaxed: boolean;
  readonly didYouMean: string | null;
  readonly hits: readonly Hit[];
  readonly facets: Readonly<Record<Facet, readonly FacetValue[]>>;
}

export interface Suggestion {
  readonly type: TermType | 'series' | 'title';
  readonly label: string;
  /** Null for a title. */
  readonly slug: string | null;
  /** The document, for a title; else null. */
  readonly id: string | null;
  readonly count: number;
  readonly parts: Parts;
}

/**
 * A portion of a document, nearly always the whole, its passages marked where they match the words that were asked with
 * it. A passage that is too long for one portion goes on in the next.
 */
export interface IndexedDocument extends Omit<Hit, 'missing' | 'isLong' | 'passages'> {
  readonly language: string | null;
  /** Ids; the collection may hold them or not. */
  readonly sameAs: readonly string[];
  readonly portion: Portion;
  readonly passages: readonly (PassageHit &
    Pick<Passage, 'level'> & { readonly blocks: readonly MarkedBlock[] })[];
}

export interface DocumentTitle {
  readonly id: string;
  readonly title: string;
}

/** `number` counts from 1. */
export interface Portion {
  readonly number: number;
  readonly of: number;
}

/**
 * Which portion: the one of that number, or one that holds something of that passage, or any. Of several, the first with
 * a match is given, and the first of all when none has.
 */
export interface WantedPortion {
  readonly number?: number | undefined;
  readonly passage?: Pick<Anchor, 'type' | 'number'> | undefined;
}

export interface MarkedBlock {
  readonly type: Passage['blocks'][number]['type'];
  readonly parts: Parts;
}

export interface Health {
  readonly searchable: boolean;
  readonly documents: number;
  /**
   * Changes whenever the index begins anew, empty or without a part of it: the first time, with other settings, after
   * damage; absent while nothing was begun, or a part is lost. A caller that remembers another one compares what is held
   * with the catalogue at once.
   */
  readonly generation?: string;
  /** Made with other settings or another analyser: it serves, and asks for a rebuild. */
  readonly outdated?: boolean;
  /**
   * It was begun empty, or is not there at all, and `markFilled` was not called since: what is not found may exist.
   */
  readonly refilling?: boolean;
  /** Why it is not searchable, for an operator. */
  readonly reason?: string;
}

/** One collection of the search index. Every method throws UnavailableError while the engine does not answer. */
export interface SearchIndex {
  /** Resolves once every change is searchable, in the order given; safe to repeat. */
  apply(changes: readonly IndexChange[]): Promise<void>;
  search(request: SearchRequest): Promise<SearchResult>;
  /** At most `size`, the best first; derived from this collection alone. */
  suggest(q: string, size: number): Promise<readonly Suggestion[]>;
  /** Every value that a document of this collection has, most frequent first, then by label. */
  values(facet: Facet): Promise<readonly (Labelled & { readonly count: number })[]>;
  /** `gone`: removed and marked so; undefined: not in this collection, or it has no such portion. */
  document(
    id: string,
    q: string,
    wanted?: WantedPortion,
  ): Promise<IndexedDocument | MovedDocument | 'gone' | undefined>;
  /** Those of these documents that the collection holds, in the order asked. */
  titles(ids: readonly string[]): Promise<readonly DocumentTitle[]>;
  /** What the collection holds, for comparing it with the catalogue. */
  entries(): AsyncIterable<{ readonly id: string; readonly revision: number }>;
  health(): Promise<Health>;
  /** What is being filled while this one goes on being served. Its methods throw NotFoundError while there is none. */
  readonly aside: IndexAside;
  /**
   * Says that the index holds all that it should, as its generation of that name was seen to do; begins one where that
   * generation is undefined. Does nothing when another one is served by now. What is filled aside is checked before it is
   * promoted, and needs no such mark.
   */
  markFilled(generation: string | undefined): Promise<void>;
  /** Begins an empty index aside; one that was not promoted is thrown away. */
  beginAside(): Promise<void>;
  /**
   * Serves the index aside from now on, in one step, and keeps the one served until then until the next
   * `beginAside`. Throws NotFoundError when there is none aside. Interrupted, either the one is served or the other.
   */
  promote(): Promise<void>;
  close(): Promise<void>;
}

/** An index that is not served yet. */
export interface IndexAside {
  apply(changes: readonly IndexChange[]): Promise<void>;
  /** The ids of the first `size` documents that a search would find, best first. */
  find(q: string, size: number): Promise<readonly string[]>;
  entries(): AsyncIterable<{ readonly id: string; readonly revision: number }>;
  health(): Promise<Health>;
}
