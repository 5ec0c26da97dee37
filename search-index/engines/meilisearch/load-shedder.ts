/** Keeps searches from a server that cannot take them: all of them while it refuses connections, a share while it is slow. */

/** So many refused connections in a row, and none is tried for so many milliseconds. */
const refusalsAtMost = 3;
const restFor = 1_000;

/**
 * Client-side throttling as in Google's *Site Reliability Engineering*, "Handling Overload": a search is left out with
 * probability (requests − K × accepts) / (requests + 1). K of 2 lets a server that answers half of them have them all.
 */
const acceptsFactor = 2;
/** Requests without an answer that say nothing yet: a few may be chance, and a quiet hour has few others. */
const requestsSpared = 10;
/** Milliseconds after which what happened counts half. */
const halfLife = 5_000;

/** `accepted`: it was answered; `too slow`: it was not in time, or the server said that it is too busy. */
export type Outcome = 'accepted' | 'too slow' | 'refused';

export interface LoadShedderOptions {
  /** Milliseconds since any moment. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export class LoadShedder {
  readonly #options: LoadShedderOptions;
  readonly #admitted = new WeakSet<AbortSignal>();
  #refusals = 0;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #requests = 0;
  #accepts = 0;
  #countedAt: number;

  constructor(options: LoadShedderOptions) {
    this.#options = options;
    this.#countedAt = options.now();
  }

  /**
   * Why the next request of a search should not be made; undefined when it should. A search is known by its signal: chance
   * decides once for all its requests. What is left out counts as a request too.
   */
  objection(search: AbortSignal): string | undefined {
    const { now, random } = this.#options;
    if (now() < this.#restsUntil) return `it refused a connection ${this.#refusals} times in a row`;
    if (this.#admitted.has(search)) return undefined;
    this.#decay();
    const over = this.#requests - acceptsFactor * this.#accepts - requestsSpared;
    if (random() >= over / (this.#requests + 1)) {
      this.#admitted.add(search);
      return undefined;
    }
    this.#requests += 1;
    return 'it answers too few of the latest searches in time';
  }

  record(outcome: Outcome): void {
    this.#decay();
    this.#requests += outcome === 'refused' ? 0 : 1;
    this.#accepts += outcome === 'accepted' ? 1 : 0;
    this.#refusals = outcome === 'refused' ? this.#refusals + 1 : 0;
    if (this.#refusals >= refusalsAtMost) this.#restsUntil = this.#options.now() + restFor;
  }

  #decay(): void {
    const now = this.#options.now();
    const kept = 0.5 ** ((now - this.#countedAt) / halfLife);
    this.#requests *= kept;
    this.#accepts *= kept;
    this.#countedAt = now;
  }
}
