/** The generations of one collection as one process has them open: what is served, and what is filled aside. */
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
  readonly #open = new Map<string, Store>();

  constructor(path: string) {
    this.#files = new GenerationFiles(path);
  }

  /** Throws NotFoundError when there is none aside. A file that shows damage is thrown away, to begin anew. */
  use<Answer>(place: Place, ask: (store: Store) => Answer): Answer {
    this.#files.refresh();
    const path = place === 'served' ? this.#files.served : this.#asidePath();
    this.#closeOthers();
    try {
      const store = this.#open.get(path) ?? openStore(path);
      this.#open.set(path, store);
      return ask(store);
    } catch (error) {
      if (isDamage(error)) {
        this.#open.get(path)?.close();
        this.#open.delete(path);
        removeIndexFile(path);
      }
      throw error;
    }
  }

  beginAside(): void {
    this.#files.refresh();
    const { aside } = this.#files;
    if (aside !== undefined) this.#close(aside);
    this.#files.beginAside();
    this.use('aside', () => undefined);
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
    this.#open.get(path)?.close();
    this.#open.delete(path);
  }
}

function openStore(path: string): Store {
  try {
    return new Store(path);
  } catch (error) {
    if (isSqliteError(error)) throw error;
    throw new OpeningError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
