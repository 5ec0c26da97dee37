/** How names are recognised as the same: by their words, without what one writer puts before or after them and another not. */
import { fold } from './fold.ts';

const articles = new Set(['de', 'het', 'een', 't']);
const legalForms = new Set(['stichting', 'vereniging', 'cooperatie', 'bv', 'nv', 'vof', 'ua']);

/** Legal forms that come apart into letters: `B.V.` */
const letterForms = new Set(['b v', 'n v', 'v o f', 'u a']);

/** Words and the sign that stands for one; hyphens, apostrophes and bars separate. */
export const wordOrAnd = /[\p{L}\p{M}\p{N}]+|&/gu;

/** One word of a name or text as it is compared. */
export function foldWord(word: string): string {
  if (word === '&') return 'en';
  const folded = fold(word);
  return /^[a-z0-9]*$/.test(folded) ? folded : (folded.match(/[\p{L}\p{N}]+/gu)?.join('') ?? '');
}

/** A name as it is compared. */
export interface NameWords {
  /** As the name spells them. */
  readonly words: readonly string[];
  readonly folded: readonly string[];
  readonly core: Core;
}

export function wordsOfName(name: string): NameWords {
  const words = name.match(wordOrAnd) ?? [];
  const folded = words.map(foldWord);
  return { words, folded, core: coreOf(folded) };
}

/** The part of a name's words, from `from` up to `to`, that is left without articles and legal forms around it. */
export interface Core {
  readonly from: number;
  readonly to: number;
}

function coreOf(words: readonly string[]): Core {
  let from = 0;
  let to = words.length;
  const lettersAt = (at: number, count: number) =>
    words[at]?.length === 1 && letterForms.has(words.slice(at, at + count).join(' '));
  for (let changed = true; changed; ) {
    const [first = '', last = ''] = [words[from], words[to - 1]];
    changed = true;
    if (to - from > 1 && (articles.has(first) || legalForms.has(first))) from++;
    else if (to - from > 1 && legalForms.has(last)) to--;
    else if (to - from > 2 && lettersAt(to - 2, 2)) to -= 2;
    else if (to - from > 2 && lettersAt(from, 2)) from += 2;
    else if (to - from > 3 && lettersAt(to - 3, 3)) to -= 3;
    else changed = false;
  }
  return { from, to };
}

export function isLegalForm(foldedWord: string): boolean {
  return legalForms.has(foldedWord);
}

/**
 * The keys by which a name may be known, the most exact first. Where its words are parted makes no difference:
 * `Carint Reggeland`, `Carint-Reggeland` and `Carintreggeland` have one key.
 */
export function labelKeys(name: string): readonly string[] {
  const { folded, core } = wordsOfName(name);
  const whole = folded.join('');
  if (whole === '') return [];
  const isWhole = core.from === 0 && core.to === folded.length;
  const shorter = isWhole ? whole : folded.slice(core.from, core.to).join('');
  return shorter === whole ? [whole] : [whole, shorter];
}
