/** Tells how far something is: on a terminal in one line that changes, elsewhere in a line now and then. */
import type { WriteStream } from 'node:tty';

/** Milliseconds between two lines where lines stay. */
const lineEvery = 2_000;

type Output = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

export class Progress {
  readonly #output: Output;
  #shown = '';
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(output: Output = process.stdout) {
    this.#output = output;
  }

  show(text: string): void {
    if (text === this.#shown) return;
    if (this.#output.isTTY) {
      this.#output.write(`\r\u001b[K${text.slice(0, (this.#output.columns ?? 80) - 1)}`);
    } else {
      if (performance.now() - this.#shownAt < lineEvery) return;
      this.#output.write(`${text}\n`);
    }
    this.#shown = text;
    this.#shownAt = performance.now();
  }

  /** The last word: it stays. */
  end(text: string): void {
    this.#output.write(this.#output.isTTY ? `\r\u001b[K${text}\n` : `${text}\n`);
    this.#shown = '';
  }
}
