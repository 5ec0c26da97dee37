/**
 * Finds a verb whose particle stands apart from it, "neemt actief deel", "kijken samen terug", "terug te kijken", and
 * ties both to the verb as the dictionary has it. A particle is mostly also a preposition or a noun, so it counts
 * only where those cannot stand; precision goes before finding every one.
 */
import { type Lexicon, traits } from './lexicon.ts';
import { particles } from './particles.ts';
import { stopWords } from './stop-words.ts';
import type { Piece } from './text.ts';

const known = new Set(particles);
/** Particles that are prepositions as well: they count only at the end of a clause, where nothing follows. */
const prepositions = new Set(
  'aan achter af bij binnen boven buiten door in langs na om onder op over tegen tussen uit voor voorbij rond'.split(
    ' ',
  ),
);
/** In front of these a particle is a noun or an adjective: "een deel", "het klaar water". */
const determiners = new Set(
  `de het een dit dat deze die geen elk elke ieder iedere mijn jouw zijn haar ons onze hun uw dezelfde hetzelfde
  welk welke groot grote klein kleine eerste tweede laatste ander andere belangrijk heel enig te zo zeer heel`.split(
    /\s+/,
  ),
);
const clauseEnd = /[.,;:!?)\]…–—]|\n\s*\n/;
/** Words that open another clause, so that what stands before them ends one. */
const openers = new Set(
  `en of maar want dus om omdat doordat zodat terwijl als dat die wie wat waar wanneer hoe waarbij waarin toen tenzij
  hoewel nadat voordat`.split(/\s+/),
);
/** Words between the verb and its particle at most. */
const reach = 14;

export function markSeparated(
  lexicon: Lexicon,
  pieces: readonly Piece[],
  add: (at: number, lemma: string) => void,
): void {
  for (const [at, piece] of pieces.entries()) {
    if (!known.has(piece.key) || piece.hyphens.length > 0) continue;
    const next = pieces[at + 1];
    const verb = pieces[at + 2];
    if (next?.key === 'te' && verb !== undefined && !clauseEnd.test(next.gap + verb.gap)) {
      // "terug te kijken"
      const lemma = lemmaOfVerb(lexicon, piece.key + verb.key);
      if (lemma !== undefined) {
        add(at, lemma);
        add(at + 2, lemma);
        continue;
      }
    }
    if (!mayEndClause(pieces, at)) continue;
    for (let back = at - 1; back >= 0 && at - back <= reach; back--) {
      const candidate = pieces[back];
      const after = pieces[back + 1];
      if (candidate === undefined || (after !== undefined && /[.;:!?]|\n\s*\n/.test(after.gap))) break;
      const lemma = finiteForm(lexicon, candidate.key)
        ? lemmaOfVerb(lexicon, piece.key + candidate.key)
        : undefined;
      if (lemma === undefined) continue;
      add(back, lemma);
      add(at, lemma);
      break;
    }
  }
}

/** Whether the particle stands where only a particle can: at the end of its clause, or, for most, before a preposition. */
function mayEndClause(pieces: readonly Piece[], at: number): boolean {
  const piece = pieces[at];
  const previous = pieces[at - 1];
  const next = pieces[at + 1];
  if (piece === undefined || previous === undefined || determiners.has(previous.key)) return false;
  const ends = next === undefined || clauseEnd.test(next.gap) || openers.has(next.key);
  if (prepositions.has(piece.key)) return ends && !/[.,;:!?]/.test(piece.gap);
  return ends || stopWords.has(next.key);
}

/** A form that can be the verb of a main clause; nouns that look like one are left to stand for themselves. */
function finiteForm(lexicon: Lexicon, key: string): boolean {
  const form = lexicon.find(key);
  return form >= 0 && lexicon.has(form, traits.verb) && key.length >= 3;
}

/** neemt with deel in front is a form of deelnemen in the lexicon, or nothing. */
function lemmaOfVerb(lexicon: Lexicon, joined: string): string | undefined {
  const form = lexicon.find(joined);
  if (form < 0 || !lexicon.has(form, traits.verb)) return undefined;
  return lexicon.lemma(form, joined);
}
