/**
 * Finds the words of a text as Dutch writes them, with their places: joins what punctuation has cut
 * (subsidie-aanvraag, foto's, m.b.t., (mede)zeggenschap, words broken over two lines), and cuts what was written as
 * one (10km). Nearly every word stands between spaces, so what may join is asked of the character behind it first.
 */
import { fold } from '../../shared/fold.ts';

/** What a run of letters and digits is by itself, whatever stands around it. */
export interface Written {
  /** Folded letters and digits only; empty when folding leaves nothing. */
  readonly key: string;
  readonly digits: boolean;
}

/** A word that punctuation had cut. */
export interface Joined {
  /** Hyphens, apostrophes, dots and brackets are gone. */
  readonly key: string;
  /** Places in the key where the writer put a hyphen. */
  readonly hyphens: readonly number[];
  /** The key without what stood in brackets: zeggenschap of (mede)zeggenschap. */
  readonly withoutBrackets: string | null;
  /** The key without an ending set off by an apostrophe: ecd of ECD's. */
  readonly stem: string | null;
}

/** Gives what is known of a word, once for every way to write it. */
export interface WordReader<Word extends Written> {
  asWritten(surface: string): Word;
  joined(joined: Joined): Word;
  /** In UTF-16 units of the text, `end` exclusive. `dashed`: a hyphen or dash stands between it and the word before. */
  found(word: Word, start: number, end: number, dashed: boolean): void;
}

/** Reads the words of a text in their order; their places rise and never overlap. */
export function readWords<Word extends Written>(text: string, reader: WordReader<Word>): void {
  let previousEnd = 0;
  let dashed = false;
  for (let at = 0; at < text.length; ) {
    if (!beginsWord(text, at)) {
      if (isDash(text.charCodeAt(at))) dashed = true;
      at++;
      continue;
    }
    const end = endOfAtom(text, at);
    const word = reader.asWritten(text.slice(at, end));
    if (word.key === '') {
      at = end;
      continue;
    }
    const longer = mayJoin(text, end) ? joinFrom(text, { start: at, end, word }, previousEnd, reader) : null;
    if (longer === null) reader.found(word, at, end, dashed);
    else reader.found(reader.joined(longer.joined), longer.start, longer.end, dashed);
    previousEnd = longer?.end ?? end;
    at = previousEnd;
    dashed = false;
  }
}

/** Folded letters and digits of what is written. */
export function keyOf(surface: string): string {
  if (asciiLettersAndDigits.test(surface)) return surface.toLowerCase();
  let key = '';
  for (const character of surface) key += keyOfCharacter(character);
  return key;
}

/** For every letter of a word's key where it begins in the text; the place after the last one closes the list. */
export function placesOf(text: string, start: number, end: number): number[] {
  const places: number[] = [];
  let at = start;
  for (const character of text.slice(start, end)) {
    const { length } = keyOfCharacter(character);
    for (let unit = 0; unit < length; unit++) places.push(at);
    at += character.length;
  }
  places.push(end);
  return places;
}

export function hasCapitalAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? code >= 65 && code <= 90 : capital.test(text.slice(at, at + 2));
}

const asciiLettersAndDigits = /^[A-Za-z0-9]*$/;
const capital = /^\p{Lu}/u;

function keyOfCharacter(character: string): string {
  return fold(character).replace(/[^\p{L}\p{N}]/gu, '');
}

const wordStart = /[\p{L}\p{N}]/uy;
/** Marks and signs that show nothing, such as a break opportunity, stand inside a word only. */
const wordRest = /[\p{L}\p{N}\p{M}\p{Default_Ignorable_Code_Point}\p{Cf}]*/uy;

const begins = 1;
const continues = 2;
const joins = 4;
/** What a character of a Latin text can be, by its code: expressions are asked for the rarer ones only. */
const classes = classesOfLatin(0x250);

function classesOfLatin(size: number): Uint8Array {
  const found = new Uint8Array(size);
  for (let code = 0; code < size; code++) {
    const character = String.fromCharCode(code);
    found[code] =
      (/[\p{L}\p{N}]/u.test(character) ? begins : 0) |
      (/[\p{L}\p{N}\p{M}\u00AD]/u.test(character) ? continues : 0) |
      (/[-./()'`´]/.test(character) ? joins : 0);
  }
  return found;
}

function beginsWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < classes.length) return ((classes[code] ?? 0) & begins) !== 0;
  if (isGeneralPunctuation(code) || isLowSurrogate(code)) return false;
  wordStart.lastIndex = at;
  return wordStart.test(text);
}

function endOfRun(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < classes.length) {
      if (((classes[code] ?? 0) & continues) === 0) return at;
    } else {
      wordRest.lastIndex = at;
      wordRest.test(text);
      return wordRest.lastIndex;
    }
  }
  return text.length;
}

/** The end of the run, or of the number in front of a unit. */
function endOfAtom(text: string, start: number): number {
  const end = endOfRun(text, start);
  if (!isDigit(text.charCodeAt(start))) return end;
  let number = start + 1;
  while (number < end && isDigit(text.charCodeAt(number))) number++;
  if (number === end || !/^\p{L}/u.test(text.slice(number, number + 2))) return end;
  return units.has(fold(text.slice(number, end))) ? number : end;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** U+2000–U+206F: spaces, dashes and quotation marks, none a letter or digit. */
function isGeneralPunctuation(code: number): boolean {
  return code >= 0x2000 && code <= 0x206f;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

function isHyphen(code: number): boolean {
  return code === 0x2d || code === 0x2010 || code === 0x2011;
}

function isDash(code: number): boolean {
  return isHyphen(code) || code === 0x2013;
}

/** Whether what stands behind a word may tie it to the next one. False is certain, true is not. */
function mayJoin(text: string, end: number): boolean {
  const code = text.charCodeAt(end);
  if (code < classes.length ? ((classes[code] ?? 0) & joins) === 0 : !isGeneralPunctuation(code))
    return false;
  const next = text.charCodeAt(end + 1);
  if (next < 128 && ((classes[next] ?? 0) & begins) === 0) {
    // Only a hyphen joins over more than itself: over a line's end, or with the bracket behind it.
    return isHyphen(code) && (next <= 32 || next === 41);
  }
  return end + 1 < text.length;
}

const hyphen = /^[-\u2010\u2011]$/;
const apostrophe = /^['’‘ʼ`´′]$/;
const wrapped = /^[-\u2010\u00AD][\t \u00A0]*\r?\n[\t \u00A0]*$/;
const closingBracket = /^-?\)$/;
/** What an apostrophe sets off at the end of a word; anything else behind one is a word of its own (zo'n). */
const afterApostrophe = new Set([
  's',
  'tje',
  'tjes',
  'er',
  'ers',
  'en',
  'ende',
  'je',
  'jes',
  'te',
  'ten',
  'ing',
]);
const inflectedAfterApostrophe = new Set(['s', 'tje', 'tjes', 'je', 'jes']);
/** Bracketed endings: cliënt(en), medewerker(s). */
const bracketedEndings = new Set([
  'e',
  'n',
  'en',
  's',
  'es',
  't',
  'd',
  'r',
  'er',
  'je',
  'ster',
  'sters',
  'in',
  'den',
  'ten',
  'ren',
  'len',
  'nen',
  'sen',
  'ken',
  'ën',
]);
export const conjunctions: ReadonlySet<string> = new Set([
  'en',
  'of',
  'als',
  'tot',
  'dan',
  'maar',
  'noch',
  'alsook',
  'evenals',
  'respectievelijk',
]);
/** Written against a number: 10km, 5mg, 24u. A closed list, so that A4, 2e and covid19 stay as they are. */
const units = new Set(
  `km m cm mm dm hm kg g mg mcg ug l dl cl ml ha m2 m3 km2 cm2 cm3 km/h kmh kwh wh kw mw gw w v kv hz khz mhz ghz
  kb mb gb tb px pt uur u min sec s ms jr jaar mnd dgn wk eur euro ct kcal cal kj db ppm bar`.split(/\s+/),
);

interface Atom {
  readonly start: number;
  readonly end: number;
  readonly word: Written;
}

function nextAtom(text: string, from: number, reader: WordReader<Written>): Atom | undefined {
  for (let start = from; start < text.length; ) {
    if (!beginsWord(text, start)) {
      start++;
      continue;
    }
    const end = endOfAtom(text, start);
    const word = reader.asWritten(text.slice(start, end));
    if (word.key !== '') return { start, end, word };
    start = end;
  }
  return undefined;
}

/** The word that begins with an atom, or null when nothing joins it. */
function joinFrom(
  text: string,
  first: Atom,
  previousEnd: number,
  reader: WordReader<Written>,
): { readonly start: number; readonly end: number; readonly joined: Joined } | null {
  let { end } = first;
  let { key } = first.word;
  let last = first;
  let next = nextAtom(text, end, reader);
  let open = opensBracket(text, first, next, previousEnd);
  const start = open ? first.start - 1 : first.start;
  const hyphens: number[] = [];
  let stem: string | null = null;
  let bracketed: [number, number] | null = null;
  let onlySingleLetters = isSingleLetter(first);
  let onlyThousands = /^\d{1,3}$/.test(key);
  const take = (atom: Atom) => {
    onlySingleLetters &&= isSingleLetter(atom);
    onlyThousands &&= /^\d{3}$/.test(atom.word.key);
    key += atom.word.key;
    end = atom.end;
    last = atom;
    next = nextAtom(text, end, reader);
  };
  while (next !== undefined) {
    const between = text.slice(last.end, next.start);
    const letters: boolean = !last.word.digits && !next.word.digits;
    if (open && closingBracket.test(between)) {
      bracketed = [0, key.length];
      if (between === '-)') hyphens.push(key.length);
      open = false;
      take(next);
    } else if (between === '.' && onlySingleLetters && isSingleLetter(next)) {
      // m.b.t., o.a., d.w.z.
      if (text[first.start - 1] === '@') break;
      take(next);
    } else if (between === '.' && onlyThousands && isThousands(next, text)) {
      take(next);
    } else if (between === '/' && last === first && letters && isSlashed(last, next, text)) {
      take(next);
    } else if (apostrophe.test(between) && !last.word.digits && afterApostrophe.has(next.word.key)) {
      if (stem === null && inflectedAfterApostrophe.has(next.word.key)) stem = key;
      take(next);
    } else if (hyphen.test(between) && letters) {
      hyphens.push(key.length);
      stem = null;
      take(next);
    } else if (
      letters &&
      wrapped.test(between) &&
      !hasCapitalAt(text, next.start) &&
      !conjunctions.has(next.word.key)
    ) {
      take(next);
    } else if (between === '(' && letters && bracketed === null) {
      const after = nextAtom(text, next.end, reader);
      const closing = closingLength(text, next, after);
      if (closing === 0) break;
      bracketed = [key.length, key.length + next.word.key.length];
      take(next);
      end += closing;
      if (after === undefined || after.start !== end || after.word.digits) break;
      take(after);
    } else break;
  }
  if (last === first) return null;
  const withoutBrackets = bracketed === null ? null : key.slice(0, bracketed[0]) + key.slice(bracketed[1]);
  return { start, end, joined: { key, hyphens, withoutBrackets, stem } };
}

/** "(mede)zeggenschap", "(mede-)zeggenschap": a bracket that opens before a word and closes against the next. */
function opensBracket(text: string, atom: Atom, next: Atom | undefined, previousEnd: number): boolean {
  if (next === undefined || atom.word.digits || next.word.digits) return false;
  if (text[atom.start - 1] !== '(' || atom.start - 1 < previousEnd) return false;
  return closingBracket.test(text.slice(atom.end, next.start));
}

/**
 * How much closes a bracketed bit that belongs to the word before it, an ending or the middle of a longer word;
 * 0 when it does not belong there.
 */
function closingLength(text: string, bit: Atom, after: Atom | undefined): number {
  const length = text[bit.end] === ')' ? 1 : text.startsWith('-)', bit.end) ? 2 : 0;
  const isContinued = after !== undefined && !after.word.digits && after.start === bit.end + length;
  return isContinued || bracketedEndings.has(bit.word.key) ? length : 0;
}

function isSingleLetter({ start, end, word }: Atom): boolean {
  return end - start === 1 && !word.digits;
}

/** 10.000 and 1.234.567, but no date and no version. */
function isThousands(next: Atom, text: string): boolean {
  if (!/^\d{3}$/.test(next.word.key)) return false;
  return !/^\d|^\.\d{1,2}(?!\d)|^\.\d{4}/.test(text.slice(next.end, next.end + 5));
}

/** t/m, m/v, n/a: one letter on each side. */
function isSlashed(last: Atom, next: Atom, text: string): boolean {
  return isSingleLetter(last) && isSingleLetter(next) && text[next.end] !== '/';
}
