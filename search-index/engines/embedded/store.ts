/** The embedded engine itself: one file, what it holds in memory, and the transactions that keep the two in step. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { IndexChange } from '../../search-index.ts';
import { FileReader } from './file-reader.ts';
import { FileVocabulary } from './file-vocabulary.ts';
import { FileWriter } from './file-writer.ts';
import { Holdings } from './holdings.ts';
import { openIndexFile, wordsSettings } from './index-file.ts';
import { DocumentRow, SpellingRow, VersionRow } from './rows.ts';
import { WordLookup } from './word-lookup.ts';

const neverLoaded = -1;

export class Store {
  readonly generation: string;
  readonly #now: () => number;
  readonly #wordsSettings: string;
  readonly #database: DatabaseSync;
  readonly #version: StatementSync;
  #loadedVersion = neverLoaded;
  #holdings = new Holdings();
  #words: WordLookup;
  #vocabulary: FileVocabulary;
  #reader: FileReader;
  #writer: FileWriter;

  /** Opens the file or begins it anew; `now` answers milliseconds since 1970. */
  constructor(path: string, now: () => number = Date.now) {
    const { database, generation, words } = openIndexFile(path);
    this.generation = generation;
    this.#wordsSettings = words;
    this.#now = now;
    this.#database = database;
    this.#version = database.prepare('PRAGMA data_version');
    this.#words = new WordLookup(database, this.#holdings);
    this.#vocabulary = new FileVocabulary(database, this.#words);
    this.#reader = new FileReader(database, this.#holdings, this.#words, this.#vocabulary);
    this.#writer = new FileWriter(database, this.#holdings, this.#vocabulary, now);
    try {
      this.read(() => undefined);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Made with other words than are made now; asking reads the lexicon, which opening the file does not. */
  get outdated(): boolean {
    return this.#wordsSettings !== wordsSettings();
  }

  get documents(): number {
    return this.#holdings.size;
  }

  /** All changes or none; written to the disk when it returns. Answers of each whether it was carried out. */
  apply(changes: readonly IndexChange[]): readonly boolean[] {
    try {
      return this.#transaction('BEGIN IMMEDIATE', () => {
        const carriedOut = changes.map((change) => this.#writer.apply(change));
        this.#writer.forgetOldRemovals();
        this.#words.forget();
        return carriedOut;
      });
    } catch (error) {
      this.#loadedVersion = neverLoaded;
      throw error;
    }
  }

  /** One state of the file, whatever another process writes meanwhile. */
  read<Answer>(ask: (reader: FileReader) => Answer): Answer {
    return this.#transaction('BEGIN', () => ask(this.#reader));
  }

  /** Reads on ahead what a later question will need; answers whether there is more. */
  readAhead(): boolean {
    return this.#transaction('BEGIN', () => this.#vocabulary.readOn());
  }

  /** One state of the file, in a new one: what lies in the log of an open file is not lost, as in a copy of its bytes. */
  copyTo(path: string): void {
    this.#database.prepare('VACUUM INTO ?').run(path);
  }

  close(): void {
    this.#database.close();
  }

  #transaction<Answer>(begin: string, work: () => Answer): Answer {
    this.#database.exec(begin);
    try {
      this.#follow();
      const answer = work();
      this.#database.exec('COMMIT');
      return answer;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Loads anew what another process wrote, and what memory has of changes that were rolled back. */
  #follow(): void {
    const version = VersionRow.parse(this.#version.get()).data_version;
    if (version === this.#loadedVersion) return;
    this.#holdings = this.#load();
    this.#words = new WordLookup(this.#database, this.#holdings);
    this.#vocabulary = new FileVocabulary(this.#database, this.#words);
    this.#reader = new FileReader(this.#database, this.#holdings, this.#words, this.#vocabulary);
    this.#writer = new FileWriter(this.#database, this.#holdings, this.#vocabulary, this.#now);
    this.#loadedVersion = version;
  }

  #load(): Holdings {
    const holdings = new Holdings();
    for (const row of this.#database.prepare('SELECT number, facet, slug, label FROM spelling').iterate()) {
      const { number, ...spelling } = SpellingRow.parse(row);
      holdings.values.add(number, spelling);
    }
    const documents = this.#database.prepare(
      `SELECT ordinal, id, revision, applied_at, published_on, spellings, first_passage, passages, passages_indexed
       FROM document`,
    );
    for (const row of documents.iterate()) {
      const document = DocumentRow.parse(row);
      holdings.put({
        ordinal: document.ordinal,
        id: document.id,
        revision: document.revision,
        appliedAt: document.applied_at,
        publishedOn: document.published_on,
        spellings: document.spellings,
        firstPassage: document.first_passage,
        passages: document.passages,
        passagesIndexed: document.passages_indexed,
      });
    }
    return holdings;
  }
}
