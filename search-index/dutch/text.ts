/**
 * Finds the words of a text as Dutch writes them, with their places: joins what punctuation has cut
 * (subsidie-aanvraag, foto's, m.b.t., (mede)zeggenschap, words broken over two lines), cuts what was written as one
 * (10km), and notes where part of a word was left out (zorg- en onderwijsorganisaties).
 */
import { fold } from '../../shared/fold.ts';

/** A word as written, before it is looked up. */
export interface Piece {
  /** In UTF-16 units of the text, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** Folded letters and digits only: hyphens, apostrophes, dots and brackets are gone. */
  readonly key: string;
  /** For every letter of the key where it begins in the text; the place after the last one closes the list. */
  readonly places: readonly number[];
  /** Places in the key where the writer put a hyphen. */
  readonly hyphens: readonly number[];
  /** The key without what stood in brackets: zeggenschap of (mede)zeggenschap. */
  readonly withoutBrackets: string | null;
  /** The key without an ending set off by an apostrophe: ecd of ECD's. */
  readonly stem: string | null;
  /** `after`: its end was left out (zorg- en …); `before`: its beginning was (… en -afdelings). */
  readonly leftOut: 'before' | 'after' | null;
  readonly capital: boolean;
  /** What stands between this word and the one before it. */
  readonly gap: string;
}

const wordRun = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u00AD\u200B-\u200D\u2060]*/gu;
const asciiOnly = /^[\0-\x7F]*$/;
const hyphen = /^[-\u2010\u2011]$/;
const apostrophe = /^['’‘ʼ`´′]$/;
const wrapped = /^[-\u2010\u00AD][\t \u00A0]*\r?\n[\t \u00A0]*$/;
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
const conjunctions = new Set([
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
  readonly key: string;
  readonly places: readonly number[];
  readonly letters: boolean;
  readonly digits: boolean;
  readonly capital: boolean;
}

function atomOf(text: string, start: number, end: number): Atom | undefined {
  const raw = text.slice(start, end);
  let key = '';
  const places: number[] = [];
  if (asciiOnly.test(raw)) {
    key = raw.toLowerCase();
    for (let at = start; at < end; at++) places.push(at);
  } else {
    let at = start;
    for (const character of raw) {
      const folded = fold(character).replace(/[^\p{L}\p{N}]/gu, '');
      for (let unit = 0; unit < folded.length; unit++) places.push(at);
      key += folded;
      at += character.length;
    }
  }
  if (key === '') return undefined;
  const digits = /\p{N}/u.test(key);
  return { start, end, key, places, digits, letters: !digits, capital: /^\p{Lu}/u.test(raw) };
}

function atomsOf(text: string): Atom[] {
  const atoms: Atom[] = [];
  for (const match of text.matchAll(wordRun)) {
    const start = match.index;
    const end = start + match[0].length;
    const measure = /^\d+(?=\p{L})/u.exec(match[0]);
    const split = measure === null ? 0 : measure[0].length;
    const ranges =
      split > 0 && units.has(fold(match[0].slice(split)))
        ? [[start, start + split] as const, [start + split, end] as const]
        : [[start, end] as const];
    for (const [from, to] of ranges) {
      const atom = atomOf(text, from, to);
      if (atom !== undefined) atoms.push(atom);
    }
  }
  return atoms;
}

/** The words of a text in their order; their places rise and never overlap. */
export function piecesOf(text: string): Piece[] {
  const atoms = atomsOf(text);
  const pieces: Piece[] = [];
  let previousEnd = 0;
  for (let at = 0; at < atoms.length; ) {
    const first = atoms[at];
    if (first === undefined) break;
    const joined: Atom[] = [first];
    const hyphens: number[] = [];
    let length = first.key.length;
    let start = first.start;
    let end = first.end;
    let stem: string | null = null;
    let bracketed: [number, number] | null = null;
    let open = opensBracket(text, atoms, at, previousEnd);
    if (open) start--;
    for (;;) {
      const last = joined.at(-1) ?? first;
      const next = atoms[at + joined.length];
      if (next === undefined) break;
      const between = text.slice(last.end, next.start);
      const take = () => {
        joined.push(next);
        length += next.key.length;
        end = next.end;
      };
      if (open && bracketed === null && /^-?\)$/.test(between)) {
        bracketed = [0, length];
        if (between === '-)') hyphens.push(length);
        open = false;
        take();
      } else if (between === '' && last.digits !== next.digits) {
        break;
      } else if (between === '.' && isAbbreviation(atoms, at, joined.length, text)) {
        take();
      } else if (between === '.' && /^\d{1,3}$/.test(first.key) && isThousands(joined, next, text)) {
        take();
      } else if (between === '/' && joined.length === 1 && isSlashed(last, next, text)) {
        take();
      } else if (apostrophe.test(between) && last.letters && afterApostrophe.has(next.key)) {
        const before = joined.map((atom) => atom.key).join('');
        if (stem === null && inflectedAfterApostrophe.has(next.key)) stem = before;
        take();
      } else if (hyphen.test(between) && last.letters && next.letters) {
        hyphens.push(length);
        stem = null;
        take();
      } else if (
        wrapped.test(between) &&
        last.letters &&
        next.letters &&
        !next.capital &&
        !conjunctions.has(next.key)
      ) {
        take();
      } else if (
        between === '(' &&
        last.letters &&
        next.letters &&
        bracketed === null &&
        closes(text, next, atoms[at + joined.length + 1])
      ) {
        bracketed = [length, length + next.key.length];
        take();
        if (text[next.end] === ')') end = next.end + 1;
        else if (text.slice(next.end, next.end + 2) === '-)') end = next.end + 2;
        const after = atoms[at + joined.length];
        if (after === undefined || after.start !== end || !after.letters) break;
        joined.push(after);
        length += after.key.length;
        end = after.end;
      } else break;
    }
    const gap = text.slice(previousEnd, start);
    const key = joined.map((atom) => atom.key).join('');
    pieces.push({
      start,
      end,
      key,
      places: [...joined.flatMap((atom) => atom.places), end],
      hyphens,
      withoutBrackets: bracketed === null ? null : key.slice(0, bracketed[0]) + key.slice(bracketed[1]),
      stem,
      leftOut: null,
      capital: first.capital,
      gap,
    });
    previousEnd = end;
    at += joined.length;
  }
  return markLeftOut(pieces);
}

/** "(mede)zeggenschap", "(mede-)zeggenschap": a bracket that opens before a word and closes against the next. */
function opensBracket(text: string, atoms: readonly Atom[], at: number, previousEnd: number): boolean {
  const atom = atoms[at];
  const next = atoms[at + 1];
  if (atom === undefined || next === undefined || !atom.letters || !next.letters) return false;
  if (text[atom.start - 1] !== '(' || atom.start - 1 < previousEnd) return false;
  return /^-?\)$/.test(text.slice(atom.end, next.start));
}

/** Whether a bracketed bit belongs to the word before it: an ending, or the middle of a longer word. */
function closes(text: string, bit: Atom, after: Atom | undefined): boolean {
  const closing = /^-?\)/.exec(text.slice(bit.end, bit.end + 2));
  if (closing === null) return false;
  const continues = after?.letters === true && after.start === bit.end + closing[0].length;
  return continues || bracketedEndings.has(bit.key);
}

/** Single letters with a dot between each: m.b.t., o.a., d.w.z. */
function isAbbreviation(atoms: readonly Atom[], at: number, joined: number, text: string): boolean {
  for (let place = at; place <= at + joined; place++) {
    const atom = atoms[place];
    if (atom === undefined || !atom.letters || atom.end - atom.start > 1) return false;
  }
  const first = atoms[at];
  return first !== undefined && text[first.start - 1] !== '@';
}

/** 10.000 and 1.234.567, but no date and no version. */
function isThousands(joined: readonly Atom[], next: Atom, text: string): boolean {
  if (!/^\d{3}$/.test(next.key) || joined.slice(1).some((atom) => !/^\d{3}$/.test(atom.key))) return false;
  return !/^\d|^\.\d{1,2}(?!\d)|^\.\d{4}/.test(text.slice(next.end, next.end + 5));
}

/** t/m, m/v, n/a: one letter on each side. */
function isSlashed(last: Atom, next: Atom, text: string): boolean {
  if (!last.letters || !next.letters) return false;
  return last.end - last.start === 1 && next.end - next.start === 1 && text[next.end] !== '/';
}

/** "zorg- en …", "… en -afdelingen", "… of – bijeenkomsten": which words had a part left out. */
function markLeftOut(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece, at) => {
    const next = pieces[at + 1];
    const previous = pieces[at - 1];
    if (next !== undefined && /^[-\u2010\u2011](?=[\s,/)])/.test(next.gap) && /\p{L}$/u.test(piece.key)) {
      return { ...piece, leftOut: 'after' as const };
    }
    if (previous === undefined || !/^\p{L}/u.test(piece.key)) return piece;
    const attached = /(?:^|[\s(/])[-\u2010\u2011\u2013]$/.test(piece.gap);
    const stray = /\s[-\u2010\u2011\u2013]\s+$/.test(piece.gap) && conjunctions.has(previous.key);
    const joins = conjunctions.has(previous.key) || /[/,]\s*[-\u2010\u2011\u2013]$/.test(piece.gap);
    if ((attached && joins) || stray) return { ...piece, leftOut: 'before' as const };
    return piece;
  });
}
