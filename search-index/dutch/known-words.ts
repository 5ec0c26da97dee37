/** What is known of a word wherever it stands, worked out once for every way to write it. */
import { type Lexicon, traits } from './lexicon.ts';
import { particles } from './particles.ts';
import { isStopWord } from './stop-words.ts';
import { nameParticles } from './surnames.ts';
import { type Joined, keyOf, type Written } from './text.ts';
import { analyseKey, none, type WordAnalysis } from './words.ts';

export interface KnownWord extends WordAnalysis, Written {
  readonly stop: boolean;
  /** A form that can be the verb of a main clause. */
  readonly finite: boolean;
  /** May stand loose from its verb: "neemt deel". */
  readonly verbParticle: boolean;
  /** May belong to a surname: "van der Wijk". */
  readonly nameParticle: boolean;
}

export interface KnownWords {
  readonly lexicon: Lexicon;
  /** A word that no punctuation cuts, as written or folded. */
  find(surface: string): KnownWord;
  /** A word that punctuation had cut. */
  findJoined(joined: Joined): KnownWord;
}

const onlyLetters = /^[a-z]+$/;
const verbParticles = new Set(particles);

/** `size`: how many spellings are kept; those longest unused leave first, half of them at a time. */
export function createKnownWords(lexicon: Lexicon, size: number): KnownWords {
  let young = new Map<string, KnownWord>();
  let old = new Map<string, KnownWord>();

  const find = (surface: string): KnownWord => {
    const known = young.get(surface);
    if (known !== undefined) return known;
    const kept = detached(surface);
    const found = old.get(surface) ?? read(kept);
    if (size > 0) keep(kept, found);
    return found;
  };

  const keep = (surface: string, word: KnownWord) => {
    if (young.size >= size / 2) {
      old = young;
      young = new Map();
    }
    young.set(surface, word);
  };

  const read = (surface: string): KnownWord => {
    const key = keyOf(surface);
    if (!onlyLetters.test(key)) return knownWord(lexicon, key, asWritten(key), false);
    return key === surface ? knownWord(lexicon, surface, analyseKey(lexicon, surface), false) : find(key);
  };

  const findJoined = (joined: Joined): KnownWord => {
    const { key, hyphens, stem, withoutBrackets } = joined;
    const hyphened = hyphens.length > 0;
    if (!onlyLetters.test(key)) return knownWord(lexicon, key, asWritten(key), hyphened);
    if (stem !== null && !hyphened && onlyLetters.test(stem)) {
      return knownWord(lexicon, key, find(stem), false);
    }
    const whole = find(key);
    if (!hyphened && withoutBrackets === null) return whole;
    const divided = hyphened ? withHyphens(lexicon, find, joined) : whole;
    return knownWord(lexicon, key, withBrackets(find, divided, withoutBrackets), hyphened);
  };

  return { lexicon, find, findJoined };
}

const latin = /^[\0-\xFF]*$/;

/** A copy that does not hold on to the whole text that the word was cut from; shorter words never do. */
function detached(surface: string): string {
  if (surface.length < 13) return surface;
  const encoding = latin.test(surface) ? 'latin1' : 'utf16le';
  return Buffer.from(surface, encoding).toString(encoding);
}

function asWritten(key: string): WordAnalysis {
  return { lemma: key, also: none, parts: none, boundaries: none };
}

function knownWord(
  lexicon: Lexicon,
  key: string,
  { lemma, also, parts, boundaries }: WordAnalysis,
  hyphened: boolean,
): KnownWord {
  const form = lexicon.find(key);
  return {
    key,
    digits: /\p{N}/u.test(key),
    lemma,
    also,
    parts,
    boundaries,
    stop: isStopWord(key),
    finite: form >= 0 && key.length >= 3 && lexicon.has(form, traits.verb),
    verbParticle: !hyphened && verbParticles.has(key),
    nameParticle: nameParticles.has(key),
  };
}

function withBrackets(
  find: (key: string) => WordAnalysis,
  found: WordAnalysis,
  without: string | null,
): WordAnalysis {
  if (without === null) return found;
  const { lemma } = find(without);
  return lemma === found.lemma ? found : { ...found, also: [...found.also, lemma] };
}

/** A hyphen that the writer put is a boundary, whatever the lexicon says of the word without it. */
function withHyphens(
  lexicon: Lexicon,
  find: (key: string) => WordAnalysis,
  { key, hyphens }: Joined,
): WordAnalysis {
  const ends = [...hyphens, key.length];
  const elements = ends.map((end, place) => find(key.slice(place === 0 ? 0 : ends[place - 1], end)));
  const last = elements.at(-1);
  const lastStart = hyphens.at(-1) ?? 0;
  const joined = find(key);
  const known = lexicon.find(key) >= 0 || hyphens.every((at) => joined.boundaries.includes(at));
  return {
    lemma: known ? joined.lemma : key.slice(0, lastStart) + (last?.lemma ?? ''),
    also: none,
    parts: elements.flatMap((element) => (element.parts.length > 0 ? element.parts : [element.lemma])),
    boundaries: elements.flatMap((element, place) => {
      const from = place === 0 ? 0 : (ends[place - 1] ?? 0);
      const inner = element.boundaries.map((at) => from + at);
      const end = ends[place] ?? key.length;
      return end === key.length ? inner : [...inner, end];
    }),
  };
}
