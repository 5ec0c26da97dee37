import { trimEndOf, withoutLastWord } from '../../../shared/trim-end.ts';

/** Abbreviations whose full stop ends no sentence, and single letters (`o.a.`, `J.`). */
const abbreviation =
  /(?:^|[\s(‘'"“.])(?:\p{L}|jl|nl|ca|nr|mw|dr|mr|ir|st|pp|vs|bijv|resp|incl|excl|evt|dhr|mevr|ing|prof|drs|art|blz|pag|par|tel|enz|etc|max|min|vgl|zgn|jrg|afl)\.$/iu;

/** Characters that show how a text ends; looking at no more keeps the time linear. */
const longestEnd = 40;

/** Characters; what goes on for longer without an end is no sentence that anyone wants to read whole. */
const longestSentence = 2_000;

const closing = `["'’”»)\\]*]*`;
const endOfSentence = new RegExp(`[.!?…]${closing}$`, 'u');
const endOfClause = new RegExp(`[.!?…:;]${closing}$`, 'u');

/** What begins a sentence behind the end of another, from a place on. */
const sentenceStart = /\s+["'‘“„«(]*[\p{Lu}\p{N}]/uy;

/** Whether a text ends as a sentence does, and not with an abbreviation. */
export function endsSentence(text: string): boolean {
  return endsWith(endOfSentence, text);
}

/** As `endsSentence`, or with a colon or semicolon: what comes next may begin anew. */
export function endsClause(text: string): boolean {
  return endsWith(endOfClause, text);
}

function endsWith(end: RegExp, text: string): boolean {
  const tail = text.slice(-longestEnd);
  return end.test(tail) && !abbreviation.test(trimEndOf(tail, /[)\]]/));
}

/** Whether what a reader would say first is a small letter. */
export function beginsInLowerCase(text: string): boolean {
  return /^["'‘’“„«([]*\p{Ll}/u.test(text);
}

/** The first sentence of a text; all of it, within bounds, when it holds no end of one. */
export function firstSentence(whole: string): string {
  const text = whole.slice(0, longestSentence);
  for (const { index, 0: end } of text.matchAll(/[.!?…]["'’”»)\]]*(?=\s)/g)) {
    sentenceStart.lastIndex = index + end.length;
    const sentence = text.slice(0, sentenceStart.lastIndex);
    if (sentenceStart.test(text) && endsSentence(sentence)) return sentence;
  }
  return text;
}

/** Whether a text goes on after its first sentence. */
export function holdsSentences(text: string): boolean {
  return firstSentence(text).length < text.length;
}

/** At most `longest` characters, ending at a word; a single longer word is cut. */
export function cutAtWord(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = withoutLastWord(text.slice(0, longest + 1));
  return trimEndOf(
    head !== '' && head.length <= longest ? head : text.slice(0, longest).toWellFormed(),
    /[\s,;:–—-]/,
  );
}
