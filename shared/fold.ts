/**
 * How Vindplaats compares writing: one folding for documents, queries, labels and slugs, so that what is
 * indexed and what is asked can never differ by a capital, an accent or an apostrophe.
 */

/** Letters that Unicode does not take apart, and how a Dutch reader would type them. */
const ligatures: Readonly<Record<string, string>> = {
  ĳ: 'ij',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  ı: 'i',
};
/** Accents, and signs that show nothing: a soft hyphen, a joiner, a filler. Repeated, the class would take stack. */
const unwritten = /[\p{M}\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const ascii = /^[\x20-\x7e]*$/;
const ligature = /[ĳæœøłđðþßı]/gu;

/** Lower case without accents and signs that show nothing, ligatures written out: `Eén Ĳsbeer` becomes `een ijsbeer`. */
export function fold(text: string): string {
  // Most words have nothing to fold but capitals, and normalising them would take most of the time.
  if (ascii.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(unwritten, '')
    .replace(ligature, (letter) => ligatures[letter] ?? letter);
}

/** The words of a text, folded: runs of letters and digits; everything else separates. */
export function foldedWords(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * ASCII, lower case, hyphens: `’t Zorghuus` becomes `t-zorghuus`. A label without any Latin letter or digit is
 * spelled by its code points, so that a slug is never empty for a label that holds something.
 */
export function slugOf(label: string): string {
  const words = foldedWords(label);
  const latin = words.map((word) => word.replace(/[^a-z0-9]/g, '')).filter(Boolean);
  if (latin.length > 0) return latin.join('-');
  return words
    .map((word) => Array.from(word, (letter) => letter.codePointAt(0)?.toString(16)).join(''))
    .join('-');
}
