/**
 * The words of a document as values to filter by. Meilisearch's own queries know no "or", lose words past a limit and
 * guess at typing errors; filters are exact, take any formula and have no limit in length.
 */
import { createHash } from 'node:crypto';
import { isStopWord } from '../../dutch/stop-words.ts';
import { beginningOf } from '../../tokens.ts';
import { boundary, type FieldWords } from '../../words-of-entry.ts';

export interface Terms {
  /** Lemmas, parts and pairs of them, each told apart by its first letter. */
  readonly terms: readonly string[];
  /** Forms as written, each with `endOfForm`. */
  readonly forms: readonly string[];
}

/** Ends every form, so that a search among forms that resembles one of them takes whole words only. */
export const endOfForm = '.';

/**
 * Meilisearch cuts a value at 468 bytes when it stores it and not when it is asked: none may be that long. A character takes
 * three bytes at most. Of a longer word the beginning stays, for who asks for that, and a hash tells it apart.
 */
const lettersAtMost = 80;
/** The same of two words. */
const lettersOfPairAtMost = 140;

export const lemmaTerm = (lemma: string): string => `l:${bounded(lemma)}`;
export const partTerm = (lemma: string): string => `p:${bounded(lemma)}`;
export const formTerm = (form: string): string => bounded(form) + endOfForm;
export const titleWord = (word: string): string => bounded(word);

/** Two lemmas next to each other: in a text, and among the parts of one compound. */
export const pairTerm = (first: string, second: string): string => `r:${boundedPair(first, second)}`;
export const compoundTerm = (first: string, second: string): string => `c:${boundedPair(first, second)}`;

/** Pairs with a function word in them are most pairs of a text, and no compound or synonym is told by them. */
export function isPair(first: string, second: string): boolean {
  return !isStopWord(first) && !isStopWord(second);
}

export function termsOf(fields: readonly FieldWords[]): Terms {
  const lemmas = new Set<string>();
  const parts = new Set<string>();
  const terms = new Set<string>();
  const forms = new Set<string>();
  for (const field of fields) {
    for (const run of runsOf(field.lemmas)) {
      for (const lemma of run) lemmas.add(lemma);
      for (const [first, second] of pairsIn(run)) terms.add(pairTerm(first, second));
    }
    for (const run of runsOf(field.parts)) {
      for (const part of run) parts.add(part);
      for (const [first, second] of pairsIn(run)) terms.add(compoundTerm(first, second));
    }
    for (const form of wordsIn(field.forms)) forms.add(formTerm(form));
  }
  for (const lemma of lemmas) terms.add(lemmaTerm(lemma));
  for (const part of parts) if (!lemmas.has(part)) terms.add(partTerm(part));
  return { terms: [...terms], forms: [...forms] };
}

/** What stands between two boundaries, word by word. */
export function runsOf(words: string): string[][] {
  return words
    .split(boundary)
    .map(wordsIn)
    .filter((run) => run.length > 0);
}

export function wordsIn(words: string): string[] {
  return words.split(' ').filter((word) => word !== '');
}

function pairsIn(run: readonly string[]): (readonly [string, string])[] {
  return run.flatMap((second, at) => {
    const first = run[at - 1];
    return first !== undefined && isPair(first, second) ? [[first, second] as const] : [];
  });
}

/** In texts too, for the server's own search knows no words of more than 250 bytes. */
export function bounded(word: string): string {
  return word.length <= lettersAtMost ? word : beginningOf(word) + hashOf(word);
}

function boundedPair(first: string, second: string): string {
  const pair = `${first} ${second}`;
  return pair.length <= lettersOfPairAtMost ? pair : hashOf(pair);
}

/** Letters only, so that it is one word with what stands before it. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
