/** Finds the passages worth showing of documents that are too long to read through, such as a book of 500 pages. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Query } from '../../query.ts';
import { headingColumns, passageColumns } from './columns.ts';
import type { Held } from './holdings.ts';
import { type Clause, clausesOf } from './match-expression.ts';

/** Passages of one document among which the best are chosen: those that hold most, and the first of each word. */
const fullestAtMost = 8;
const firstOfEach = 2;
const passagesAtMost = 24;

/** Standing in the heading too is worth less than another word of the query. */
const headingWorth = 0.5;

interface Tally {
  readonly number: number;
  worth: number;
  isFirst: boolean;
}

export class LongDocuments {
  readonly #holding: StatementSync;

  constructor(database: DatabaseSync) {
    this.#holding = database.prepare(
      'SELECT rowid FROM passage_words WHERE passage_words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid',
    );
    this.#holding.setReturnArrays(true);
  }

  /**
   * For each document the numbers of the passages that hold most of the query, in its order. Counted here and not
   * ranked by FTS5, which would weigh each word over the passages of all documents, and again for every document.
   */
  passagesHolding(documents: readonly Held[], query: Query): ReadonlyMap<Held, readonly number[]> {
    if (documents.length === 0) return new Map();
    const tallies = new Map(documents.map((document) => [document, new Map<number, Tally>()]));
    const inHeading = clausesOf(query, headingColumns);
    for (const [clauseAt, clause] of clausesOf(query, passageColumns).entries()) {
      const holding = this.#lookUp(clause, documents);
      const inHeadings = this.#lookUp(inHeading[clauseAt] ?? clause, documents);
      for (const [document, tally] of tallies) {
        for (const [at, number] of holding(document).entries()) {
          const known = tally.get(number);
          if (known === undefined) tally.set(number, { number, worth: 1, isFirst: at < firstOfEach });
          else {
            known.worth += 1;
            known.isFirst ||= at < firstOfEach;
          }
        }
        for (const number of inHeadings(document)) {
          const known = tally.get(number);
          if (known) known.worth += headingWorth;
        }
      }
    }
    return new Map([...tallies].map(([document, tally]) => [document, chosen([...tally.values()])]));
  }

  /** The beginning of a word costs FTS5 the same for one document as for all, so that is asked only once. */
  #lookUp({ expression, prefix }: Clause, documents: readonly Held[]): (document: Held) => readonly number[] {
    if (!prefix) return (document) => this.#numbers(expression, document.firstPassage, lastPassage(document));
    const from = Math.min(...documents.map(({ firstPassage }) => firstPassage));
    const all = this.#numbers(expression, from, Math.max(...documents.map(lastPassage)));
    return (document) =>
      all.filter((number) => number >= document.firstPassage && number <= lastPassage(document));
  }

  #numbers(expression: string, from: number, to: number): number[] {
    const rows = this.#holding.all(expression, from, to);
    return rows.flatMap((row) => (typeof row[0] === 'number' ? row[0] : []));
  }
}

function chosen(tallies: readonly Tally[]): number[] {
  const byWorth = [...tallies].sort((a, b) => b.worth - a.worth || a.number - b.number);
  return byWorth
    .filter(({ isFirst }, at) => at < fullestAtMost || isFirst)
    .slice(0, passagesAtMost)
    .map(({ number }) => number)
    .sort((a, b) => a - b);
}

function lastPassage({ firstPassage, passages }: Held): number {
  return firstPassage + passages - 1;
}
