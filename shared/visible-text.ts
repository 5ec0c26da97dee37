/**
 * What people see of a text. Unicode has hundreds of signs that show nothing or that turn the text around them; a block,
 * a name or a query that differs from another by such signs alone is the same one, and one made of them is none.
 */
import * as z from 'zod/mini';

/**
 * Formats, fillers, surrogates without a partner, private use, what a decoder puts where it could not read, and the signs
 * of music and hieroglyphs that are drawn as an empty place.
 */
const invisible = String.raw`[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\uFFFC\uFFFD\u{1D159}\u{13441}\u{13442}]`;
/** Spaces, the ends of lines and paragraphs, Braille without a dot, and controls, which separate words as spaces do. */
const space = String.raw`[\p{Z}\p{Cc}\u2800]`;
/** They change the sign before them: joiners, and selectors of one of its variants. */
const joiner = String.raw`[\u200C\u200D]`;
const selector = String.raw`[\uFE00-\uFE0F\u180B-\u180D\u180F\u{E0100}-\u{E01EF}]`;
/**
 * What joiners and selectors have a meaning behind: pictographs, and letters of scripts that are written joined or in
 * variants, as Persian, Hindi and Japanese are. Behind Latin, Greek and Cyrillic letters they show nothing.
 */
const shaped = String.raw`[\p{Extended_Pictographic}\p{Emoji_Modifier}[\p{L}--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]]]`;

// Only the spaces are repeated (`[…]+`): most other classes take stack for each sign that they match, and it runs out.
const invisibleButShaping = new RegExp(`[${invisible}--[${joiner}${selector}]]`, 'gv');
const shaping = new RegExp(`([${joiner}${selector}])`, 'v');
const spaces = new RegExp(`${space}+`, 'gu');
const spaceInCode = new RegExp(String.raw`[${space}--\t]`, 'gv');
const sign = new RegExp(String.raw`[[\p{L}\p{N}\p{P}\p{S}]--[${invisible}${space}]]`, 'v');
const letterOrDigit = new RegExp(String.raw`[[\p{L}\p{N}]--[${invisible}${space}]]`, 'v');

/** Anything but the common signs of Latin texts and a single space between them: most texts need no more than this look. */
const unusual = /[^\x20-\x7E\u00A1-\u00AC\u00AE-\u024F\u2010-\u2027\u2030-\u205E\u20A0-\u20BF]| {2}/;

/** The text as people see it, in one line, trimmed, in NFC; empty when nothing of it can be seen. */
export function cleaned(text: string): string {
  const line = composed(text, inOneLine).trim();
  return isVisible(line) ? line : '';
}

/** The text without what shows nothing, in one line, but else as typed: in a query a space at the end has a meaning. */
export function inOneLine(text: string): string {
  const line = text.replace(/[\t-\r ]+/g, ' ');
  if (!unusual.test(line)) return line;
  return withoutInvisible(line).replace(spaces, ' ');
}

/** As `cleaned`, but with the text's lines and the spaces within them, which say something in code. */
export function cleanedLines(text: string): string {
  const lines = composed(text, withoutInvisible)
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .split('\n')
    .map((line) => line.replace(spaceInCode, ' ').trimEnd());
  const first = lines.findIndex(isVisible);
  return first < 0 ? '' : lines.slice(first, lines.findLastIndex(isVisible) + 1).join('\n');
}

/** In NFC. What an invisible sign kept apart composes once it is gone, and may then not be shaped any more. */
function composed(text: string, clean: (text: string) => string): string {
  const visible = clean(text);
  const inNfc = visible.normalize('NFC');
  return inNfc === visible ? visible : clean(inNfc).normalize('NFC');
}

/** Without the signs that show nothing: `cli\u00ADënt` becomes `cliënt`. Joiners with a meaning stay. */
function withoutInvisible(text: string): string {
  const visible = text.replace(invisibleButShaping, '');
  return shaping.test(visible) ? withoutIdleShaping(visible) : visible;
}

const isJoiner = new RegExp(`^${joiner}$`, 'v');
const isShaped = new RegExp(`^${shaped}$`, 'v');
const isMark = /^\p{M}$/u;

/** Leaves one selector and one joiner behind a sign that they change, whatever marks stand between. */
function withoutIdleShaping(text: string): string {
  let kept = '';
  let isAfterShaped = false;
  let previous = '';
  const pieces = text.split(shaping);
  for (let at = 0; at < pieces.length; at += 2) {
    const [plain = '', shapes = ''] = pieces.slice(at, at + 2);
    if (plain !== '') previous = '';
    const base = lastBut(isMark, plain);
    if (base !== '') isAfterShaped = isShaped.test(base);
    const isSecond = previous !== '' && (isJoiner.test(previous) || !isJoiner.test(shapes));
    kept += plain;
    if (!isAfterShaped || isSecond) continue;
    kept += shapes;
    previous = shapes;
  }
  return kept;
}

/** The last character that is not as `skipped` says; empty when there is none. */
function lastBut(skipped: RegExp, text: string): string {
  let end = text.length;
  while (end > 0) {
    const isPair = /[\uDC00-\uDFFF]/.test(text.charAt(end - 1));
    const character = text.slice(end - (isPair ? 2 : 1), end);
    if (!skipped.test(character)) return character;
    end -= character.length;
  }
  return '';
}

/** Whether the text has a letter, a digit, a punctuation mark or a symbol that can be seen. */
export function isVisible(text: string): boolean {
  return sign.test(text);
}

/** Whether the text has a letter or digit that can be seen, without which no query finds it. */
export function holdsWord(text: string): boolean {
  return letterOrDigit.test(text);
}

/** What a person or another program gives as text, cleaned; what shows nothing is refused. */
export const GivenText = z.pipe(z.string(), z.pipe(z.transform(cleaned), z.string().check(z.minLength(1))));

/** A text that is as `cleaned` leaves it, and so with something to be seen. */
export const VisibleText = z.string().check(
  z.refine((text) => text !== '' && cleaned(text) === text, {
    error: 'holds nothing that can be seen, or signs that cannot',
  }),
);
