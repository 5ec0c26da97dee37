/** The written forms of one index file, read from it once and kept in step from then on. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Misspelling } from '../../engine.ts';
import { Vocabulary } from './vocabulary.ts';
import type { WordLookup } from './word-lookup.ts';

const formsAtMost = 10;
/** Forms that are read at once while nothing is asked: some ten milliseconds of them. */
const readAtOnce = 10_000;
/** New forms after which all of them are read again, sorted; or an eighth of all, when that is more. */
const addedAtMost = 10_000;

export class FileVocabulary {
  readonly #words: WordLookup;
  readonly #forms: StatementSync;
  #vocabulary = new Vocabulary();
  /** What was read up to; undefined when all was. */
  #readUpTo: string | undefined = '';

  constructor(database: DatabaseSync, words: WordLookup) {
    this.#words = words;
    this.#forms = database.prepare('SELECT term, doc FROM form_counts WHERE term > ? LIMIT ?');
    this.#forms.setReturnArrays(true);
  }

  /** A document holds these forms. */
  add(forms: readonly string[]): void {
    const readUpTo = this.#readUpTo;
    for (const form of forms) {
      // What comes after is still to be read.
      if (readUpTo === undefined || form <= readUpTo) this.#vocabulary.add(form);
    }
    if (this.#vocabulary.added > Math.max(addedAtMost, this.#vocabulary.size / 8)) this.readAgain();
  }

  /** To be called when documents came of which the forms are not known. */
  readAgain(): void {
    this.#vocabulary = new Vocabulary();
    this.#readUpTo = '';
  }

  /** Reads some of the forms that were not read yet; answers whether there are more. */
  readOn(): boolean {
    if (this.#readUpTo === undefined) return false;
    const rows = this.#forms.all(this.#readUpTo, readAtOnce);
    for (const row of rows) {
      const [form, documents] = [row[0], row[1]];
      if (typeof form === 'string' && typeof documents === 'number') this.#vocabulary.append(form, documents);
    }
    const last = rows.at(-1)?.[0];
    this.#readUpTo = rows.length < readAtOnce || typeof last !== 'string' ? undefined : last;
    return this.#readUpTo !== undefined;
  }

  /** Each of them is looked up: a form whose last document went may tell what was in it. */
  resembling(word: Misspelling): string[] {
    while (this.readOn());
    return this.#vocabulary
      .resembling(word)
      .map((found) => ({ ...found, documents: this.#words.written(found.form).size }))
      .filter(({ documents }) => documents > 0)
      .sort((a, b) => a.errors - b.errors || b.documents - a.documents)
      .slice(0, formsAtMost)
      .map(({ form }) => form);
  }
}
