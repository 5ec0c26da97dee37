/** Lines of a printed page put together again: Dutch hyphenation undone, real hyphens kept. */

const hyphenAtEnd = /(\p{L}[\p{L}\p{M}'’]*)[-\u2010\u00AD]$/u;
const wordAtStart = /^(\p{Ll}[\p{L}\p{M}'’]*)/u;
/** After these a hyphen stands for a shared part: "zorg- en welzijn". */
const sharers = new Set([
  'en',
  'of',
  'tot',
  'als',
  'noch',
  'dan',
  'maar',
  'plus',
  'and',
  'or',
  'und',
  'et',
  'oder',
  'c.q',
  'resp',
]);
/** Parts that Dutch joins with a hyphen in the middle of a line, too. */
const hyphenated = new Set([
  'e',
  'ex',
  'niet',
  'non',
  'oud',
  'semi',
  'pseudo',
  'sint',
  'vice',
  'adjunct',
  'chef',
]);
/** Prefixes whose meeting with a vowel Dutch writes with a diaeresis, which hyphenation takes away: be-⏎invloed. */
const diaeresisPrefixes = new Set(['be', 'ge', 'co', 're']);
/** Vowels that would be read as one sound, so that Dutch compounds keep a hyphen between them: zee-eend. */
const clashing = /^(aa|ae|ai|au|ee|ei|eu|ie|oe|oi|oo|ou|ui|uu)$/;
const diaeresis: Readonly<Record<string, string>> = { a: 'ä', e: 'ë', i: 'ï', o: 'ö', u: 'ü' };

/** The words of a document, by which a broken one is recognised. */
export type KnownWords = ReadonlySet<string>;

/** Words in the middle of lines, lower case; those with a hyphen inside count whole. */
export function wordsWithin(lines: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const line of lines) {
    const found = line.toLowerCase().match(/\p{L}[\p{L}\p{M}'’]*(?:-[\p{L}\p{M}'’]+)*-?/gu) ?? [];
    for (const word of found) if (!word.endsWith('-')) words.add(word);
  }
  return words;
}

/** Two lines of one paragraph as one text. */
export function joinLines(before: string, after: string, known: KnownWords): string {
  const first = hyphenAtEnd.exec(before)?.[1];
  const second = wordAtStart.exec(after)?.[1];
  if (first === undefined || second === undefined) {
    const name = /(\p{L}+)[-\u2010]$/u.exec(before)?.[1];
    const rest = /^\p{Lu}[\p{L}\p{M}]*/u.exec(after)?.[0];
    if (name && rest && known.has((name + rest).toLowerCase())) return before.slice(0, -1) + after;
    const hyphened = /[\p{L}\p{N}][-\u2010]$/u.test(before) && /^[\p{Lu}\p{N}]/u.test(after);
    return `${before.replace(/\u00AD$/, '')}${hyphened ? '' : ' '}${after}`;
  }
  const stem = before.slice(0, -1);
  if (before.endsWith('\u00AD')) return stem + after;
  if (sharers.has(second.toLowerCase())) return `${stem}- ${after}`;
  return stem + seam(lastPart(stem, first), second, known) + withDiaeresis(first, second, after, known);
}

/** With "maatschappij-kri-" the part that was broken is "kri". */
function lastPart(stem: string, first: string): string {
  return /[\p{L}\p{M}'’-]+$/u.exec(stem)?.[0] ?? first;
}

function seam(first: string, second: string, known: KnownWords): '' | '-' {
  const left = first.toLowerCase();
  const right = second.toLowerCase();
  if (known.has(left + right)) return '';
  if (known.has(`${left}-${right}`)) return '-';
  if (hyphenated.has(left)) return '-';
  // Abbreviations and letters keep their hyphen: VWS-beleid, PGO-⏎gegevens, T-shirt.
  if (/^\p{Lu}{1,6}s?$/u.test(first) || left.length < 2) return '-';
  if (clashing.test(left.slice(-1) + right.slice(0, 1)) && !diaeresisPrefixes.has(left)) {
    // "ei", "ie", "oe" and the like are one sound within a word and are never broken, so the hyphen is the word's own.
    return '-';
  }
  return '';
}

function withDiaeresis(first: string, second: string, after: string, known: KnownWords): string {
  const left = first.toLowerCase();
  const vowel = second.charAt(0).toLowerCase();
  const meets = diaeresisPrefixes.has(left) && clashing.test(left.slice(-1) + vowel);
  if (!meets || known.has(left + second.toLowerCase())) return after;
  return (diaeresis[vowel] ?? vowel) + after.slice(1);
}
