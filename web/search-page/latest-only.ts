/** Runs one task at a time and lets only the latest finish, so that a slow answer never replaces a newer one. */
export class LatestOnly {
  #running: AbortController | undefined;

  /** The task's result; undefined when a later task took over. A failure of an overtaken task is nobody's concern. */
  async run<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    this.cancel();
    const controller = new AbortController();
    this.#running = controller;
    try {
      const result = await task(controller.signal);
      return controller.signal.aborted ? undefined : result;
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    } finally {
      if (this.#running === controller) this.#running = undefined;
    }
  }

  cancel(): void {
    this.#running?.abort();
    this.#running = undefined;
  }
}
