/** The generations of one collection as one process has them open: what is served, and what is filled aside. */
import { statSync } from 'node:fs';
import { noneAside, type Place } from './calls.ts';
import { GenerationFiles } from './generation-files.ts';
import { isDamage, isSqliteError, removeIndexFile } from './index-file.ts';
import { Store } from './store.ts';

/** The file cannot be used: the folder or this build of Node is wrong. */
export class OpeningError extends Error {
  override readonly name = 'OpeningError';
}

export class Generations {
  readonly #files: GenerationFiles;
  readonly #open = new Map<string, OpenFile>();

  constructor(path: string) {
    this.#files = new GenerationFiles(path);
  }

  /** Throws NotFoundError when there is none aside. A file that shows damage is thrown away, to begin anew. */
  use<Answer>(place: Place, ask: (store: Store) => Answer): Answer {
    this.#files.refresh();
    const path = place === 'served' ? this.#files.served : this.#asidePath();
    this.#closeOthers();
    try {
      return ask(this.#storeAt(path));
    } catch (error) {
      if (isDamage(error)) {
        this.#close(path);
        removeIndexFile(path);
      }
      throw error;
    }
  }

  /** Another thread or process may have thrown a file away that is open here: what was written to it would be lost. */
  #storeAt(path: string): Store {
    let open = this.#open.get(path);
    while (open === undefined || open.inode !== inodeAt(path)) {
      this.#close(path);
      open = { inode: inodeAt(path), store: openStore(path) };
      this.#open.set(path, open);
    }
    return open.store;
  }

  beginAside(): void {
    this.#files.refresh();
    const { aside } = this.#files;
    if (aside !== undefined) this.#close(aside);
    this.#files.beginAside();
    // It is served only once it was seen to hold all.
    this.use('aside', (store) => store.markFilled(store.generation));
  }

  promote(): void {
    this.#files.refresh();
    this.#asidePath();
    this.use('aside', () => undefined);
    this.#files.promote();
    this.#closeOthers();
  }

  /** Reads on ahead what a later question will need; answers whether there is more. */
  readAhead(): boolean {
    return this.use('served', (store) => store.readAhead());
  }

  close(): void {
    for (const path of this.#open.keys()) this.#close(path);
  }

  #asidePath(): string {
    const { aside } = this.#files;
    if (aside !== undefined) return aside;
    throw noneAside();
  }

  /** What is neither served nor aside any more. */
  #closeOthers(): void {
    for (const path of this.#open.keys()) {
      if (path !== this.#files.served && path !== this.#files.aside) this.#close(path);
    }
  }

  #close(path: string): void {
    this.#open.get(path)?.store.close();
    this.#open.delete(path);
  }
}

interface OpenFile {
  readonly store: Store;
  /** Of the file at its path before it was opened; undefined when there was none. */
  readonly inode: bigint | undefined;
}

function inodeAt(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

function openStore(path: string): Store {
  try {
    return new Store(path);
  } catch (error) {
    if (isSqliteError(error)) throw error;
    throw new OpeningError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
