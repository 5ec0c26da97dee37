/** Which documents hold a word or a phrase, and how much of it. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LemmaRun, Phrase, QueryWord } from '../../query.ts';
import { documentColumns, documentWeights, lemmasAndParts } from './columns.ts';
import { DocumentSet } from './document-set.ts';
import type { Holdings } from './holdings.ts';
import { anyOf, beginning, inColumns, quoted, runsOf, sequencesOf } from './match-expression.ts';

/** Sets kept for the questions that follow a query about the same words. */
const setsKept = 256;

/** Documents among which a common word is counted, and what FTS5 scores them before it is. */
export interface Beside {
  readonly expression: string;
  readonly scores: ReadonlyMap<number, number>;
}

export class WordLookup {
  readonly #holdings: Holdings;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #kept = new Map<string, DocumentSet>();

  constructor(database: DatabaseSync, holdings: Holdings) {
    this.#holdings = holdings;
    this.#statements = prepare(database);
  }

  /** To be called after every change. */
  forget(): void {
    this.#kept.clear();
  }

  /** In any of the ways that will do. This set and all others are shared: copy them before changing them. */
  holding(word: QueryWord): DocumentSet {
    const { text, prefix, lemmas, runs, resembling } = word;
    return this.#keep(JSON.stringify([text, prefix, lemmas, runs, resembling]), () => {
      const found = this.#numbers(this.#statements.holding, amongLemmas(word));
      for (const form of [text, ...resembling]) found.addAll(this.written(form));
      if (prefix) found.addAll(this.begunBy(text));
      return found;
    });
  }

  holdingAll(words: readonly QueryWord[]): DocumentSet {
    const [rarest, ...others] = words.map((word) => this.holding(word)).sort((a, b) => a.size - b.size);
    if (rarest === undefined) return this.#holdings.ordinals();
    const all = rarest.copy();
    for (const other of others) all.keepOnly(other);
    return all;
  }

  phrase(phrase: Phrase): DocumentSet {
    const expression = anyOf(sequencesOf(phrase).map((run) => inColumns(documentColumns.lemmas, run)));
    return this.#keep(expression, () => this.#numbers(this.#statements.holding, expression));
  }

  /** As written. */
  written(form: string): DocumentSet {
    const expression = quoted([form]);
    return this.#keep(expression, () => this.#numbers(this.#statements.written, expression));
  }

  /** With a written form that begins like this. */
  begunBy(text: string): DocumentSet {
    const expression = beginning(text);
    return this.#keep(expression, () => this.#numbers(this.#statements.written, expression));
  }

  /** With a word in the title that begins like this. */
  titlesBegunBy(text: string): DocumentSet {
    return this.#numbers(this.#statements.titles, beginning(text));
  }

  /** The documents that hold any of these words. */
  beside(words: readonly QueryWord[]): Beside {
    const expression = anyOf(words.map(amongLemmas));
    const rows = this.#statements.scored.all(expression);
    return { expression, scores: new Map(rows.map((row) => [Number(row[0]), Number(row[1])])) };
  }

  /**
   * How much of the run each document holds, by BM25: 0 to 2.2. FTS5 answers it times the rarity of the run, which it
   * takes for nothing when more than half of the documents hold it; among documents about one field, those are the
   * words that matter, so its rarity is divided out.
   */
  eachAmount(
    run: LemmaRun,
    columns: readonly string[],
    beside: Beside | undefined,
    visit: (ordinal: number, amount: number) => void,
  ): void {
    const expression = inColumns(columns, run);
    const rows = this.#statements.scored.all(
      beside === undefined ? expression : `${expression} AND ${beside.expression}`,
    );
    if (rows.length === 0) return;
    const holding = beside === undefined ? rows.length : this.#count(expression);
    const rarity = rarityByFts5(this.#holdings.size, holding);
    for (const row of rows) {
      const [ordinal, score] = [row[0], row[1]];
      if (typeof ordinal !== 'number' || typeof score !== 'number') continue;
      visit(ordinal, ((beside?.scores.get(ordinal) ?? 0) - score) / rarity);
    }
  }

  #count(expression: string): number {
    return Number(this.#statements.count.get(expression)?.[0]);
  }

  #keep(key: string, look: () => DocumentSet): DocumentSet {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    if (this.#kept.size >= setsKept) this.#kept.clear();
    const found = look();
    this.#kept.set(key, found);
    return found;
  }

  /** The numbers come as one text: a row for each would cost more than finding them. */
  #numbers(statement: StatementSync, expression: string): DocumentSet {
    const found = new DocumentSet(this.#holdings.highestOrdinal);
    const text = statement.get(expression)?.[0];
    if (typeof text !== 'string') return found;
    let number = 0;
    for (let at = 0; at < text.length; at++) {
      const digit = text.charCodeAt(at) - zero;
      if (digit >= 0) {
        number = 10 * number + digit;
      } else {
        found.add(number);
        number = 0;
      }
    }
    return found.add(number);
  }
}

const zero = '0'.charCodeAt(0);

function amongLemmas(word: QueryWord): string {
  const { text, lemmas } = word;
  const runs = runsOf(word).map((run) => inColumns(lemmasAndParts, run));
  // In another language than Dutch the words stand among the lemmas as written.
  return anyOf(lemmas.includes(text) ? runs : [...runs, inColumns(documentColumns.lemmas, [text])]);
}

/** As its bm25() has it. */
function rarityByFts5(documents: number, holding: number): number {
  return Math.max(Math.log((documents - holding + 0.5) / (holding + 0.5)), 1e-6);
}

function prepare(database: DatabaseSync) {
  const arrays = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  const numbers = (table: string) =>
    arrays(`SELECT group_concat(rowid) FROM ${table} WHERE ${table} MATCH ?`);
  const weights = Object.values(documentWeights).join(', ');
  return {
    holding: numbers('document_words'),
    written: numbers('document_forms'),
    titles: numbers('title_words'),
    scored: arrays(
      `SELECT rowid, bm25(document_words, ${weights}) FROM document_words WHERE document_words MATCH ?`,
    ),
    count: arrays('SELECT count(*) FROM document_words WHERE document_words MATCH ?'),
  };
}
