/** Milliseconds in which news is gathered, so that a thousand files make a few lines and not a thousand. */
const gathering = 1_000;

/** Tells the console what the watcher did, the names while they are few, their number when they are many. */
export class WatchNews {
  readonly #say: (sentence: string) => void;
  #uploaded = new Set<string>();
  #removed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(say: (sentence: string) => void) {
    this.#say = say;
  }

  uploaded(key: string): void {
    this.#uploaded.add(key);
    this.#tellLater();
  }

  removed(key: string): void {
    this.#removed.add(key);
    this.#tellLater();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tellLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#uploaded.size > 0) this.#say(`Uploaded ${listed(this.#uploaded)}`);
      if (this.#removed.size > 0) this.#say(`Removed ${listed(this.#removed)}`);
      this.#uploaded = new Set();
      this.#removed = new Set();
    }, gathering);
  }
}

function listed(keys: ReadonlySet<string>): string {
  return keys.size > 3 ? `${keys.size} files` : [...keys].join(', ');
}
