/**
 * Where the words of a text stand. Documents, queries and highlighting all go through here, so a word that is
 * found can always be pointed at in the original, whatever its capitals, accents or way of encoding them.
 */
import { fold } from '../shared/fold.ts';

/** `text` is folded; `start` and `end` are offsets in UTF-16 units of the original, combining marks included. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const wordCharacter = /^[\p{L}\p{N}]$/u;
const separator = ' ';

/** What one character adds to a word: its folded letters and digits, nothing, or (a space) the word's end. */
function contribution(character: string): string {
  return Array.from(fold(character), (folded) => (wordCharacter.test(folded) ? folded : separator)).join('');
}

const basicPlane = 0x10000;
/** Filled as characters are met; as long as the plane from the start, since an array that grows by leaps is slow. */
const contributions = new Array<string | undefined>(basicPlane);
const rareContributions = new Map<number, string>();

function contributionOf(codePoint: number): string {
  if (codePoint < basicPlane) {
    const known = contributions[codePoint];
    if (known !== undefined) return known;
    const added = contribution(String.fromCharCode(codePoint));
    contributions[codePoint] = added;
    return added;
  }
  const known = rareContributions.get(codePoint);
  if (known !== undefined) return known;
  const added = contribution(String.fromCodePoint(codePoint));
  rareContributions.set(codePoint, added);
  return added;
}

/** Calls `visit` for each word: runs of letters and digits; everything else separates. */
export function eachToken(text: string, visit: (folded: string, start: number, end: number) => void): void {
  let start = -1;
  let end = 0;
  /** What the word so far folds to; undefined while it is as it stands, so that most words are one slice. */
  let folded: string | undefined;
  const finish = () => {
    if (start >= 0) visit(folded ?? text.slice(start, end), start, end);
    start = -1;
    folded = undefined;
  };
  for (let at = 0, width = 1; at < text.length; at += width) {
    const codePoint = text.codePointAt(at) ?? 0;
    width = codePoint < basicPlane ? 1 : 2;
    const added = contributionOf(codePoint);
    if (added === separator) {
      finish();
    } else if (added.length === 1 && added.charCodeAt(0) === codePoint) {
      if (start < 0) start = at;
      else if (folded !== undefined) folded += added;
      end = at + width;
    } else {
      if (start >= 0) folded ??= text.slice(start, end);
      for (const letter of added) {
        if (letter === separator) {
          finish();
          continue;
        }
        if (start < 0) start = at;
        folded = (folded ?? '') + letter;
        end = at + width;
      }
      if (start >= 0) end = at + width;
    }
  }
  finish();
}

/** The words of a text in order, each with its place. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  eachToken(text, (folded, start, end) => found.push({ text: folded, start, end }));
  return found;
}

/** The words of a text without their places. */
export function words(text: string): string[] {
  const found: string[] = [];
  eachToken(text, (folded) => found.push(folded));
  return found;
}

/** Where the first `letters` folded letters of a token end in the original, combining marks included. */
export function endOfBeginning(text: string, token: Token, letters: number): number {
  let counted = 0;
  let at = token.start;
  while (at < token.end) {
    const codePoint = text.codePointAt(at) ?? 0;
    const added = contributionOf(codePoint);
    if (counted >= letters && added !== '') break;
    counted += added.length;
    at += codePoint < basicPlane ? 1 : 2;
  }
  return at;
}

/** Letters of the beginning of a word that count: what is typed after these does not narrow what is found. */
export const longestBeginning = 64;

/** The beginning of a folded word, at most that long. Half a character is none. */
export function beginningOf(word: string): string {
  return word.slice(0, longestBeginning).replace(/[\uD800-\uDBFF]$/, '');
}

/** Such words (A4, 2021) are matched as they are, never as a beginning and never with an error. */
export function holdsDigit(token: string): boolean {
  return /\p{N}/u.test(token);
}
