/** What the file holds, loaded into memory: all of it, or the documents that changed. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Held, Holdings } from './holdings.ts';
import { DocumentRow, SpellingRow } from './rows.ts';

export class FileHoldings {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database);
  }

  load(): Holdings {
    const holdings = new Holdings();
    for (const row of this.#statements.spellings.iterate()) addSpelling(holdings, row);
    for (const row of this.#statements.documents.iterate()) holdings.put(heldOf(row));
    return holdings;
  }

  /**
   * Brings the documents of these numbers up to date. All of them leave before any comes back: a number that the file
   * has given to another spelling since is forgotten by then.
   */
  reload(holdings: Holdings, ordinals: ReadonlySet<number>): void {
    for (const ordinal of ordinals) {
      const before = holdings.byOrdinal(ordinal);
      if (before) holdings.remove(before);
    }
    for (const ordinal of ordinals) {
      const row = this.#statements.document.get(ordinal);
      if (row === undefined) continue;
      const held = heldOf(row);
      for (const number of held.spellings) {
        if (!holdings.values.has(number)) addSpelling(holdings, this.#statements.spelling.get(number));
      }
      holdings.put(held);
    }
  }
}

function addSpelling({ values }: Holdings, row: unknown): void {
  const { number, ...spelling } = SpellingRow.parse(row);
  values.add(number, spelling);
}

function heldOf(row: unknown): Held {
  const document = DocumentRow.parse(row);
  return {
    ordinal: document.ordinal,
    id: document.id,
    revision: document.revision,
    appliedAt: document.applied_at,
    publishedOn: document.published_on,
    spellings: document.spellings,
    firstPassage: document.first_passage,
    passages: document.passages,
    passagesIndexed: document.passages_indexed,
  };
}

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  const documents = `SELECT ordinal, id, revision, applied_at, published_on, spellings, first_passage, passages,
    passages_indexed FROM document`;
  const spellings = 'SELECT number, facet, slug, label FROM spelling';
  return {
    documents: statement(documents),
    document: statement(`${documents} WHERE ordinal = ?`),
    spellings: statement(spellings),
    spelling: statement(`${spellings} WHERE number = ?`),
  };
}
