/** The embedded engine itself: one file, what it holds in memory, and the transactions that keep the two in step. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { IndexChange } from '../../search-index.ts';
import { type Change, ChangeLog } from './change-log.ts';
import { FileHoldings } from './file-holdings.ts';
import { FileReader } from './file-reader.ts';
import { FileVocabulary } from './file-vocabulary.ts';
import { FileWriter } from './file-writer.ts';
import { Holdings } from './holdings.ts';
import { openIndexFile, wordsSettings } from './index-file.ts';
import { VersionRow } from './rows.ts';
import { WordLookup } from './word-lookup.ts';

const neverLoaded = -1;

export class Store {
  readonly generation: string;
  readonly #now: () => number;
  readonly #wordsSettings: string;
  readonly #database: DatabaseSync;
  readonly #version: StatementSync;
  readonly #log: ChangeLog;
  readonly #fileHoldings: FileHoldings;
  #loadedVersion = neverLoaded;
  /** The number of the latest change that memory has. */
  #loadedChange = 0;
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
    this.#log = new ChangeLog(database);
    this.#fileHoldings = new FileHoldings(database);
    this.#words = new WordLookup(database, this.#holdings);
    this.#vocabulary = new FileVocabulary(database, this.#words);
    this.#reader = new FileReader(database, this.#holdings, this.#words, this.#vocabulary);
    this.#writer = new FileWriter(database, this.#holdings, this.#log, now);
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

  /** Whether it was said to hold all that it should, or was begun before that was kept. */
  get filled(): boolean {
    return this.#reader.filled;
  }

  /** Nothing, when another generation is meant. */
  markFilled(generation: string | undefined): void {
    if (generation !== undefined && generation !== this.generation) return;
    this.#transaction('BEGIN IMMEDIATE', () => this.#writer.markFilled());
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
        const written = this.#log.since(this.#loadedChange);
        this.#log.trim();
        this.#learn(written);
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

  /** Loads what others wrote; all of it where the log does not tell, or where memory has what was rolled back. */
  #follow(): void {
    const version = VersionRow.parse(this.#version.get()).data_version;
    if (version === this.#loadedVersion) return;
    const changes = this.#loadedVersion === neverLoaded ? undefined : this.#log.since(this.#loadedChange);
    this.#loadedVersion = neverLoaded;
    if (changes) {
      this.#fileHoldings.reload(this.#holdings, new Set(changes.map(({ ordinal }) => ordinal)));
      this.#learn(changes);
    } else {
      this.#loadAll();
    }
    this.#loadedVersion = version;
  }

  #loadAll(): void {
    this.#holdings = this.#fileHoldings.load();
    this.#words = new WordLookup(this.#database, this.#holdings);
    this.#vocabulary = new FileVocabulary(this.#database, this.#words);
    this.#reader = new FileReader(this.#database, this.#holdings, this.#words, this.#vocabulary);
    this.#writer = new FileWriter(this.#database, this.#holdings, this.#log, this.#now);
    this.#loadedChange = this.#log.latest;
  }

  /** Takes in what the changes say of words. */
  #learn(changes: readonly Change[] | undefined): void {
    this.#words.forget();
    for (const { forms } of changes ?? [{ forms: undefined }]) {
      if (forms === undefined) this.#vocabulary.readAgain();
      else if (forms !== '') this.#vocabulary.add(forms.split(' '));
    }
    this.#loadedChange = this.#log.latest;
  }
}
