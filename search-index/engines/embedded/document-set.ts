/** A set of documents by their numbers in the index file, a bit for each. */
import { bitsIn } from './bits.ts';

export class DocumentSet {
  readonly #bits: Uint32Array;
  #size: number | undefined = 0;

  /** For numbers up to `highest`. */
  constructor(highest: number) {
    this.#bits = new Uint32Array((highest >>> wordShift) + 1);
  }

  get size(): number {
    if (this.#size === undefined) {
      this.#size = 0;
      for (const bits of this.#bits) this.#size += bitsIn(bits);
    }
    return this.#size;
  }

  has(number: number): boolean {
    return (((this.#bits[number >>> wordShift] ?? 0) >>> (number & bitMask)) & 1) === 1;
  }

  add(number: number): this {
    const at = number >>> wordShift;
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (number & bitMask));
    this.#size = undefined;
    return this;
  }

  addAll(other: DocumentSet): this {
    return this.#each(other, (mine, theirs) => mine | theirs);
  }

  keepOnly(other: DocumentSet): this {
    return this.#each(other, (mine, theirs) => mine & theirs);
  }

  remove(other: DocumentSet): this {
    return this.#each(other, (mine, theirs) => mine & ~theirs);
  }

  copy(): DocumentSet {
    return new DocumentSet((this.#bits.length << wordShift) - 1).addAll(this);
  }

  /** The numbers, lowest first. */
  *[Symbol.iterator](): Generator<number> {
    for (const [at, bits] of this.#bits.entries()) {
      for (let left = bits; left !== 0; left &= left - 1) {
        yield (at << wordShift) + bitMask - Math.clz32(left & -left);
      }
    }
  }

  #each(other: DocumentSet, combined: (mine: number, theirs: number) => number): this {
    const [mine, theirs] = [this.#bits, other.#bits];
    for (let at = 0; at < mine.length; at++) mine[at] = combined(mine[at] ?? 0, theirs[at] ?? 0);
    this.#size = undefined;
    return this;
  }
}

const wordShift = 5;
const bitMask = 31;
