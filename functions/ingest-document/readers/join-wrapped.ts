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
/** Vowels that would be read as one sound: Dutch parts them with a hyphen (zee-eend) or a diaeresis (beïnvloed). */
const clashing = /^(aa|ae|ai|au|ee|ei|eu|ie|ii|ij|oe|oi|oo|ou|ui|uu)$/;
const vowel = /[aeiouyà-öø-ü]/i;
const diaeresis: Readonly<Record<string, string>> = { a: 'ä', e: 'ë', i: 'ï', o: 'ö', u: 'ü' };

/**
 * Where it is a diaeresis, which hyphenation takes away: before the break and after it, where the word is no compound.
 * Compounds keep their hyphen, and they are what else there is.
 */
const takesDiaeresis: readonly (readonly [left: RegExp, right: RegExp])[] = [
  [/^(?:(?:in|uit|op|aan|af|mee|na|door|voor|terug|om|toe|bij|over|onder|samen)?ge|(?:on|her)?be)$/, /^/],
  [/(?:^|ge|[^aeiou])co$/, /^(?:oper|ordin|opta|opte|eff|incid)/],
  [/(?:^|her)re$/, /^(?:eel|el[es]|incarn|uni|uss)/],
  [/cre$/, /^e(?:er|r)/],
  [/(?:twee|drie)$/, /^en(?:twin|der|veer|vijf|zes|zeven|tach|negen)t/],
  // Not after anti-, mini- and the like, which end in an i of their own.
  [/(?<!^(?:ant|sem|mult|min|max|bi|b|tr|quas|sk|tax|jun|jul|wif|un|al[ij]b|kiw))(?<![aeo])i$/, /^e/],
  [/[aeou]$/, /^i(?:sch|sme|ste?n?$|stisch|teit|ne[ns]?$|de[ns]?$|ef$|eve$|tie|ek|cum$)/],
];

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
  const isWritten = (word: string) => written.has(word.toLowerCase());
  if (isWritten(left + right)) return stem + after;
  if (vowelsMeet(left, right) && isWritten(left + withDiaeresis(right))) return stem + withDiaeresis(after);
  if (isWritten(`${left}-${right}`) || keepsHyphen(left, right)) return before + after;
  return stem + (vowelsMeet(left, right) ? withDiaeresis(after) : after);
}

/** Whether a word goes on over a line end without a hyphen: an address, alternatives or a span of years. */
function isOneWord(before: string, after: string): boolean {
  return /\S\/$/.test(before.slice(-2)) || (/\p{N}–$/u.test(before.slice(-2)) && /^\p{N}/u.test(after));
}

/** Whether Dutch writes a hyphen between two parts of a word: after abbreviations, before names and between vowels. */
function keepsHyphen(left: string, right: string): boolean {
  if (!/^\p{Ll}/u.test(right)) return true;
  const last = left.slice(left.lastIndexOf('-') + 1);
  // A syllable has a vowel; what has none is spelled out: sms-⏎bericht, vmbo-⏎t.
  if (!vowel.test(last) || !vowel.test(right)) return true;
  if (last.length === 1 || /\p{N}$/u.test(last) || /^\p{Lu}+s?$/u.test(last)) return true;
  return hyphenated.has(left.toLowerCase()) || (vowelsMeet(left, right) && !losesDiaeresis(left, right));
}

function withDiaeresis(text: string): string {
  const first = text.charAt(0);
  return (diaeresis[first] ?? first) + text.slice(1);
}

function losesDiaeresis(left: string, right: string): boolean {
  return takesDiaeresis.some(([end, beginning]) => end.test(left.toLowerCase()) && beginning.test(right));
}

function vowelsMeet(left: string, right: string): boolean {
  return clashing.test((left.slice(-1) + right.slice(0, 1)).toLowerCase());
}
