/**
 * Surnames with particles, which a search must keep together: "van der Wijk" is not a neighbourhood. Sure cases only:
 * "van der", "van den", "van 't" and "von der" before a word, in small letters too, and "van", "de", "ter" … between
 * a first name or initials and a word with a capital.
 */
import { type Lexicon, traits } from './lexicon.ts';
import type { WordsOfText } from './words-of-text.ts';

export const nameParticles: ReadonlySet<string> = new Set(
  'van de der den ter ten te t het in op aan von zu la le el al du da dos di bin ibn'.split(' '),
);
const sure = new Set(['van der', 'van den', 'van t', 'von der', 'in t', 'op den', 'van ter', 'vander']);
const sentenceEnd = /[.!?]\s|\n\s*\n/;
const mostParticles = 3;

/** Calls `mark` for every word of such a name with the number of its phrase, counted from 0. */
export function markSurnames(
  lexicon: Lexicon,
  found: WordsOfText,
  mark: (at: number, phrase: number) => void,
): void {
  const { words } = found;
  let phrase = 0;
  let next = 0;
  let withoutCapitals: boolean | undefined;
  for (const at of found.nameParticles) {
    if (at < next) continue;
    let end = at;
    while (end - at < mostParticles && words[end]?.nameParticle && onOneLine(found, end + 1)) end++;
    const name = words[end];
    if (end === at || name === undefined || name.nameParticle || !/^\p{L}{2}/u.test(name.key)) continue;
    if (found.hasCapital(end)) {
      if (!isSure(found, at, end) && !followsFirstName(lexicon, found, at)) continue;
    } else {
      withoutCapitals ??= !words.some((_, place) => found.hasCapital(place));
      if (!withoutCapitals || !isSure(found, at, end)) continue;
    }
    for (let place = at; place <= end; place++) mark(place, phrase);
    phrase++;
    next = end + 1;
  }
}

function isSure({ words }: WordsOfText, at: number, end: number): boolean {
  let written = words[at]?.key ?? '';
  for (let place = at + 1; place < end; place++) written += ` ${words[place]?.key}`;
  return sure.has(written);
}

function onOneLine(found: WordsOfText, at: number): boolean {
  if (at >= found.words.length) return false;
  const gap = found.gap(at);
  return gap === ' ' || (/^[\s'’‘]*$/.test(gap) && !/\n\s*\n/.test(gap));
}

/** A word with a capital that the lexicon knows as a name or not at all, or initials: "Theo", "J.P.". */
function followsFirstName(lexicon: Lexicon, found: WordsOfText, at: number): boolean {
  const before = found.words[at - 1];
  if (before === undefined || !found.hasCapital(at - 1)) return false;
  const gap = found.gap(at);
  if (sentenceEnd.test(gap) && before.key.length > 3) return false;
  if (!/^\s*$/.test(gap)) return false;
  if (before.key.length <= 3) return true;
  const form = lexicon.find(before.key);
  return form < 0 || lexicon.has(form, traits.name);
}
