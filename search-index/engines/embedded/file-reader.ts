/** Answers from the index file and from what is held in memory; the caller keeps the two in step. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Passage } from '../../../shared/document.ts';
import type {
  Candidates,
  EngineAnswer,
  EngineHit,
  EngineQuery,
  FacetCount,
  Frequencies,
  Misspelling,
  RankedHit,
  SuggestionCandidate,
} from '../../engine.ts';
import { isBlank, type Query, type QueryWord } from '../../query.ts';
import type { DocumentTitle, Facet, IndexEntry, MovedDocument, Sort } from '../../search-index.ts';
import { words } from '../../tokens.ts';
import { bestOf } from './best-of.ts';
import { entriesAtOnce } from './calls.ts';
import { DocumentSet } from './document-set.ts';
import type { FileVocabulary } from './file-vocabulary.ts';
import type { Held, Holdings } from './holdings.ts';
import { beingFilled } from './index-file.ts';
import { LongDocuments } from './long-documents.ts';
import { everyBeginning } from './match-expression.ts';
import { scores } from './ranking.ts';
import { EntriesRow, EntryRow, MovedRow, PassageRow, RemovedRow, TitleRow } from './rows.ts';
import type { WordLookup } from './word-lookup.ts';

/** Passages read for the beginning of a document: the first may be a heading only. */
const leadPassages = 3;
/** Titles among which suggestions are ordered; the newest in the collection first. */
const titlesWeighed = 200;
/** Suggestions that titles keep when the vocabulary has more than enough. */
const titlesKept = 3;

export class FileReader {
  readonly #holdings: Holdings;
  readonly #vocabulary: FileVocabulary;
  readonly #longDocuments: LongDocuments;
  readonly #words: WordLookup;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync, holdings: Holdings, words: WordLookup, vocabulary: FileVocabulary) {
    this.#words = words;
    this.#holdings = holdings;
    this.#vocabulary = vocabulary;
    this.#longDocuments = new LongDocuments(database);
    this.#statements = prepare(database);
  }

  query({ query, filters, sort, offset, size }: EngineQuery): EngineAnswer {
    const { documents: matches, scores } = this.#matches(query, sort);
    const { values } = this.#holdings;
    const { passing, facets } = values.count(matches.keys(), (at) => matches[at]?.spellings ?? [], filters);
    const before = order(matches, scores, sort);
    const hits = bestOf(passing, offset + size, before)
      .slice(offset)
      .flatMap((at) => matches[at] ?? []);
    return {
      total: passing.length,
      unfiltered: matches.length,
      degraded: !this.filled,
      hits: this.#rankedHits(hits, query),
      facets,
    };
  }

  get filled(): boolean {
    return this.#statements.beingFilled.get() === undefined;
  }

  frequencies(asked: readonly QueryWord[]): Frequencies {
    return {
      documents: this.#holdings.size,
      matching: asked.map((word) => this.#words.holding(word).size),
    };
  }

  resembling(word: Misspelling): string[] {
    return this.#vocabulary.resembling(word);
  }

  candidates(ids: readonly string[], query: Query): Candidates[] {
    const documents = ids.flatMap((id) => this.#holdings.byId(id) ?? []);
    const long = documents.filter(({ passagesIndexed }) => passagesIndexed);
    const holding = this.#longDocuments.passagesHolding(long, query);
    return documents.map((held) => ({
      id: held.id,
      isLong: held.passagesIndexed,
      passages: this.#candidatesOf(held, query, holding.get(held)),
    }));
  }

  document(id: string): IndexEntry | MovedDocument | 'gone' | undefined {
    const held = this.#holdings.byId(id);
    const hit = this.#hit(held);
    if (held && hit) return { ...hit, passages: this.#passages(held, 0, held.passages) };
    const row = this.#statements.removal.get(id);
    if (row === undefined || !RemovedRow.parse(row).gone) return undefined;
    const moved = this.#statements.moved.get(id);
    return moved ? { movedTo: MovedRow.parse(moved).moved_to } : 'gone';
  }

  titles(ids: readonly string[]): DocumentTitle[] {
    return ids.flatMap((id) => {
      const row = this.#statements.title.get(id);
      return row ? [TitleRow.parse(row)] : [];
    });
  }

  suggest(beginnings: readonly (readonly string[])[], size: number): SuggestionCandidate[] {
    const facets = ['theme', 'keyword', 'organisation', 'series'] as const;
    const names = facets
      .flatMap((type) =>
        this.#holdings.values
          .beginningWith(type, beginnings, size)
          .map((value) => ({ type, ...value, id: null })),
      )
      .sort((a, b) => b.count - a.count);
    const titles = this.#titles(beginnings, size);
    const namesShown = Math.max(size - titles.length, size - titlesKept);
    return [...names.slice(0, namesShown), ...titles].slice(0, size);
  }

  values(facet: Facet): FacetCount[] {
    return this.#holdings.values.all(facet);
  }

  /** In the order of their ids, from the one after `after`. */
  entries(after: string): { id: string; revision: number }[] {
    return this.#statements.entries.all(after, entriesAtOnce).map((row) => EntriesRow.parse(row));
  }

  /** Throws when the full-text tables cannot be read. */
  probe(): void {
    this.#statements.allMatches.all('"vindplaats"');
  }

  #matches(query: Query, sort: Sort): Matches {
    const found = this.#found(query);
    const documents: Held[] = [];
    for (const ordinal of found) {
      const held = this.#holdings.byOrdinal(ordinal);
      if (held) documents.push(held);
    }
    if (sort !== 'relevance' || !isRanked(query)) return { documents, scores: undefined };
    return { documents, scores: scores(query, this.#words, this.#holdings) };
  }

  #found(query: Query): DocumentSet {
    const found = isBlank(query) ? this.#holdings.ordinals() : this.#holdingEnough(query);
    for (const phrase of query.phrases) found.keepOnly(this.#words.phrase(phrase));
    for (const phrase of query.excluded) found.remove(this.#words.phrase(phrase));
    return found;
  }

  /** The documents that have every word of some sufficient set. */
  #holdingEnough({ words, sufficient }: Query): DocumentSet {
    const enough = new DocumentSet(this.#holdings.highestOrdinal);
    for (const set of sufficient) {
      enough.addAll(this.#words.holdingAll(set.flatMap((at) => words[at] ?? [])));
    }
    return enough;
  }

  #rankedHits(documents: readonly Held[], query: Query): RankedHit[] {
    const missing = this.#missing(query);
    return documents.flatMap((held) => {
      const hit = this.#hit(held);
      return hit ? [{ ...hit, missing: missing(held) }] : [];
    });
  }

  /** The words that each of these documents lacks. */
  #missing(query: Query): (held: Held) => readonly number[] {
    if (!isRelaxed(query)) return () => [];
    const holding = query.words.map((word) => this.#words.holding(word));
    return ({ ordinal }) => holding.flatMap((documents, at) => (documents.has(ordinal) ? [] : [at]));
  }

  /** With the labels that the collection uses, so that a hit and the facets say the same. */
  #hit(held: Held | undefined): EngineHit | undefined {
    if (held === undefined) return undefined;
    const { entry } = EntryRow.parse(this.#statements.entry.get(held.ordinal));
    const { values } = this.#holdings;
    const labelled = <Value extends { readonly slug: string; readonly label: string }>(
      facet: Facet,
      value: Value,
    ): Value => ({ ...value, label: values.labelOf(facet, value.slug) ?? value.label });
    return {
      ...entry,
      themes: entry.themes.map((theme) => labelled('theme', theme)),
      keywords: entry.keywords.map((keyword) => labelled('keyword', keyword)),
      organisations: entry.organisations.map((organisation) => labelled('organisation', organisation)),
      series: entry.series && labelled('series', entry.series),
    };
  }

  #candidatesOf(held: Held, query: Query, holding: readonly number[] | undefined): Passage[] {
    if (holding === undefined && !isBlank(query)) return this.#passages(held, 0, held.passages);
    if (holding === undefined || holding.length === 0) return this.#passages(held, 0, leadPassages);
    return holding.flatMap((number) => this.#passages(held, number - held.firstPassage, 1));
  }

  #passages({ firstPassage, passages }: Held, from: number, count: number): Passage[] {
    const last = firstPassage + Math.min(passages, from + count) - 1;
    return this.#statements.passages
      .all(firstPassage + from, last)
      .map((row) => PassageRow.parse(row).passage);
  }

  #titles(beginnings: readonly (readonly string[])[], size: number): SuggestionCandidate[] {
    const typed = beginnings.map(([first]) => first).join(' ');
    return this.#statements.titles
      .all(everyBeginning(beginnings), titlesWeighed)
      .map((row) => {
        const { id, title } = TitleRow.parse(row);
        return { id, title, folded: words(title).join(' ') };
      })
      .sort(
        (a, b) =>
          Number(b.folded.startsWith(typed)) - Number(a.folded.startsWith(typed)) ||
          byText(a.folded, b.folded) ||
          byText(a.id, b.id),
      )
      .slice(0, size)
      .map(({ id, title }) => ({ type: 'title', label: title, slug: null, id, count: 1 }));
  }
}

interface Matches {
  readonly documents: readonly Held[];
  /** By a document's number in the file. */
  readonly scores: Float64Array | undefined;
}

function isRanked({ words, phrases }: Query): boolean {
  return words.length > 0 || phrases.length > 0;
}

/** Whether a document is found with fewer words than all. */
function isRelaxed({ words, sufficient }: Query): boolean {
  return !sufficient.some((set) => words.every((_, at) => set.includes(at)));
}

/** Whether match `a` comes before match `b`; undated ones last, ties by id. */
function order(
  matches: readonly Held[],
  scores: Float64Array | undefined,
  sort: Sort,
): (a: number, b: number) => boolean {
  const idOf = (at: number) => matches[at]?.id ?? '';
  if (scores) {
    const scoreOf = (at: number) => scores[matches[at]?.ordinal ?? 0] ?? 0;
    return (a, b) => {
      const difference = scoreOf(a) - scoreOf(b);
      return difference === 0 ? idOf(a) < idOf(b) : difference > 0;
    };
  }
  const dateOf = (at: number) => matches[at]?.publishedOn ?? null;
  return (a, b) => {
    const [dateA, dateB] = [dateOf(a), dateOf(b)];
    if (dateA === dateB) return idOf(a) < idOf(b);
    if (dateA === null || dateB === null) return dateB === null;
    return sort === 'oldest' ? dateA < dateB : dateA > dateB;
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function prepare(database: DatabaseSync) {
  const rows = (sql: string): StatementSync => database.prepare(sql);
  /** Rows as arrays: at ten thousand matches, naming each column costs more than finding them. */
  const arrays = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  return {
    beingFilled: rows(`SELECT value FROM about WHERE name = '${beingFilled}'`),
    allMatches: arrays('SELECT rowid FROM document_words WHERE document_words MATCH ?'),
    titles: rows(
      `SELECT document.id, document.title FROM title_words JOIN document ON document.ordinal = title_words.rowid
       WHERE title_words MATCH ? ORDER BY title_words.rowid DESC LIMIT ?`,
    ),
    entry: rows('SELECT entry FROM entry WHERE ordinal = ?'),
    passages: rows('SELECT passage FROM passage WHERE number BETWEEN ? AND ? ORDER BY number'),
    removal: rows('SELECT revision, removed_at, gone FROM removed WHERE id = ?'),
    moved: rows('SELECT moved_to FROM moved WHERE id = ?'),
    title: rows('SELECT id, title FROM document WHERE id = ?'),
    entries: rows('SELECT id, revision FROM document WHERE id > ? ORDER BY id LIMIT ?'),
  };
}
