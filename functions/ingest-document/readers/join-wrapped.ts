/** Lines that the margin broke put together again: Dutch hyphenation undone, real hyphens kept. */

/** The words of the document, asked for only where a line ends in a hyphen. */
export type KnownWords = () => ReadonlySet<string>;

/** Words after which a hyphen stood for a part left out: `zorg- en welzijn`. */
const conjunction =
  /^(?:en|of|en\/of|tot|t\/m|als|dan|maar|noch|plus|resp|c\.?q|and|or|and\/or|und|oder|et)(?![\p{L}\p{N}])/u;

/** A word, or what a line holds of it, with the hyphens inside. */
const compound = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*(?:-[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*)*/u;
const compoundAtEnd = /(?<![\p{L}\p{M}\p{N}'’-])[\p{L}\p{M}\p{N}'’-]*[\p{L}\p{M}\p{N}]$/u;
const compounds = new RegExp(`${compound.source}-?`, 'gu');

/** Parts that Dutch joins with a hyphen in the middle of a line, too. */
const hyphenated = new Set(['ex', 'niet', 'non', 'oud', 'semi', 'pseudo', 'sint', 'vice', 'adjunct', 'chef']);
/** Prefixes whose meeting with a vowel Dutch writes with a diaeresis, which hyphenation takes away: be-⏎invloed. */
const diaeresisPrefixes = new Set(['be', 'ge', 'co', 're']);
/** Vowels that would be read as one sound, so that Dutch compounds keep a hyphen between them: zee-eend. */
const clashing = /^(aa|ae|ai|au|ee|ei|eu|ie|oe|oi|oo|ou|ui|uu)$/;
const diaeresis: Readonly<Record<string, string>> = { a: 'ä', e: 'ë', i: 'ï', o: 'ö', u: 'ü' };

/** Every word of a text in lower case, those with a hyphen inside whole; without those that a line end broke. */
export function writtenWords(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(compounds) ?? [];
  return new Set(words.filter((word) => !word.endsWith('-')));
}

/**
 * Joins a line to the line that it was broken off from. A hyphen at the break is undone (`bewo-⏎ners`) unless it belongs
 * to the word: because the document writes it elsewhere (`known`), or by the rules of Dutch.
 */
export function joinWrapped(before: string, after: string, known: KnownWords = () => new Set()): string {
  const end = before.at(-1);
  const stem = before.slice(0, -1);
  if (end === '\u00ad') return stem + (/^\p{Ll}/u.test(after) ? '' : ' ') + after;
  if (end !== '-' && end !== '\u2010') return before + (isOneWord(before, after) ? '' : ' ') + after;
  const left = compoundAtEnd.exec(stem)?.[0];
  if (left === undefined || !/^[\p{L}\p{N}]/u.test(after)) return `${before} ${after}`;
  if (conjunction.test(after)) return `${stem}- ${after}`;

  const right = compound.exec(after)?.[0] ?? '';
  const written = known();
  if (written.has((left + right).toLowerCase())) return stem + after;
  if (written.has(`${left}-${right}`.toLowerCase()) || keepsHyphen(left, right)) return before + after;
  return stem + withDiaeresis(left, after);
}

/** Whether a word goes on over a line end without a hyphen: an address, alternatives or a span of years. */
function isOneWord(before: string, after: string): boolean {
  return /\S\/$/.test(before.slice(-2)) || (/\p{N}–$/u.test(before.slice(-2)) && /^\p{N}/u.test(after));
}

/** Whether Dutch writes a hyphen between two parts of a word: after abbreviations, before names and between vowels. */
function keepsHyphen(left: string, right: string): boolean {
  if (!/^\p{Ll}/u.test(right)) return true;
  const last = left.slice(left.lastIndexOf('-') + 1);
  if (last.length === 1 || /\p{N}$/u.test(last) || /^\p{Lu}+s?$/u.test(last)) return true;
  return hyphenated.has(left.toLowerCase()) || (vowelsMeet(left, right) && !takesDiaeresis(left));
}

function withDiaeresis(left: string, after: string): string {
  if (!takesDiaeresis(left) || !vowelsMeet(left, after)) return after;
  const vowel = after.charAt(0);
  return (diaeresis[vowel] ?? vowel) + after.slice(1);
}

function takesDiaeresis(left: string): boolean {
  return diaeresisPrefixes.has(left.toLowerCase());
}

function vowelsMeet(left: string, right: string): boolean {
  return clashing.test((left.slice(-1) + right.slice(0, 1)).toLowerCase());
}
