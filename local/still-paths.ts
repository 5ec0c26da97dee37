/**
 * Waits until what was noticed is left alone, and acts on it then: one path at a time per name, again when it changed
 * meanwhile, again after a failure, and never forgetting it before the act has succeeded.
 */
import { setTimeout as pause } from 'node:timers/promises';

/** What there is to see of a path. Sights with the same stamp are the same. */
export interface Sight {
  readonly stamp: string;
  /** Bytes; -1 when nothing is there. */
  readonly size: bigint;
  /** Milliseconds since 1970, as the file system says. */
  readonly writtenAt: number;
}

export interface StillPathsOptions {
  readonly see: (name: string) => Promise<Sight>;
  /** Acts on a path that has been still with this stamp. Throws ChangedError when it is no longer so. */
  readonly act: (name: string, stamp: string) => Promise<void>;
  readonly onFailure: (name: string, error: unknown) => void;
}

/** Not a failure: the path changed before or while it was acted on, so it is waited for again. */
export class ChangedError extends Error {
  override readonly name = 'ChangedError';
}

/** Milliseconds that a path must be left alone before it counts. */
const stillness = 300;

/** Milliseconds after which a file counts whose size is still, although something writes to it without end. */
const patience = 2_000;

/** Milliseconds; the pause after a failure doubles up to the longest. */
const firstPause = 500;
const longestPause = 30_000;

export class StillPaths {
  readonly #options: StillPathsOptions;
  readonly #stop = new AbortController();
  /** How often each path was noticed that is not dealt with yet. */
  readonly #noticed = new Map<string, number>();

  constructor(options: StillPathsOptions) {
    this.#options = options;
  }

  notice(name: string): void {
    const times = this.#noticed.get(name);
    this.#noticed.set(name, (times ?? 0) + 1);
    if (times === undefined) void this.#attend(name);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #attend(name: string): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      const times = this.#noticed.get(name);
      try {
        await this.#options.act(name, await this.#untilStill(name));
        failures = 0;
        if (this.#noticed.get(name) === times) {
          this.#noticed.delete(name);
          return;
        }
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (error instanceof ChangedError) continue;
        this.#options.onFailure(name, error);
        await this.#pause(Math.min(longestPause, firstPause * 2 ** failures++));
      }
    }
  }

  async #untilStill(name: string): Promise<string> {
    let last = await this.#options.see(name);
    let changedAt = Date.now();
    let resizedAt = changedAt;
    for (;;) {
      const lookedAt = Date.now();
      await this.#pause(Math.max(0, Math.min(changedAt + stillness, resizedAt + patience) - lookedAt));
      this.#stop.signal.throwIfAborted();
      const sight = await this.#options.see(name);
      const now = Date.now();
      if (sight.stamp !== last.stamp) {
        // The file's own time is nearer the truth than that of this look, where it can be believed.
        changedAt = sight.writtenAt > lookedAt && sight.writtenAt < now ? sight.writtenAt : now;
        if (sight.size !== last.size) resizedAt = changedAt;
      }
      last = sight;
      if (now - changedAt >= stillness || now - resizedAt >= patience) return sight.stamp;
    }
  }

  /** Ends early, without a word, when everything stops. */
  async #pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) throw error;
    });
  }
}
