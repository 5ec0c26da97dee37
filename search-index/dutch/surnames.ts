/**
 * Surnames with particles, which a search must keep together: "van der Wijk" is not a neighbourhood. Sure cases only:
 * "van der", "van den", "van 't" and "von der" before a word, in small letters too, and "van", "de", "ter" … between
 * a first name or initials and a word with a capital.
 */
import { type Lexicon, traits } from './lexicon.ts';
import type { Piece } from './text.ts';

const particle = new Set(
  'van de der den ter ten te t het in op aan von zu la le el al du da dos di bin ibn'.split(' '),
);
const sure = new Set(['van der', 'van den', 'van t', 'von der', 'in t', 'op den', 'van ter', 'vander']);
const sentenceEnd = /[.!?]\s|\n\s*\n/;
const mostParticles = 3;

/** For every word of such a name the number of its phrase, counted from 0. */
export function markSurnames(lexicon: Lexicon, pieces: readonly Piece[]): Map<number, number> {
  const phrases = new Map<number, number>();
  let phrase = 0;
  for (let at = 0; at < pieces.length - 1; at++) {
    const first = pieces[at];
    if (first === undefined || !particle.has(first.key)) continue;
    let end = at;
    while (end - at < mostParticles && particle.has(pieces[end]?.key ?? '') && onOneLine(pieces[end + 1]))
      end++;
    const name = pieces[end];
    if (end === at || name === undefined || particle.has(name.key) || !/^\p{L}{2}/u.test(name.key)) continue;
    const particles = pieces
      .slice(at, end)
      .map((piece) => piece.key)
      .join(' ');
    const isSure = sure.has(particles) && (name.capital || pieces.every((piece) => !piece.capital));
    if (!isSure && !(name.capital && followsFirstName(lexicon, pieces, at))) continue;
    for (let place = at; place <= end; place++) phrases.set(place, phrase);
    phrase++;
    at = end;
  }
  return phrases;
}

function onOneLine(next: Piece | undefined): boolean {
  return next !== undefined && /^[\s'’‘]*$/.test(next.gap) && !/\n\s*\n/.test(next.gap);
}

/** A word with a capital that the lexicon knows as a name or not at all, or initials: "Theo", "J.P.". */
function followsFirstName(lexicon: Lexicon, pieces: readonly Piece[], at: number): boolean {
  const before = pieces[at - 1];
  const particles = pieces[at];
  if (before === undefined || particles === undefined || !before.capital) return false;
  if (sentenceEnd.test(particles.gap) && before.key.length > 3) return false;
  if (!/^\s*$/.test(particles.gap)) return false;
  if (before.key.length <= 3) return true;
  const form = lexicon.find(before.key);
  return form < 0 || lexicon.has(form, traits.name);
}
