/**
 * Changes in the order in which they were given, but removals before all that is put: what should not be found must not
 * wait behind what should, and of two changes of one document the revision decides, in whichever order they come. Those
 * that come while others are being written go together.
 */
import { UnavailableError } from '../../shared/errors.ts';
import type { IndexChange } from '../search-index.ts';

interface Waiting {
  readonly changes: readonly IndexChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How much may be written together. What is given in one call is never parted. */
export interface Limit {
  readonly most: number;
  /** How much of it a change takes. */
  readonly weightOf: (change: IndexChange) => number;
}

export class ApplyQueue {
  readonly #write: (changes: readonly IndexChange[]) => Promise<void>;
  readonly #limit: Limit;
  readonly #removals: Waiting[] = [];
  readonly #puts: Waiting[] = [];
  #writing: Promise<void> | undefined;

  constructor(write: (changes: readonly IndexChange[]) => Promise<void>, limit: Limit) {
    this.#write = write;
    this.#limit = limit;
  }

  apply(changes: readonly IndexChange[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const isRemoval = changes.every(({ type }) => type === 'remove');
      (isRemoval ? this.#removals : this.#puts).push({ changes, resolve, reject });
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
    for (let next = this.#next(); next.length > 0; next = this.#next()) await this.#writeTogether(next);
    this.#writing = undefined;
  }

  #next(): Waiting[] {
    const { most, weightOf } = this.#limit;
    const waiting = this.#removals.length > 0 ? this.#removals : this.#puts;
    let weight = 0;
    const tooMuch = waiting.findIndex(({ changes }, at) => {
      weight += changes.reduce((sum, change) => sum + weightOf(change), 0);
      return at > 0 && weight > most;
    });
    return waiting.splice(0, tooMuch < 0 ? waiting.length : tooMuch);
  }

  /**
   * What fails together is tried one by one, for a change that the engine refuses must not fail its neighbours; unless the
   * engine cannot be used at all.
   */
  async #writeTogether(together: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(together.flatMap(({ changes }) => changes));
      for (const { resolve } of together) resolve();
    } catch (error) {
      const isOfAll = together.length === 1 || error instanceof UnavailableError;
      if (isOfAll) for (const { reject } of together) reject(error);
      else for (const one of together) await this.#writeTogether([one]);
    }
  }
}
