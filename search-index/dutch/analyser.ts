/**
 * The one Dutch analyser for documents, queries and highlighting: what is indexed and what is asked go through the
 * same words. `docs/dutch.md` explains the method and gives its figures.
 */
import { createKnownWords, type KnownWords } from './known-words.ts';
import { restoreLeftOut } from './left-out.ts';
import { type Lexicon, readLexicon } from './lexicon.ts';
import { markSeparated } from './separable-verbs.ts';
import { markSurnames } from './surnames.ts';
import { placesOf } from './text.ts';
import { none, type WordAnalysis } from './words.ts';
import { wordsOfText } from './words-of-text.ts';

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
  /**
   * What one folded word is by itself, whatever text it stands in: for a quick scan of which texts may hold a query's
   * words. It knows nothing of neighbours, so further lemmas that `analyse` takes from those are missing.
   */
  lookUp(folded: string): Pick<Token, 'lemma' | 'also' | 'parts'>;
  /** The first word of what is given; anything without a word is its own lemma. */
  analyseWord(word: string): DividedWord;
}

/** Spellings kept, at some 300 bytes each. */
const defaultCacheSize = 50_000;

export function createAnalyser(
  options: { readonly lexicon?: Lexicon; readonly cacheSize?: number } = {},
): Analyser {
  const lexicon = options.lexicon ?? readLexicon();
  const known = createKnownWords(lexicon, options.cacheSize ?? defaultCacheSize);

  return {
    lexiconHash: lexicon.hash,
    analyse: (text) => analyse(known, text),
    lookUp: known.find,
    analyseWord(word) {
      const found = wordsOfText(known, word);
      const [first] = found.words;
      if (first === undefined) {
        return { lemma: word, also: none, parts: none, boundaries: none, surfaces: [word] };
      }
      const { lemma, also, parts, boundaries } = first;
      const places = placesOf(word, found.starts[0] ?? 0, found.ends[0] ?? word.length);
      const ends = [...boundaries.map((at) => places[at] ?? word.length), word.length];
      const surfaces = ends.map((end, place) => word.slice(place === 0 ? 0 : ends[place - 1], end));
      return { lemma, also, parts, boundaries, surfaces };
    },
  };
}

let shared: Analyser | undefined;

/** The analyser that everything in a process shares; the lexicon is read when it is first needed. */
export function dutchAnalyser(): Analyser {
  shared ??= createAnalyser();
  return shared;
}

/** What a token is while its neighbours are still being looked at. */
type Growing = { -readonly [Field in keyof Token]: Token[Field] };

function analyse(known: KnownWords, text: string): Token[] {
  const found = wordsOfText(known, text);
  const tokens: Growing[] = found.words.map(({ key, lemma, also, parts, stop }, at) => ({
    start: found.starts[at] ?? 0,
    end: found.ends[at] ?? 0,
    folded: key,
    lemma,
    also,
    parts,
    phrase: null,
    stop,
  }));
  const add = (at: number, lemma: string) => {
    const token = tokens[at];
    const own = found.words[at]?.also ?? none;
    if (token === undefined || token.lemma === lemma || token.also.includes(lemma, own.length)) return;
    token.also = [...token.also, lemma];
  };
  restoreLeftOut(known, found, add);
  markSeparated(known.lexicon, found, add);
  markSurnames(known.lexicon, found, (at, phrase) => {
    const token = tokens[at];
    if (token !== undefined) token.phrase = phrase;
  });
  return tokens;
}
