/**
 * Which files hold the collection: the one that is served, the one that is being filled aside and the one that was
 * served before. A small file names them and is replaced whole, so that every process sees one state or the other.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { removeIndexFile } from './index-file.ts';

const FileName = z.string().check(z.regex(/^[^/\\]+$/));
const Names = z.object({
  served: FileName,
  aside: z.nullable(FileName),
  previous: z.nullable(FileName),
});
type Names = z.infer<typeof Names>;

/** What the name of the first file goes on with in the names of the others, and in those that SQLite puts beside them. */
const besideFirst = /^((?:\.generations)?(?:\.[0-9a-f]{8})?)(?:-wal|-shm|-journal)?$/;

export class GenerationFiles {
  readonly #path: string;
  readonly #pointer: string;
  #names: Names;
  /** What tells the state of the pointer that `names` was read from. */
  #read = '';

  /** The first generation is in the file at `path` itself; every other beside it. */
  constructor(path: string) {
    this.#path = path;
    this.#pointer = `${path}.generations`;
    this.#names = this.#unnamed();
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.refresh();
    this.#removeLeftovers();
  }

  get served(): string {
    return this.#pathOf(this.#names.served);
  }

  get aside(): string | undefined {
    return this.#names.aside === null ? undefined : this.#pathOf(this.#names.aside);
  }

  /** Looks whether another process changed what is served or aside. */
  refresh(): void {
    const stat = statSync(this.#pointer, { bigint: true, throwIfNoEntry: false });
    const state = stat === undefined ? '' : `${stat.ino} ${stat.mtimeNs}`;
    if (state === this.#read) return;
    this.#names = stat === undefined ? this.#unnamed() : this.#readNames();
    this.#read = state;
  }

  beginAside(): void {
    const aside = `${basename(this.#path)}.${randomUUID().slice(0, 8)}`;
    this.#write({ served: this.#names.served, aside, previous: null });
    this.#removeLeftovers();
  }

  /** The generation aside must be there. */
  promote(): void {
    const { served, aside } = this.#names;
    if (aside === null) throw new Error('no generation was begun aside');
    this.#write({ served: aside, aside: null, previous: served });
  }

  #unnamed(): Names {
    return { served: basename(this.#path), aside: null, previous: null };
  }

  /** What cannot be read names nothing, and the collection begins anew: the catalogue fills it again. */
  #readNames(): Names {
    try {
      return Names.safeParse(JSON.parse(readFileSync(this.#pointer, 'utf8'))).data ?? this.#unnamed();
    } catch (error) {
      if (error instanceof SyntaxError) return this.#unnamed();
      throw error;
    }
  }

  #write(names: Names): void {
    // Another process may take for a leftover what was just written.
    while (!this.#replaceNames(names));
    const folder = openSync(dirname(this.#pointer), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
    this.refresh();
  }

  /** Returns false when the new names were gone before they were in place. */
  #replaceNames(names: Names): boolean {
    const written = `${this.#pointer}.${randomUUID().slice(0, 8)}`;
    writeFileSync(written, JSON.stringify(names), { flush: true });
    try {
      renameSync(written, this.#pointer);
      return true;
    } catch (error) {
      if (!existsSync(written)) return false;
      throw error;
    }
  }

  /** Files of this collection that nothing names, such as those of a process that was killed. */
  #removeLeftovers(): void {
    const first = basename(this.#path);
    const listed = readdirSync(dirname(this.#path));
    // Read after the list, for another process names a file before it begins it.
    this.refresh();
    const { served, aside, previous } = this.#names;
    const kept = new Set([served, aside, previous, basename(this.#pointer)]);
    for (const name of listed) {
      if (!name.startsWith(first)) continue;
      const besides = besideFirst.exec(name.slice(first.length));
      if (besides === null) continue;
      const file = first + (besides[1] ?? '');
      if (!kept.has(file)) removeIndexFile(this.#pathOf(file));
    }
  }

  #pathOf(name: string): string {
    return join(dirname(this.#path), name);
  }
}
