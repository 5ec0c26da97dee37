/**
 * The file of one collection. All that it holds can be made again from the catalogue and the documents bucket, so a
 * file that cannot be used is begun anew, under a new generation, and the caller fills it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import { dutchAnalyser } from '../../dutch/analyser.ts';
import { wordsVersion } from '../../words-of-entry.ts';
import { documentWeights, passageColumns } from './columns.ts';

export interface IndexFile {
  readonly database: DatabaseSync;
  readonly generation: string;
  /** What its words were made with. */
  readonly words: string;
}

/**
 * Contentless: the text is kept once, in `passage`. `ascii` takes every character outside ASCII as a letter, so the
 * words that go in, folded and apart by spaces, come out as they are. The prefix indexes hold the beginnings of two
 * and three letters; a longer one is a short stretch of the vocabulary.
 */
const fullText = `content = '', contentless_delete = 1, tokenize = 'ascii'`;
const schema = `
  CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE document (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    applied_at INTEGER NOT NULL,
    published_on TEXT,
    title TEXT NOT NULL,
    spellings TEXT NOT NULL,
    first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    passages_indexed INTEGER NOT NULL
  );
  CREATE TABLE entry (ordinal INTEGER PRIMARY KEY, entry TEXT NOT NULL);
  CREATE TABLE passage (number INTEGER PRIMARY KEY, passage TEXT NOT NULL);
  CREATE TABLE spelling (number INTEGER PRIMARY KEY, facet TEXT NOT NULL, slug TEXT NOT NULL, label TEXT NOT NULL);
  CREATE TABLE removed (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    removed_at INTEGER NOT NULL,
    gone INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE VIRTUAL TABLE document_words USING fts5(
    ${Object.keys(documentWeights).join(', ')}, detail = full, ${fullText}
  );
  CREATE VIRTUAL TABLE document_forms USING fts5(forms, detail = none, prefix = '2 3', ${fullText});
  CREATE VIRTUAL TABLE form_counts USING fts5vocab(document_forms, row);
  CREATE VIRTUAL TABLE passage_words USING fts5(
    ${Object.values(passageColumns).flat().join(', ')}, detail = full, prefix = '2 3', ${fullText}
  );
  CREATE VIRTUAL TABLE title_words USING fts5(title, detail = none, prefix = '1 2 3', ${fullText});
`;

/** Of which a file that was begun without them is none the worse: they are begun there too. */
const laterTables = `
  CREATE TABLE IF NOT EXISTS moved (id TEXT PRIMARY KEY, moved_to TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS change_log (number INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL, forms TEXT);
`;

/** Among what a file says of itself until it was said to hold all that it should; earlier versions did not write it. */
export const beingFilled = 'being filled';

/** Changes with how the file is laid out: one that is laid out in another way cannot be read. */
const layout = createHash('sha256').update(schema).digest('hex').slice(0, 16);

/** Changes with what words are made of a document: a file with other words serves, if not as well. */
export function wordsSettings(): string {
  return `${wordsVersion} ${dutchAnalyser().lexiconHash}`;
}

/** Milliseconds that a writer waits for another one. */
const busyTimeout = 5_000;
/** Milliseconds between two tries to open a file that another one begins. */
const busyPause = 10;
/** Kibibytes of pages and bytes of new words that are kept in memory: with less, FTS5 writes and merges all the time. */
const pageCache = 16_384;
const wordCache = 8 * 1024 * 1024;

/** Opens the file, or begins it anew where it is missing, laid out in another way or damaged. */
export function openIndexFile(path: string): IndexFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    const kept = whenFree(() => openOrBegin(path));
    if (kept) return kept;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  removeIndexFile(path);
  const begun = whenFree(() => openOrBegin(path));
  if (begun === undefined) throw new Error('Another version of Vindplaats began the index file meanwhile');
  return begun;
}

export function removeIndexFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

const SqliteError = z.object({ code: z.literal('ERR_SQLITE_ERROR'), errcode: z.int() });
/** SQLITE_CORRUPT and SQLITE_NOTADB; a full disk or a read error may pass, and is no reason to begin anew. */
const damageCodes: ReadonlySet<number> = new Set([11, 26]);

export function isSqliteError(error: unknown): boolean {
  return SqliteError.safeParse(error).success;
}

/** SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH and SQLITE_RANGE: what was to be written is wrong, and stays so. */
const refusalCodes: ReadonlySet<number> = new Set([18, 19, 20, 25]);

/** Whether SQLite took no offence at what it was given, but could not use the file. */
export function isFaultOfFile(error: unknown): boolean {
  const code = primaryCodeOf(error);
  return code !== undefined && !refusalCodes.has(code);
}

export function isDamage(error: unknown): boolean {
  return damageCodes.has(primaryCodeOf(error) ?? 0);
}

/** SQLITE_BUSY. */
const busyCode = 5;

function isBusy(error: unknown): boolean {
  return primaryCodeOf(error) === busyCode;
}

function primaryCodeOf(error: unknown): number | undefined {
  const { data } = SqliteError.safeParse(error);
  return data && data.errcode & 0xff;
}

const About = z.object({ layout: z.string(), words: z.string(), generation: z.string() });

/** Undefined when the file is laid out in another way. */
function openOrBegin(path: string): IndexFile | undefined {
  const database = connect(path);
  try {
    // Another process may be beginning the same file: whoever gets to write first does, and the others find it done.
    if (isEmpty(database)) {
      database.exec('BEGIN IMMEDIATE');
      if (isEmpty(database)) begin(database);
      database.exec('COMMIT');
    }
    const rows = database.prepare('SELECT name, value FROM about').all();
    const about = About.safeParse(Object.fromEntries(rows.map(({ name, value }) => [name, value])));
    if (about.data?.layout === layout) {
      const { generation, words } = about.data;
      database.exec(laterTables);
      return { database, generation, words };
    }
  } catch (error) {
    database.close();
    if (isOtherLayout(error)) return undefined;
    throw error;
  }
  database.close();
  return undefined;
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

/** A file of SQLite that never was an index has no such table or column. */
function isOtherLayout(error: unknown): boolean {
  return error instanceof Error && /no such (?:table|column)/.test(error.message);
}

function begin(database: DatabaseSync): void {
  database.exec(schema);
  for (const table of ['document_words', 'document_forms', 'passage_words', 'title_words']) {
    database.exec(`INSERT INTO ${table} (${table}, rank) VALUES ('hashsize', ${wordCache})`);
  }
  const about = database.prepare('INSERT INTO about (name, value) VALUES (?, ?)');
  about.run('layout', layout);
  about.run('words', wordsSettings());
  about.run('generation', randomUUID());
  about.run(beingFilled, 'since it was begun');
}

/** While a file gets its journal, SQLite does not wait by itself. */
function whenFree<Result>(work: () => Result): Result {
  const deadline = Date.now() + busyTimeout;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyPause);
    }
  }
}

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    const modules = database.prepare(`SELECT 1 FROM pragma_module_list WHERE name = 'fts5'`).all();
    if (modules.length === 0) {
      throw new Error(
        `The SQLite of this Node (${process.version}) has no FTS5: run Vindplaats on Node 24, or set SEARCH_ENGINE_URL to a Meilisearch server`,
      );
    }
    // FULL, so that what was acknowledged is still there after a power cut.
    database.exec(`
      PRAGMA busy_timeout = ${busyTimeout};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -${pageCache};
      PRAGMA journal_size_limit = ${64 * 1024 * 1024};
    `);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
