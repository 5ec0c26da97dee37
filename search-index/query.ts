/**
 * What a reader asks, taken from what they typed. Anything can be typed: whatever has no meaning here separates
 * words, so that parsing never fails.
 */
import { inOneLine } from '../shared/visible-text.ts';
import { analysed, type Token } from './analysed.ts';
import { synonymsIn } from './synonyms.ts';
import { holdsDigit, longestBeginning } from './tokens.ts';

/** Lemmas that stand next to each other: in a text, or as parts of one compound. */
export type LemmaRun = readonly string[];

/** A word that a document is to hold, and all that will do for it. */
export interface QueryWord {
  /** Folded. */
  readonly text: string;
  /** Whether a longer word that begins with it will do. */
  readonly prefix: boolean;
  /** As typed, for telling the reader about it. */
  readonly written: string;
  /** Any of them will do, as a word or as a compound's part; the word's own first. */
  readonly lemmas: readonly string[];
  /** Any of them will do: the parts of a compound that was asked for, the word and its neighbour as one, a synonym. */
  readonly runs: readonly LemmaRun[];
  /** Written forms (folded) any of which will do, for a word that nothing matches otherwise. */
  readonly resembling: readonly string[];
}

/** Words that must stand in this order in one passage, in the title or in one name, each as itself or inflected. */
export interface Phrase {
  /** Folded. */
  readonly forms: readonly string[];
  readonly lemmas: LemmaRun;
}

/** A document is found when it has every phrase, enough of the words and nothing excluded; all empty means browse. */
export interface Query {
  readonly words: readonly QueryWord[];
  /** Sets of words, by their number; the words of any one of them are enough. As parsed, one set of all words. */
  readonly sufficient: readonly (readonly number[])[];
  readonly phrases: readonly Phrase[];
  readonly excluded: readonly Phrase[];
}

/** Letters that the beginning of a word needs: with fewer, half the index begins with it. */
const shortestPrefix = 2;

/** Straight quotes, and those that phones and word processors put in their place. */
const quotation = /["“”„‟]/g;
const exclusion = /(?<=\s)-(?=[\p{L}\p{N}])\S+/gu;

/** `prefix` says whether the last word may be the beginning of a longer one at all. */
export function parseQuery(typed: string, { prefix = true }: { readonly prefix?: boolean } = {}): Query {
  const q = inOneLine(typed);
  const { unquoted, quoted } = splitQuoted(q);
  const phrases = quoted.filter(({ excluded }) => !excluded).map(({ phrase }) => phrase);
  const excluded = [
    ...quoted.filter((each) => each.excluded).map(({ phrase }) => phrase),
    ...Array.from(unquoted.matchAll(exclusion), ([run]) => phraseOf(run)),
  ];
  const text = unquoted.replace(exclusion, (run) => ' '.repeat(run.length));
  const asked = analysed(text, queryLanguage);

  // A hyphen only takes away from what is asked for: with nothing else to ask, the word is one like any other.
  if (asked.length === 0 && phrases.length === 0 && excluded.length > 0) {
    return parseQuery(q.replace(/-/g, ' '), { prefix });
  }
  const stopWordsCount = phrases.length === 0 && asked.every(({ stop }) => stop);
  const last = prefix && mayBePrefix(q, asked.at(-1)) ? asked.length - 1 : -1;
  const runs = runsBeside(asked, text);
  const words = asked.flatMap((token, at) =>
    token.stop && !stopWordsCount ? [] : [wordOf(token, text, at === last, runs[at] ?? [])],
  );
  return demandingAll({ words: distinct(words), phrases, excluded });
}

export function isBlank(query: Query): boolean {
  return query.words.length === 0 && query.phrases.length === 0 && query.excluded.length === 0;
}

/** The query with every word demanded. */
export function demandingAll(query: Omit<Query, 'sufficient'>): Query {
  return { ...query, sufficient: [query.words.map((_, at) => at)] };
}

/** Readers ask in Dutch; an English document is found by its words as written. */
const queryLanguage = 'nl';

interface Quoted {
  readonly phrase: Phrase;
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
    const phrase = phraseOf(q.slice(open, close));
    if (phrase.forms.length > 0) quoted.push({ phrase, excluded: hyphen });
    at = close + 1;
  }
  return { unquoted: unquoted + q.slice(at), quoted };
}

/** Stands where a phrase stood: no word, and no space either, for a hyphen right after a phrase excludes nothing. */
const filler = '"';

function phraseOf(text: string): Phrase {
  const tokens = analysed(text, queryLanguage);
  return { forms: tokens.map(({ folded }) => folded), lemmas: tokens.map(({ lemma }) => lemma) };
}

function wordOf(token: Token, text: string, prefix: boolean, runs: readonly LemmaRun[]): QueryWord {
  return {
    text: token.folded,
    prefix,
    written: text.slice(token.start, token.end),
    lemmas: [token.lemma, ...token.also],
    runs: [...(token.parts.length > 1 ? [token.parts] : []), ...runs],
    resembling: [],
  };
}

/** For each word what it stands for together with its neighbours: the two written as one, and synonyms. */
function runsBeside(asked: readonly Token[], text: string): readonly (readonly LemmaRun[])[] {
  const runs: LemmaRun[][] = asked.map(() => []);
  for (const [at, token] of asked.entries()) {
    const next = asked[at + 1];
    if (next === undefined || token.stop || next.stop) continue;
    if (!onlyLetters.test(token.folded + next.folded)) continue;
    if (!/^\s+$/.test(text.slice(token.end, next.start))) continue;
    const joined = analysed(token.folded + next.folded, queryLanguage)[0];
    if (joined === undefined) continue;
    runs[at]?.push([joined.lemma]);
    runs[at + 1]?.push([joined.lemma]);
  }
  for (const { first, last, found } of synonymsIn(asked)) {
    for (let at = first; at <= last; at++) runs[at]?.push(...found);
  }
  return runs;
}

const onlyLetters = /^\p{L}+$/u;

function mayBePrefix(q: string, last: Token | undefined): boolean {
  if (last === undefined || holdsDigit(last.folded) || last.folded.length > longestBeginning) return false;
  const after = q.slice(last.end);
  return Array.from(last.folded).length >= shortestPrefix && !/[\s"“”„‟]/.test(after);
}

/**
 * The words that hyphens join in a word as typed: who asks for "buurt-feest" may mean the two. One word when there is
 * no hyphen.
 */
export function wordsAtHyphens(word: QueryWord): readonly QueryWord[] {
  const text = word.written.replace(/[-\u2010\u2011]/g, ' ');
  if (text === word.written) return [word];
  return parseQuery(text, { prefix: word.prefix }).words;
}

/** The word as any two words next to each other, for what the analyser does not know as a compound. */
export function inTwoWords(word: QueryWord): QueryWord {
  const letters = Array.from(word.text);
  if (letters.length > longestInTwo || !onlyLetters.test(word.text)) return { ...word, runs: [] };
  const runs: LemmaRun[] = [];
  for (let at = shortestHalf; at <= letters.length - shortestHalf; at++) {
    const halves = [letters.slice(0, at).join(''), letters.slice(at).join('')];
    runs.push(halves.map((half) => analysed(half, queryLanguage)[0]?.lemma ?? half));
  }
  return { ...word, runs };
}

/** Letters in each of the two words that one is taken apart into. */
const shortestHalf = 3;
/**
 * Letters of a word that is tried as two: nobody writes a longer one. A few signs fold to thousands of letters, and
 * every place between two of them would be tried, each with halves as long.
 */
const longestInTwo = 64;

/** The parts of a compound as words of their own, each written as the compound was; none when it is no compound. */
export function partsOf(word: QueryWord): readonly QueryWord[] {
  const { parts = [] } = analysed(word.text, queryLanguage)[0] ?? {};
  return parts.map((part) => ({ ...word, text: part, prefix: false, lemmas: [part], runs: [] }));
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
