/** Temporary files that nobody else looks at, in a folder of this thread's own. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';

const beginning = 'vindplaats-snapshots-';
/** Of this thread. */
const inUse = new Set<string>();
process.once('exit', () => {
  for (const path of inUse) rmSync(path, { recursive: true, force: true });
});

export class PrivateFolder {
  readonly #within: string;
  #path: string | undefined;

  /** Made below `within` with the first file. */
  constructor(within = tmpdir()) {
    this.#within = within;
  }

  /** A path where nothing is yet. */
  newPath(): string {
    const folder = join(this.#made(), randomUUID());
    mkdirSync(folder);
    return join(folder, 'index.sqlite');
  }

  remove(): void {
    if (this.#path === undefined) return;
    inUse.delete(this.#path);
    rmSync(this.#path, { recursive: true, force: true });
    this.#path = undefined;
  }

  #made(): string {
    if (this.#path === undefined) {
      removeLeftovers(this.#within);
      this.#path = mkdtempSync(join(this.#within, `${beginning}${process.pid}-${threadId}-`));
      inUse.add(this.#path);
    }
    return this.#path;
  }
}

/** Removes the file at a path that a private folder gave out, and what SQLite put beside it. */
export function discard(path: string): void {
  rmSync(dirname(path), { recursive: true, force: true });
}

/** What killed processes left would fill the disk of a Lambda environment, where each that follows has the same number. */
function removeLeftovers(within: string): void {
  for (const name of readdirSync(within)) {
    const [, pid, thread] = /^vindplaats-snapshots-(\d+)-(\d+)-\w+$/.exec(name) ?? [];
    const path = join(within, name);
    if (pid === undefined || inUse.has(path)) continue;
    const isOurs = Number(pid) === process.pid;
    if (isOurs ? Number(thread) !== threadId : isAlive(Number(pid))) continue;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Another user's, or another process removes it too.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
