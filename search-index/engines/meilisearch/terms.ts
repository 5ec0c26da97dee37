/**
 * The words of a document as values to filter by. Meilisearch's own queries know no "or", lose words past a limit and
 * guess at typing errors; filters are exact, take any formula and have no limit in length.
 */
import { isStopWord } from '../../dutch/stop-words.ts';
import { boundary, type FieldWords } from '../../words-of-entry.ts';

export interface Terms {
  /** Lemmas, parts and pairs of them, each told apart by its first letter. */
  readonly terms: readonly string[];
  /** Forms as written, each with `endOfForm`. */
  readonly forms: readonly string[];
}

/** Ends every form, so that a search among forms that resembles one of them takes whole words only. */
export const endOfForm = '.';

/** Meilisearch cuts a value at 468 bytes when it stores it and not when it is asked: none may be that long. */
const lettersAtMost = 100;

export const lemmaTerm = (lemma: string): string => `l:${cut(lemma)}`;
export const partTerm = (lemma: string): string => `p:${cut(lemma)}`;
export const formTerm = (form: string): string => cut(form) + endOfForm;
export const formBeginning = (beginning: string): string => cut(beginning);
export const titleWord = (word: string): string => cut(word);

/** Two lemmas next to each other: in a text, and among the parts of one compound. */
export const pairTerm = (first: string, second: string): string => `r:${cut(first)} ${cut(second)}`;
export const compoundTerm = (first: string, second: string): string => `c:${cut(first)} ${cut(second)}`;

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

function cut(word: string): string {
  return word.length > lettersAtMost ? word.slice(0, lettersAtMost).toWellFormed() : word;
}
