/**
 * The latest changes, in the file itself: whoever else has it open (another thread, another process) then loads what
 * changed, and not all that the file holds.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ChangeRow, NumberRow } from './rows.ts';

/** A reader that is further behind loads everything. */
const changesKept = 200;
/** Characters; a book has more, and its readers read all forms again. */
const longestForms = 65_536;

/** A document that was put or removed. */
export interface Change {
  /** Its number in the file. */
  readonly ordinal: number;
  /** The written forms in it, apart by spaces; undefined when they are too many to be kept here. */
  readonly forms: string | undefined;
}

export class ChangeLog {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database);
  }

  /** The number of the latest change; 0 when there was none. */
  get latest(): number {
    return NumberRow.parse(this.#statements.latest.get()).number;
  }

  /** What earlier changes tell of the document's words is forgotten: they are not in it any more. */
  append({ ordinal, forms }: Change): void {
    this.#statements.forgetForms.run(ordinal);
    const kept = forms === undefined || forms.length > longestForms ? null : forms;
    this.#statements.append.run(this.latest + 1, ordinal, kept);
  }

  /** To be called at the end of every transaction that appends. */
  trim(): void {
    this.#statements.trim.run(this.latest - changesKept);
  }

  /** The changes after this number, in their order; undefined when they are not all kept any more. */
  since(number: number): readonly Change[] | undefined {
    const changes = this.#statements.since.all(number).map((row) => ChangeRow.parse(row));
    if (changes.length !== this.latest - number) return undefined;
    return changes.map(({ ordinal, forms }) => ({ ordinal, forms: forms ?? undefined }));
  }
}

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    latest: statement('SELECT coalesce(max(number), 0) AS number FROM change_log'),
    append: statement('INSERT INTO change_log VALUES (?, ?, ?)'),
    forgetForms: statement(`UPDATE change_log SET forms = '' WHERE ordinal = ? AND forms IS NOT ''`),
    trim: statement('DELETE FROM change_log WHERE number <= ?'),
    since: statement('SELECT ordinal, forms FROM change_log WHERE number > ? ORDER BY number'),
  };
}
