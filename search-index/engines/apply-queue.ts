/** Changes in the order in which they were given; those that come while others are being written go together. */
import type { IndexChange } from '../search-index.ts';

interface Waiting {
  readonly changes: readonly IndexChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writing costs as much for one document as for a few hundred. */
const changesTogether = 500;

export class ApplyQueue {
  readonly #write: (changes: readonly IndexChange[]) => Promise<void>;
  readonly #mayBeOfOne: (error: unknown) => boolean;
  readonly #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  /** `mayBeOfOne` says of an error whether fewer changes could do better. */
  constructor(
    write: (changes: readonly IndexChange[]) => Promise<void>,
    mayBeOfOne: (error: unknown) => boolean = () => true,
  ) {
    this.#write = write;
    this.#mayBeOfOne = mayBeOfOne;
  }

  apply(changes: readonly IndexChange[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Resolves once everything given until now is written or has failed. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // A turn later, so that what is given at the same moment is together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#writeTogether(this.#next());
    this.#writing = undefined;
  }

  #next(): Waiting[] {
    let count = 0;
    const fits = this.#waiting.findIndex(({ changes }, at) => {
      count += changes.length;
      return at > 0 && count > changesTogether;
    });
    return this.#waiting.splice(0, fits < 0 ? this.#waiting.length : fits);
  }

  /** What fails together is tried one by one: a change that the engine refuses does not fail its neighbours. */
  async #writeTogether(together: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(together.flatMap(({ changes }) => changes));
      for (const { resolve } of together) resolve();
    } catch (error) {
      if (together.length === 1 || !this.#mayBeOfOne(error)) for (const { reject } of together) reject(error);
      else for (const one of together) await this.#writeTogether([one]);
    }
  }
}
