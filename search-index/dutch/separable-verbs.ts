/**
 * Finds a verb whose particle stands apart from it, "neemt actief deel", "kijken samen terug", "terug te kijken", and
 * ties both to the verb as the dictionary has it. A particle is mostly also a preposition or a noun, so it counts
 * only where those cannot stand; precision goes before finding every one.
 */
import { type Lexicon, traits } from './lexicon.ts';
import type { WordsOfText } from './words-of-text.ts';

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
const sentenceEnd = /[.;:!?]|\n\s*\n/;
/** Words that open another clause, so that what stands before them ends one. */
const openers = new Set(
  `en of maar want dus om omdat doordat zodat terwijl als dat die wie wat waar wanneer hoe waarbij waarin toen tenzij
  hoewel nadat voordat`.split(/\s+/),
);
/** Words between the verb and its particle at most. */
const reach = 14;

export function markSeparated(
  lexicon: Lexicon,
  found: WordsOfText,
  add: (at: number, lemma: string) => void,
): void {
  const { words } = found;
  for (const at of found.verbParticles) {
    const particle = words[at]?.key ?? '';
    const verb = words[at + 2];
    if (
      words[at + 1]?.key === 'te' &&
      verb !== undefined &&
      !clauseEnd.test(found.gap(at + 1) + found.gap(at + 2))
    ) {
      // "terug te kijken"
      const lemma = lemmaOfVerb(lexicon, particle + verb.key);
      if (lemma !== undefined) {
        add(at, lemma);
        add(at + 2, lemma);
        continue;
      }
    }
    if (!mayEndClause(found, at)) continue;
    for (let back = at - 1; back >= 0 && at - back <= reach; back--) {
      if (endsSentence(found.gap(back + 1))) break;
      const candidate = words[back];
      // Nouns that look like a verb's form are left to stand for themselves.
      const lemma = candidate?.finite ? lemmaOfVerb(lexicon, particle + candidate.key) : undefined;
      if (lemma === undefined) continue;
      add(back, lemma);
      add(at, lemma);
      break;
    }
  }
}

/** Nearly every gap is one space, and no expression need be asked of it. */
function endsClause(gap: string): boolean {
  return gap !== ' ' && clauseEnd.test(gap);
}

function endsSentence(gap: string): boolean {
  return gap !== ' ' && sentenceEnd.test(gap);
}

/** Whether the particle stands where only a particle can: at the end of its clause, or, for most, before a preposition. */
function mayEndClause(found: WordsOfText, at: number): boolean {
  const { words } = found;
  const previous = words[at - 1];
  const next = words[at + 1];
  if (previous === undefined) return false;
  const ends = next === undefined || endsClause(found.gap(at + 1)) || openers.has(next.key);
  const { key } = words[at] ?? previous;
  const may = prepositions.has(key) ? ends && !/[.,;:!?]/.test(found.gap(at)) : ends || next.stop;
  return may && !determiners.has(previous.key);
}

/** neemt with deel in front is a form of deelnemen in the lexicon, or nothing. */
function lemmaOfVerb(lexicon: Lexicon, joined: string): string | undefined {
  const form = lexicon.find(joined);
  if (form < 0 || !lexicon.has(form, traits.verb)) return undefined;
  return lexicon.lemma(form, joined);
}
