/**
 * The one Dutch analyser for documents, queries and highlighting: what is indexed and what is asked go through the
 * same words. `docs/dutch.md` explains the method and gives its figures.
 */
import { type Lexicon, readLexicon, traits } from './lexicon.ts';
import { markSeparated } from './separable-verbs.ts';
import { isStopWord } from './stop-words.ts';
import { markSurnames } from './surnames.ts';
import { type Piece, piecesOf } from './text.ts';
import { analyseKey, type WordAnalysis } from './words.ts';

export type { WordAnalysis } from './words.ts';

export interface Token {
  /** In UTF-16 units of the text that was given, `end` exclusive: what a reader sees marked. */
  readonly start: number;
  readonly end: number;
  /** The word itself, folded, letters and digits only: equal for every way to write it. */
  readonly folded: string;
  readonly lemma: string;
  /**
   * Further lemmas that the word stands for: the second reading of a homograph, a word whose other half was left out
   * (zorg- in "zorg- en onderwijsorganisaties" is zorgorganisatie too), a verb with its particle (neemt … deel).
   */
  readonly also: readonly string[];
  /** The lemmas of a compound's parts in their order; empty when the word is no compound. */
  readonly parts: readonly string[];
  /** Words with the same number are one name and belong next to each other: "van der Wijk". */
  readonly phrase: number | null;
  readonly stop: boolean;
}

/** One word as written, divided: what `npm run analyse` shows. */
export interface DividedWord extends WordAnalysis {
  /** The word's own spelling, cut at its boundaries; joined again they are the word. */
  readonly surfaces: readonly string[];
}

export interface Analyser {
  /** SHA-256 of the lexicon, for an index to say which one it was built with. */
  readonly lexiconHash: string;
  analyse(text: string): Token[];
  /** The first word of what is given; anything without a word is its own lemma. */
  analyseWord(word: string): DividedWord;
}

/** Words kept: some 60 MB of Dutch text has fewer frequent ones, at about 200 bytes each. */
const defaultCacheSize = 20_000;

export function createAnalyser(
  options: { readonly lexicon?: Lexicon; readonly cacheSize?: number } = {},
): Analyser {
  const lexicon = options.lexicon ?? readLexicon();
  const words = cached((key) => analyseKey(lexicon, key), options.cacheSize ?? defaultCacheSize);
  const look = (piece: Piece) => analysePiece(lexicon, words, piece);

  return {
    lexiconHash: lexicon.hash,
    analyse(text) {
      const pieces = piecesOf(text);
      const found = pieces.map(look);
      const also = new Map<number, string[]>();
      const add = (at: number, lemma: string) => {
        const known = also.get(at) ?? [];
        if (lemma !== found[at]?.lemma && !known.includes(lemma)) also.set(at, [...known, lemma]);
      };
      restoreLeftOut(lexicon, words, pieces, add);
      markSeparated(lexicon, pieces, add);
      const phrases = markSurnames(lexicon, pieces);
      return pieces.map((piece, at) => {
        const { lemma = piece.key, parts = [], also: own = [] } = found[at] ?? {};
        const added = also.get(at);
        return {
          start: piece.start,
          end: piece.end,
          folded: piece.key,
          lemma,
          also: added === undefined ? own : [...own, ...added],
          parts,
          phrase: phrases.get(at) ?? null,
          stop: isStopWord(piece.key),
        };
      });
    },
    analyseWord(word) {
      const piece = piecesOf(word)[0];
      if (piece === undefined) {
        return { lemma: word, also: [], parts: [], boundaries: [], surfaces: [word] };
      }
      const found = look(piece);
      const cuts = found.boundaries.map((at) => piece.places[at] ?? word.length);
      const ends = [...cuts, word.length];
      return {
        ...found,
        surfaces: ends.map((end, place) => word.slice(place === 0 ? 0 : ends[place - 1], end)),
      };
    },
  };
}

let shared: Analyser | undefined;

/** The analyser that everything in a process shares; the lexicon is read when it is first needed. */
export function dutchAnalyser(): Analyser {
  shared ??= createAnalyser();
  return shared;
}

/** A bounded cache: the words longest unused leave first, a tenth at a time. */
function cached(analyse: (key: string) => WordAnalysis, size: number): (key: string) => WordAnalysis {
  let young = new Map<string, WordAnalysis>();
  let old = new Map<string, WordAnalysis>();
  return (key) => {
    let known = young.get(key);
    if (known !== undefined) return known;
    known = old.get(key) ?? analyse(key);
    if (size <= 0) return known;
    if (young.size >= size / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, known);
    return known;
  };
}

const onlyLetters = /^[a-z]+$/;

function analysePiece(lexicon: Lexicon, words: (key: string) => WordAnalysis, piece: Piece): WordAnalysis {
  const { key, stem, hyphens, withoutBrackets } = piece;
  if (!onlyLetters.test(key)) return { lemma: key, also: [], parts: [], boundaries: [] };
  if (hyphens.length > 0) return withBrackets(words, withHyphens(lexicon, words, piece), withoutBrackets);
  if (stem !== null && onlyLetters.test(stem)) return words(stem);
  return withBrackets(words, words(key), withoutBrackets);
}

function withBrackets(
  words: (key: string) => WordAnalysis,
  found: WordAnalysis,
  without: string | null,
): WordAnalysis {
  if (without === null) return found;
  const { lemma } = words(without);
  return lemma === found.lemma ? found : { ...found, also: [...found.also, lemma] };
}

/** A hyphen that the writer put is a boundary, whatever the lexicon says of the word without it. */
function withHyphens(lexicon: Lexicon, words: (key: string) => WordAnalysis, piece: Piece): WordAnalysis {
  const { key, hyphens } = piece;
  const ends = [...hyphens, key.length];
  const elements = ends.map((end, place) => words(key.slice(place === 0 ? 0 : ends[place - 1], end)));
  const last = elements.at(-1);
  const lastStart = hyphens.at(-1) ?? 0;
  const joined = words(key);
  const known = lexicon.find(key) >= 0 || hyphens.every((at) => joined.boundaries.includes(at));
  return {
    lemma: known ? joined.lemma : key.slice(0, lastStart) + (last?.lemma ?? ''),
    also: [],
    parts: elements.flatMap((element) => (element.parts.length > 0 ? element.parts : [element.lemma])),
    boundaries: elements.flatMap((element, place) => {
      const from = place === 0 ? 0 : (ends[place - 1] ?? 0);
      const inner = element.boundaries.map((at) => from + at);
      const end = ends[place] ?? key.length;
      return end === key.length ? inner : [...inner, end];
    }),
  };
}

/** How far a left-out part may be from the word that has it: "jeugd-, ouderen- en gehandicaptenzorg". */
const reach = 7;

/** Gives a word whose half was left out the whole word as a further lemma. */
function restoreLeftOut(
  lexicon: Lexicon,
  words: (key: string) => WordAnalysis,
  pieces: readonly Piece[],
  add: (at: number, lemma: string) => void,
): void {
  for (const [at, piece] of pieces.entries()) {
    if (piece.leftOut === null || !onlyLetters.test(piece.key)) continue;
    const step = piece.leftOut === 'after' ? 1 : -1;
    for (let other = at + step; Math.abs(other - at) <= reach; other += step) {
      const full = pieces[other];
      if (full === undefined) break;
      if (full.leftOut !== null || isStopWord(full.key) || !onlyLetters.test(full.key)) continue;
      const whole =
        piece.leftOut === 'after'
          ? withTailOf(lexicon, words, piece.key, full.key)
          : withBeginningOf(lexicon, words, full.key, piece.key);
      if (whole !== undefined) {
        add(at, words(whole).lemma);
        break;
      }
    }
  }
}

/** onderwijsorganisaties lends organisaties to zorg-, nadelen lends delen to voor-. */
function withTailOf(
  lexicon: Lexicon,
  words: (key: string) => WordAnalysis,
  beginning: string,
  full: string,
): string | undefined {
  for (let at = 1; at <= full.length - 3; at++) {
    const whole = beginning + full.slice(at);
    const form = lexicon.find(whole);
    if (form >= 0 && lexicon.find(full, 0, at) >= 0 && !lexicon.has(form, traits.name)) return whole;
  }
  const last = words(full).boundaries.at(-1);
  return last === undefined ? undefined : beginning + full.slice(last);
}

/** reflectiegesprekken lends reflectie to – bijeenkomsten. */
function withBeginningOf(
  lexicon: Lexicon,
  words: (key: string) => WordAnalysis,
  full: string,
  tail: string,
): string | undefined {
  const { boundaries } = words(full);
  for (const at of boundaries) {
    const whole = full.slice(0, at) + tail;
    if (lexicon.find(whole) >= 0) return whole;
  }
  const last = boundaries.at(-1);
  return last === undefined ? undefined : full.slice(0, last) + tail;
}
