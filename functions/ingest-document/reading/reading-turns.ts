/** Whose turn it is to be read in this process: so many files side by side, or one alone; in the order in which they came. */
export class ReadingTurns {
  readonly #places: number;
  readonly #waiting: { readonly places: number; readonly begin: () => void }[] = [];
  #free: number;

  constructor(places: number) {
    this.#places = places;
    this.#free = places;
  }

  beside<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#take(1, task);
  }

  /** Begins when nothing else is read any more, and nothing else begins before it has ended. */
  alone<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#take(this.#places, task);
  }

  async #take<Result>(places: number, task: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ places, begin });
      this.#admit();
    });
    try {
      return await task();
    } finally {
      this.#free += places;
      this.#admit();
    }
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next && next.places <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.places;
      next.begin();
    }
  }
}
