/** The words found in one text, for what looks at a word's neighbours and at what stands between. */
import type { KnownWord, KnownWords } from './known-words.ts';
import { hasCapitalAt, readWords } from './text.ts';

export class WordsOfText {
  readonly text: string;
  readonly words: KnownWord[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  // The few words whose neighbours can matter, in their order, noted so that no other word is looked at again.
  /** Words beside a hyphen or a dash. */
  readonly besideDashes: number[] = [];
  /** Words that may belong to a verb: "neemt deel". */
  readonly verbParticles: number[] = [];
  /** Words that may belong to a surname: "van der Wijk". */
  readonly nameParticles: number[] = [];

  constructor(text: string) {
    this.text = text;
  }

  add(word: KnownWord, start: number, end: number, dashed: boolean): void {
    const at = this.words.length;
    this.words.push(word);
    this.starts.push(start);
    this.ends.push(end);
    if (dashed) {
      if (at > 0 && this.besideDashes.at(-1) !== at - 1) this.besideDashes.push(at - 1);
      this.besideDashes.push(at);
    }
    if (word.verbParticle) this.verbParticles.push(at);
    if (word.nameParticle) this.nameParticles.push(at);
  }

  /** What stands between a word and the one before it. */
  gap(at: number): string {
    return this.text.slice(at === 0 ? 0 : this.ends[at - 1], this.starts[at]);
  }

  hasCapital(at: number): boolean {
    const start = this.starts[at] ?? 0;
    return hasCapitalAt(this.text, this.text[start] === '(' ? start + 1 : start);
  }
}

export function wordsOfText(known: KnownWords, text: string): WordsOfText {
  const found = new WordsOfText(text);
  readWords(text, {
    asWritten: known.find,
    joined: known.findJoined,
    found: (word, start, end, dashed) => found.add(word, start, end, dashed),
  });
  return found;
}
