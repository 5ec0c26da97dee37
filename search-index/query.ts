/**
 * What a reader asks, taken from what they typed. Anything can be typed: whatever has no meaning here separates
 * words, so that parsing never fails.
 */
import { isStopWord } from './stop-words.ts';
import { holdsDigit, type Token, tokens, words } from './tokens.ts';

/** A word that a document must hold. */
export interface QueryWord {
  /** Folded. */
  readonly text: string;
  /** Whether a longer word that begins with it will do. */
  readonly prefix: boolean;
  /** As typed, for telling the reader about it. */
  readonly written: string;
}

/** Folded words that must stand in this order in one passage, in the title or in one name. */
export type WordSequence = readonly string[];

/** Every word and every phrase must match, no excluded sequence may; all three empty means browse. */
export interface Query {
  readonly words: readonly QueryWord[];
  readonly phrases: readonly WordSequence[];
  readonly excluded: readonly WordSequence[];
}

/** Letters that the beginning of a word needs: with fewer, half the index begins with it. */
const shortestPrefix = 2;

/** Straight quotes, and those that phones and word processors put in their place. */
const quotation = /["“”„‟]/g;
const exclusion = /(?<=\s)-(?=[\p{L}\p{N}])\S+/gu;

interface Written extends Token {
  readonly written: string;
}

/** `prefix` says whether the last word may be the beginning of a longer one at all. */
export function parseQuery(q: string, { prefix = true }: { readonly prefix?: boolean } = {}): Query {
  const { unquoted, quoted } = splitQuoted(q);
  const phrases = quoted.filter((sequence) => !sequence.excluded).map((sequence) => sequence.words);
  const excluded = [
    ...quoted.filter((sequence) => sequence.excluded).map((sequence) => sequence.words),
    ...Array.from(unquoted.matchAll(exclusion), ([run]) => words(run)),
  ];
  const asked = writtenTokens(unquoted.replace(exclusion, (run) => ' '.repeat(run.length)));

  // A hyphen only takes away from what is asked for: with nothing else to ask, the word is one like any other.
  if (asked.length === 0 && phrases.length === 0 && excluded.length > 0) {
    return parseQuery(q.replace(/-/g, ' '), { prefix });
  }
  const stopWordsCount = phrases.length === 0 && asked.every(({ text }) => isStopWord(text));
  const last = mayBePrefix(q, asked.at(-1)) && prefix ? asked.at(-1) : undefined;
  const counted = stopWordsCount ? asked : asked.filter(({ text }) => !isStopWord(text));
  return {
    words: distinct(
      counted.map((token) => ({ text: token.text, written: token.written, prefix: token === last })),
    ),
    phrases,
    excluded,
  };
}

export function isBlank(query: Query): boolean {
  return query.words.length === 0 && query.phrases.length === 0 && query.excluded.length === 0;
}

interface Quoted {
  readonly words: WordSequence;
  readonly excluded: boolean;
}

/**
 * Takes out what stands between a pair of quotation marks; `unquoted` keeps every other character at its place.
 * A mark without a partner only separates words, so that a phrase that is still being typed finds something.
 */
function splitQuoted(q: string): { unquoted: string; quoted: readonly Quoted[] } {
  const marks = Array.from(q.matchAll(quotation), ({ index }) => index);
  const quoted: Quoted[] = [];
  let unquoted = '';
  let at = 0;
  for (let pair = 0; pair + 1 < marks.length; pair += 2) {
    const open = marks[pair] ?? 0;
    const close = marks[pair + 1] ?? open;
    const hyphen = /(?<=\s)-$/.test(q.slice(0, open));
    unquoted += q.slice(at, hyphen ? open - 1 : open).padEnd(close + 1 - at, filler);
    const sequence = words(q.slice(open, close));
    if (sequence.length > 0) quoted.push({ words: sequence, excluded: hyphen });
    at = close + 1;
  }
  return { unquoted: unquoted + q.slice(at), quoted };
}

/** Stands where a phrase stood: no word, and no space either, for a hyphen right after a phrase excludes nothing. */
const filler = '"';

function writtenTokens(text: string): Written[] {
  return tokens(text).map((token) => ({ ...token, written: text.slice(token.start, token.end) }));
}

function mayBePrefix(q: string, last: Token | undefined): boolean {
  if (last === undefined || holdsDigit(last.text)) return false;
  const after = q.slice(last.end);
  return Array.from(last.text).length >= shortestPrefix && !/[\s"“”„‟]/.test(after);
}

/** Asking a word twice asks no more; of a word and the same as a beginning, the word is the stricter. */
function distinct(asked: readonly QueryWord[]): QueryWord[] {
  const byText = new Map<string, QueryWord>();
  for (const word of asked) {
    const known = byText.get(word.text);
    if (known === undefined || known.prefix) byText.set(word.text, word);
  }
  return [...byText.values()];
}
