/** Waits as long as the server asked for, telling the seconds, and tries again by itself a few times. */

/** Attempts in a row before only the visitor tries again. */
const mostAttempts = 3;

export class RetryTimer {
  #ticking: number | undefined;
  #attempts = 0;

  /** Whether the server must not be asked yet. */
  get isWaiting(): boolean {
    return this.#ticking !== undefined;
  }

  /** `tell` hears the seconds that are left, and null when they are over. */
  after(seconds: number, tell: (seconds: number | null) => void, retry: () => void): void {
    this.stop();
    const until = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left > 0) {
        tell(left);
        return;
      }
      this.stop();
      tell(null);
      if (this.#attempts >= mostAttempts) return;
      this.#attempts += 1;
      retry();
    };
    this.#ticking = window.setInterval(tick, 250);
    tick();
  }

  /** From now on a failure is a new one. */
  succeeded(): void {
    this.stop();
    this.#attempts = 0;
  }

  stop(): void {
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }
}
