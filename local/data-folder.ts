/** The folder that holds everything one local Vindplaats knows, and the lock that keeps a second one out of it. */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { codeOf, PlainError } from './plain-error.ts';

const running = 'running';
const crashed = 'crashed';

/** Node's report of an end that no JavaScript sees, such as a heap that is full. */
const fatalReport = 'fatal-error.json';

// SQLite's own result codes: https://sqlite.org/rescode.html
const busy = 5;
const notADatabase = 26;
const corrupt = 11;
const SqliteError = z.object({ code: z.literal('ERR_SQLITE_ERROR'), errcode: z.int() });

export class DataFolder {
  /** Absolute. */
  readonly path: string;
  /** Grows by one with every start, so that what is numbered under it never falls behind a clock that was set back. */
  readonly generation: number;
  /** Whether the last Vindplaats on this folder ended without `close`, as after a kill or a power cut. */
  readonly endedAbruptly: boolean;
  readonly #database: DatabaseSync;

  /** Creates the folder when it is not there and locks it; throws PlainError when it is in use or cannot be written. */
  constructor(folder: string) {
    this.path = resolve(folder);
    let database: DatabaseSync | undefined;
    try {
      makeFolder(this.path);
      database = new DatabaseSync(this.fileOf('vindplaats.db'));
      // The operating system drops this lock with the process, so no kill can leave it behind as a lock file would be.
      // The generation must outlive a power cut, the rest only a kill.
      database.exec(`
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        BEGIN EXCLUSIVE;
        CREATE TABLE IF NOT EXISTS start (generation INTEGER PRIMARY KEY AUTOINCREMENT);
        CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS watched (key TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;
        INSERT INTO start DEFAULT VALUES;
        COMMIT;
        PRAGMA synchronous = NORMAL;
      `);
      this.#database = database;
      this.generation = z
        .object({ generation: z.int() })
        .parse(database.prepare('SELECT max(generation) AS generation FROM start').get()).generation;
      this.endedAbruptly = this.remembers(running);
      this.remember(running);
    } catch (error) {
      database?.close();
      throw explain(error, this.path);
    }
  }

  fileOf(name: string): string {
    return join(this.path, name);
  }

  /** Whether an earlier Vindplaats on this folder was ended by a fault of its own; a kill from outside leaves no trace. */
  get hasCrashed(): boolean {
    return this.remembers(crashed) || existsSync(this.fileOf(fatalReport));
  }

  /** From now on a crash of this process leaves its trace here. Returns what ends that. */
  traceCrashes(): () => void {
    const note = () => this.remember(crashed);
    process.on('uncaughtExceptionMonitor', note);
    const { reportOnFatalError, directory, filename } = process.report;
    Object.assign(process.report, {
      ...{ reportOnFatalError: true, directory: this.path, filename: fatalReport },
      // Whatever the environment holds is nobody's business here.
      excludeEnv: true,
    });
    return () => {
      process.off('uncaughtExceptionMonitor', note);
      Object.assign(process.report, { reportOnFatalError, directory, filename });
    };
  }

  /** To be called when all that follows from a crash has been noted. */
  forgetCrash(): void {
    this.#database.prepare('DELETE FROM fact WHERE name = ?').run(crashed);
    rmSync(this.fileOf(fatalReport), { force: true });
  }

  /** Keeps a fact for later starts. */
  remember(fact: string): void {
    this.#database.prepare('INSERT OR IGNORE INTO fact (name) VALUES (?)').run(fact);
  }

  remembers(fact: string): boolean {
    return this.#database.prepare('SELECT 1 FROM fact WHERE name = ?').get(fact) !== undefined;
  }

  /** What the folder watcher put, by key: a file that is still the same needs no look at its object. */
  readonly watched = {
    stampOf: (key: string): string | undefined =>
      z
        .object({ stamp: z.string() })
        .optional()
        .parse(this.#database.prepare('SELECT stamp FROM watched WHERE key = ?').get(key))?.stamp,
    remember: (key: string, stamp: string): void => {
      this.#database.prepare('INSERT OR REPLACE INTO watched (key, stamp) VALUES (?, ?)').run(key, stamp);
    },
    forget: (key: string): void => {
      this.#database.prepare('DELETE FROM watched WHERE key = ?').run(key);
    },
  };

  /** Releases the folder. A killed process releases it just the same, only `endedAbruptly` then tells the next one. */
  close(): void {
    this.#database.prepare('DELETE FROM fact WHERE name = ?').run(running);
    this.#database.close();
  }
}

/** As `mkdir` with `recursive`, which in Node 24 never ends where a file system refuses new folders with ENOENT. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  if (!isFolder(dirname(path))) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function explain(error: unknown, path: string): unknown {
  const sqlite = SqliteError.safeParse(error).data?.errcode;
  if (sqlite === busy) {
    return new PlainError(
      `Another Vindplaats is already using ${path}. Stop it first, or give this one a folder of its own with --data.`,
      { cause: error },
    );
  }
  if (sqlite === notADatabase || sqlite === corrupt) {
    return new PlainError(
      `${join(path, 'vindplaats.db')} is damaged or not Vindplaats' own. Choose another folder with --data.`,
      { cause: error },
    );
  }
  const code = codeOf(error);
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new PlainError(`${path} is not a folder. Choose another one with --data.`, { cause: error });
  }
  if (sqlite !== undefined || (error instanceof Error && 'syscall' in error)) {
    return new PlainError(`The folder ${path} cannot be written. Choose another one with --data.`, {
      cause: error,
    });
  }
  return error;
}
