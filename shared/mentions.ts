/**
 * Organisations that a text names. Their names lie in a trie of folded words; the longest that the text writes as a name
 * wins and consumes its words.
 */
import { foldWord, isLegalForm, wordOrAnd, wordsOfName } from './label-key.ts';
import type { Term } from './vocabulary.ts';

/** A piece of text that stands alone; `listItem` when its neighbours are items of the same list. */
export interface MentionText {
  readonly text: string;
  readonly listItem: boolean;
}

/**
 * How the text must write a name for it to be one:
 *  - `anyhow`: a distinctive word, in any case;
 *  - `capitals`: several words, with a capital where the name begins with one (`zorg en zekerheid` names nobody);
 *  - `exactly`: an abbreviation in capitals;
 *  - `as-name`: a word that is also an everyday word, with a capital where only a name has one.
 */
type Writing = 'anyhow' | 'capitals' | 'exactly' | 'as-name';

interface Name {
  readonly term: Term;
  readonly writing: Writing;
  /** The words as the vocabulary spells them, and folded. */
  readonly spelling: readonly string[];
  readonly folded: readonly string[];
  readonly hasComma: boolean;
}

interface Node {
  /** Made with its first entry: most names end where no other goes on. */
  next?: Map<string, Node>;
  name?: Name;
}

interface Match {
  readonly name: Name;
  readonly words: Words;
  readonly from: number;
  readonly to: number;
  /** False for a name at a sentence's beginning that its company alone can show to be one. */
  certain: boolean;
}

/** Letters; a shorter word is too often something else to count in any case. */
const shortestDistinctive = 4;

/** Words that begin a sentence with a capital without being part of the name after them. */
const functionWords = new Set(
  (
    'aan als bij binnen daar dat de deze die dit door dus een en er hoe het in is met maar na naar namens of om onder onze ' +
    'ook op over per rond sinds te tegen toen tot tussen uit van vanuit via volgens voor waar want wat wie ze zo zoals zowel ' +
    'the at by for from in of on to with and but or as'
  ).split(' '),
);

const abbreviations = new Set(
  'bijv jl nl nr mw dhr mevr dr mr ir drs prof st resp incl excl evt ca enz etc vs'.split(' '),
);

/** Finds the organisations that texts mention, in the order of their first mention. */
export type FindMentions = (texts: readonly MentionText[]) => Term[];

/** A finder for the names of these terms; the same whatever their order. */
export function createMentionFinder(terms: readonly Term[]): FindMentions {
  const root: Node = {};
  for (const name of namesOf(terms)) insert(root, name);
  return (texts) => {
    const folded = new Map<string, string>();
    const matches = texts.map(({ text }) => matchesIn(new Words(text, folded), root));
    certify(texts, matches);
    const found = new Set(matches.flat().flatMap(({ certain, name }) => (certain ? [name.term] : [])));
    return [...found];
  };
}

/** Every spelling of every term, the most exact first: labels before aliases, whole names before those without article. */
function namesOf(terms: readonly Term[]): Name[] {
  const sorted = [...terms].sort((a, b) => (a.slug < b.slug ? -1 : 1));
  const spellings = [
    ...sorted.map((term) => ({ term, spelling: term.label })),
    ...sorted.flatMap((term) => [...term.aliases].sort().map((spelling) => ({ term, spelling }))),
  ];
  const names = spellings.map(({ term, spelling }) => ({
    term,
    hasComma: spelling.includes(','),
    ...wordsOfName(spelling),
  }));
  const whole = names.map(({ term, hasComma, words, folded }) => ({
    term,
    hasComma,
    spelling: words,
    folded,
    writing: writingOf(words, term),
  }));
  const cores = names.flatMap(({ term, hasComma, words, folded, core: { from, to } }) => {
    if (to - from === words.length) return [];
    const spelling = words.slice(from, to);
    const writing = writingOf(spelling, term);
    return [
      {
        term,
        hasComma,
        spelling,
        folded: folded.slice(from, to),
        // Without its article, a single word may be any word.
        writing: writing === 'anyhow' ? ('as-name' as const) : writing,
      },
    ];
  });
  return [...whole, ...cores].filter(({ spelling }) => spelling.length > 0);
}

function writingOf(spelling: readonly string[], term: Term): Writing {
  const [only = ''] = spelling;
  if (spelling.length > 1) return 'capitals';
  if (/^\p{Lu}{2,6}$/u.test(only)) return 'exactly';
  return term.common || only.length < shortestDistinctive ? 'as-name' : 'anyhow';
}

function insert(root: Node, name: Name): void {
  let node = root;
  for (const folded of name.folded) {
    node.next ??= new Map();
    let next = node.next.get(folded);
    if (next === undefined) {
      next = {};
      node.next.set(folded, next);
    }
    node = next;
  }
  node.name ??= name;
}

/** The words of a text with what stands between them. */
class Words {
  readonly text: string;
  readonly raw: string[] = [];
  readonly folded: string[] = [];
  readonly starts: number[] = [];

  constructor(text: string, known: Map<string, string>) {
    this.text = text;
    for (const { 0: raw, index } of text.matchAll(wordOrAnd)) {
      let folded = known.get(raw);
      if (folded === undefined) {
        folded = foldWord(raw);
        known.set(raw, folded);
      }
      this.raw.push(raw);
      this.folded.push(folded);
      this.starts.push(index);
    }
  }

  get length(): number {
    return this.raw.length;
  }

  /** What stands before the word at this place, back to the word before it or the text's beginning. */
  before(at: number): string {
    const from = at === 0 ? 0 : (this.starts[at - 1] ?? 0) + (this.raw[at - 1]?.length ?? 0);
    return this.text.slice(from, at < this.length ? this.starts[at] : undefined);
  }

  hasCapital(at: number): boolean {
    return /^\p{Lu}/u.test(this.raw[at] ?? '');
  }
}

function matchesIn(words: Words, root: Node): Match[] {
  const matches: Match[] = [];
  for (let from = 0; from < words.length; ) {
    const match = longestAt(words, from, root);
    if (match) matches.push(match);
    from = match?.to ?? from + 1;
  }
  return matches;
}

/** The longest name that begins at this word and is written as one. */
function longestAt(words: Words, from: number, root: Node): Match | undefined {
  let node = root.next?.get(words.folded[from] ?? '');
  let longest: Match | undefined;
  let comma = false;
  for (let to = from + 1; node; to++) {
    const { name } = node;
    if (name && (name.hasComma || !comma)) {
      const certain = isWrittenAs(name, words, from, to);
      if (certain !== null) longest = { name, words, from, to, certain };
    }
    const between = to < words.length ? words.before(to) : '';
    if (!mayStandWithin(between, words.folded[to - 1] ?? '')) break;
    comma ||= between.includes(',');
    node = node.next?.get(words.folded[to] ?? '');
  }
  return longest;
}

/** Whether these signs can part two words of one name; a full stop only after an abbreviation. */
function mayStandWithin(between: string, wordBefore: string): boolean {
  return /^[\s\-–—|'’‘`´/,.]*$/u.test(between) && (!/\.\s/.test(between) || wordBefore.length <= 3);
}

/** Whether words are written as this name; null when not, false when only their company can tell. */
function isWrittenAs(name: Name, words: Words, from: number, to: number): boolean | null {
  switch (name.writing) {
    case 'anyhow':
      return true;
    case 'exactly':
      return words.raw[from] === name.spelling[0] ? true : null;
    case 'capitals': {
      const capitals = name.spelling.flatMap((word, at) =>
        /^\p{Lu}/u.test(word) && !isArticle(word) ? [at] : [],
      );
      const kept = capitals.filter((at) => words.hasCapital(from + at));
      return kept.length * 2 >= capitals.length && kept[0] === capitals[0] ? true : null;
    }
    case 'as-name': {
      if (!words.hasCapital(from) || isPartOfLongerName(words, from, to)) return null;
      return isInsideSentence(words, from, to);
    }
  }
}

function isArticle(word: string): boolean {
  return /^(?:de|het|een|t)$/iu.test(word);
}

/** Whether a neighbour, with nothing but a space or hyphen between, has a capital too. */
function isPartOfLongerName(words: Words, from: number, to: number): boolean {
  const joins = (between: string) => /^[\s-]+$/.test(between);
  if (to < words.length && joins(words.before(to)) && words.hasCapital(to)) return true;
  if (from === 0 || !joins(words.before(from)) || !words.hasCapital(from - 1)) return false;
  const before = words.folded[from - 1] ?? '';
  return !isLegalForm(before) && !(beginsSentence(words, from - 1) && functionWords.has(before));
}

function isInsideSentence(words: Words, from: number, to: number): boolean {
  if (!beginsSentence(words, from)) return true;
  // In brackets, between bars or after a dash a name may stand alone: "Jan (Surplus)".
  const opened = /(?:[(|]|\s[–—-])$/u.test(words.before(from).trimEnd());
  const closed = to === words.length || /^\s*[),;|]/.test(words.before(to));
  return from > 0 && opened && closed;
}

/** Whether a capital is due at this word by its place: at the beginning of a text, sentence, quotation or bracket. */
function beginsSentence(words: Words, at: number): boolean {
  if (at === 0) return true;
  const between = words.before(at);
  if (/[!?…:|(“„"«\n]|\s[‘'–—-]/u.test(between)) return true;
  const before = words.folded[at - 1] ?? '';
  return /\.(?:\s|$)/.test(between) && before.length > 1 && !abbreviations.has(before);
}

/**
 * A name at a sentence's beginning is one when it stands in a row with a certain one: "Surplus, Archipel en Mijzo", or as
 * an item of a list whose other items are names.
 */
function certify(texts: readonly MentionText[], matches: readonly Match[][]): void {
  const places = [...texts.keys()];
  const isItemAt = (at: number) => texts[at]?.listItem === true;
  // A list is gone through upwards and downwards, for the certain name may be its first item or its last.
  for (const at of [...places.toReversed(), ...places]) {
    const here = matches[at] ?? [];
    for (let index = here.length - 2; index >= 0; index--) {
      const [match, next] = here.slice(index, index + 2);
      if (match && next?.certain && areInRow(match, next)) match.certain = true;
    }
    const [only] = here;
    if (!only || !isItemAt(at) || !isWholeText(only)) continue;
    const beside = [at - 1, at + 1].flatMap((other) => (isItemAt(other) ? (matches[other]?.[0] ?? []) : []));
    if (beside.some((other) => other.certain && isWholeText(other))) only.certain = true;
  }
}

function isWholeText({ from, to, words }: Match): boolean {
  return from === 0 && to === words.length;
}

function areInRow(match: Match, next: Match): boolean {
  const { words, to } = match;
  if (next.from === to) return /^\s*[,;/|]\s*$/.test(words.before(to));
  return (
    next.from === to + 1 && /^(?:en|of|and|or)$/.test(words.folded[to] ?? '') && !/\S/.test(words.before(to))
  );
}
