/**
 * Counts how many typing errors lie between what was typed and one word after another: letters that are wrong, left
 * out, added or swapped with their neighbour (optimal string alignment). Words that begin like the one before go on
 * from where that one differs, so that a sorted list is gone through in a fraction of the time.
 */
export class LetterErrors {
  readonly #typed: Uint16Array;
  readonly #tooMany: number;
  readonly #prefix: boolean;
  /** Letters of a word beyond which nothing can be within the errors any more. */
  readonly #deepest: number;
  /** For each letter of the word, the errors against every beginning of what was typed. */
  readonly #rows: readonly Uint8Array[];
  /** For each letter of the word, the fewest errors against all that was typed of any beginning up to there. */
  readonly #fewest: Uint8Array;
  /** For each letter of the word, the fewest errors against any beginning of what was typed. */
  readonly #least: Uint8Array;
  #rowsKnown = 0;
  #hopelessFrom = Number.POSITIVE_INFINITY;

  /** With `prefix`, the errors of a word are those of whichever of its beginnings has the fewest. */
  constructor(typed: string, { atMost, prefix }: { readonly atMost: number; readonly prefix: boolean }) {
    this.#typed = Uint16Array.from({ length: typed.length }, (_, at) => typed.charCodeAt(at));
    this.#tooMany = atMost + 1;
    this.#prefix = prefix;
    this.#deepest = typed.length + atMost;
    this.#rows = Array.from({ length: this.#deepest + 1 }, () => new Uint8Array(typed.length + 1));
    this.#fewest = new Uint8Array(this.#deepest + 1).fill(typed.length);
    this.#least = new Uint8Array(this.#deepest + 1);
    for (let at = 0; at <= typed.length; at++) (this.#rows[0] ?? [])[at] = at;
  }

  /** Letters that are enough to tell that a word is too far off: one that begins with the same ones is, too. */
  get hopelessFrom(): number {
    return this.#hopelessFrom;
  }

  /**
   * The errors in `letters` from `from` to `to`, of which the first `shared` are those of the word before; one more
   * than at most when there are more.
   */
  in(letters: Uint16Array, from: number, to: number, shared: number): number {
    if (shared >= this.#hopelessFrom) return this.#tooMany;
    this.#hopelessFrom = Number.POSITIVE_INFINITY;
    this.#rowsKnown = Math.min(this.#rowsKnown, shared);
    const last = Math.min(to - from, this.#deepest);
    while (this.#rowsKnown < last) {
      this.#addRow(letters, from);
      if (this.#hopelessFrom === this.#rowsKnown) break;
    }
    const depth = Math.min(this.#rowsKnown, last);
    if (this.#prefix) return Math.min(this.#tooMany, this.#fewest[depth] ?? this.#tooMany);
    if (depth < to - from) return this.#tooMany;
    return Math.min(this.#tooMany, this.#rows[depth]?.[this.#typed.length] ?? this.#tooMany);
  }

  #addRow(letters: Uint16Array, from: number): void {
    const typed = this.#typed;
    const row = this.#rowsKnown + 1;
    const letter = letters[from + row - 1];
    const letterBefore = row > 1 ? letters[from + row - 2] : undefined;
    const current = this.#rows[row];
    const previous = this.#rows[row - 1];
    const beforePrevious = this.#rows[row - 2];
    if (current === undefined || previous === undefined) return;
    let errors = row;
    let least = row;
    current[0] = row;
    for (let at = 1; at <= typed.length; at++) {
      const asked = typed[at - 1];
      const leftOut = errors + 1;
      const added = (previous[at] ?? 0) + 1;
      errors = (previous[at - 1] ?? 0) + (asked === letter ? 0 : 1);
      if (leftOut < errors) errors = leftOut;
      if (added < errors) errors = added;
      if (at > 1 && asked === letterBefore && typed[at - 2] === letter) {
        const swapped = (beforePrevious?.[at - 2] ?? 0) + 1;
        if (swapped < errors) errors = swapped;
      }
      current[at] = errors;
      if (errors < least) least = errors;
    }
    const fewestBefore = this.#fewest[row - 1] ?? errors;
    this.#fewest[row] = Math.min(fewestBefore, errors);
    this.#rowsKnown = row;
    // A swap reaches back two rows, and adds one to what it finds there.
    this.#least[row] = least;
    const isHopeless = least >= this.#tooMany && (this.#least[row - 1] ?? 0) >= this.#tooMany - 1;
    if (isHopeless && (!this.#prefix || fewestBefore >= this.#tooMany)) this.#hopelessFrom = row;
  }
}
