/**
 * The written forms that documents hold, in memory, for finding those that resemble what was typed. Going through
 * them in the file takes a second for a hundred thousand documents, here some milliseconds.
 */
import { longestForm, type Misspelling } from '../../engine.ts';
import { LetterErrors } from './letter-errors.ts';

/** A form that may be meant. It may be gone by now: the file knows. */
export interface Resembling {
  readonly form: string;
  readonly errors: number;
}

/** How many resembling forms are answered: ten are wanted, and some may be gone. */
const resemblingAtMost = 40;

export class Vocabulary {
  /** The letters of all forms that were appended, one form after the other. */
  #letters = new Uint16Array(1 << 14);
  /** Where each form begins among the letters; the end of the last one closes the list. */
  #starts = new Uint32Array(1 << 11);
  /** How many of its first letters are those of the form before. */
  #shared = new Uint8Array(1 << 11);
  /** In how many documents each form was met. */
  #documents = new Uint32Array(1 << 11);
  #size = 0;
  /** Forms that came later, with their documents. */
  readonly #added = new Map<string, number>();

  /** Forms that came later and that were not known: with many, finding what resembles takes longer. */
  get added(): number {
    return this.#added.size;
  }

  get size(): number {
    return this.#size + this.#added.size;
  }

  /** A form that sorts after all that were appended before, and how many documents hold it. */
  append(form: string, documents: number): void {
    if (!isWord(form)) return;
    const start = this.#starts[this.#size] ?? 0;
    const before = this.#size === 0 ? 0 : (this.#starts[this.#size - 1] ?? 0);
    const end = start + form.length;
    this.#makeRoom(end);
    let shared = 0;
    for (let at = 0; at < form.length; at++) {
      const letter = form.charCodeAt(at);
      this.#letters[start + at] = letter;
      if (shared === at && before + at < start && this.#letters[before + at] === letter) shared++;
    }
    this.#shared[this.#size] = shared;
    this.#documents[this.#size] = documents;
    this.#size += 1;
    this.#starts[this.#size] = end;
  }

  /** One more document holds the form. */
  add(form: string): void {
    if (!isWord(form)) return;
    const number = this.#find(form);
    if (number === undefined) this.#added.set(form, (this.#added.get(form) ?? 0) + 1);
    else this.#documents[number] = (this.#documents[number] ?? 0) + 1;
  }

  /** The nearest first, then the commonest. */
  resembling({ text, errors: atMost, prefix }: Misspelling): Resembling[] {
    const found: (Resembling & { readonly documents: number })[] = [];
    const shortest = text.length - atMost;
    const longest = prefix ? longestForm : text.length + atMost;
    const errors = new LetterErrors(text, { atMost, prefix });
    const [letters, starts, sharedWithBefore, size] = [this.#letters, this.#starts, this.#shared, this.#size];
    let shared = 0;
    let { hopelessFrom } = errors;
    for (let number = 0; number < size; number++) {
      const same = sharedWithBefore[number] ?? 0;
      if (same < shared) shared = same;
      if (shared >= hopelessFrom) continue;
      const from = starts[number] ?? 0;
      const to = starts[number + 1] ?? 0;
      if (to - from < shortest || to - from > longest) continue;
      const count = errors.in(letters, from, to, shared);
      hopelessFrom = errors.hopelessFrom;
      shared = longestForm;
      if (count > atMost) continue;
      found.push({ form: this.#formOf(number), errors: count, documents: this.#documents[number] ?? 0 });
    }
    for (const [form, documents] of this.#added) {
      const letters = Uint16Array.from({ length: form.length }, (_, at) => form.charCodeAt(at));
      const count = errors.in(letters, 0, form.length, 0);
      if (count <= atMost) found.push({ form, errors: count, documents });
    }
    return found
      .filter(({ form }) => form !== text)
      .sort((a, b) => a.errors - b.errors || b.documents - a.documents)
      .slice(0, resemblingAtMost)
      .map(({ form, errors: count }) => ({ form, errors: count }));
  }

  #find(form: string): number | undefined {
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(form, middle);
      if (order === 0) return middle;
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  #compare(form: string, number: number): number {
    const start = this.#starts[number] ?? 0;
    const length = (this.#starts[number + 1] ?? 0) - start;
    for (let at = 0; at < form.length && at < length; at++) {
      const difference = form.charCodeAt(at) - (this.#letters[start + at] ?? 0);
      if (difference !== 0) return difference;
    }
    return form.length - length;
  }

  #formOf(number: number): string {
    return String.fromCharCode(...this.#letters.subarray(this.#starts[number], this.#starts[number + 1]));
  }

  #makeRoom(letters: number): void {
    if (letters > this.#letters.length) this.#letters = grown(this.#letters, new Uint16Array(2 * letters));
    if (this.#size + 2 <= this.#starts.length) return;
    const size = 2 * this.#starts.length;
    this.#starts = grown(this.#starts, new Uint32Array(size));
    this.#shared = grown(this.#shared, new Uint8Array(size));
    this.#documents = grown(this.#documents, new Uint32Array(size));
  }
}

const beforeA = 96;
const z = 122;
const lastAscii = 0x7f;
const notOnlyLetters = /[^\p{L}]|[\u{10000}-\u{10FFFF}]/u;

/**
 * Letters only, and of the basic plane, where the file's order is that of UTF-16. Forms are folded, so of ASCII only
 * the small letters are.
 */
function isWord(form: string): boolean {
  if (form.length > longestForm) return false;
  for (let at = 0; at < form.length; at++) {
    const code = form.charCodeAt(at);
    if (code > beforeA && code <= z) continue;
    return code > lastAscii && !notOnlyLetters.test(form);
  }
  return true;
}

function grown<Numbers extends Uint8Array | Uint16Array | Uint32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
