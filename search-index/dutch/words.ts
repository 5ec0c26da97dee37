/**
 * What a single word is to a search: its lemma and, for a compound, the lemmas of its parts. Works on keys: folded,
 * letters only.
 */
import { boundariesOf } from './compounds.ts';
import { basesOf } from './inflection-rules.ts';
import { type Lexicon, traits } from './lexicon.ts';
import { particles } from './particles.ts';

export interface WordAnalysis {
  /** One form for all inflections of the word, folded; of a compound, with its head's inflection undone. */
  readonly lemma: string;
  /** Further lemmas where the word is two words in one spelling: *staat* of *staan*, and the state. */
  readonly also: readonly string[];
  /** The lemmas of a compound's parts in their order; empty when the word is no compound. */
  readonly parts: readonly string[];
  /** Where the parts meet, as places in the key. */
  readonly boundaries: readonly number[];
}

/** Shared by all words that have nothing there. */
export const none: readonly never[] = Object.freeze([]);

/** What may follow e- for "electronic", written with a hyphen, a space or nothing between. */
const electronic = new Set(
  `health mail learning bike consult consulten book books reader readers commerce overheid zorg dienst diensten
  loket formulier formulieren coach coaching module modules sigaret sigaretten herkenning depot boek boeken ticket
  tickets banking facturatie factuur facturen nota nieuwsbrief card cards government inclusie participatie recept
  recepten dossier portfolio gezondheid therapie`.split(/\s+/),
);

export function analyseKey(lexicon: Lexicon, key: string): WordAnalysis {
  const boundaries = key.startsWith('e') && electronic.has(key.slice(1)) ? [1] : boundariesOf(lexicon, key);
  const form = lexicon.find(key);
  const lemma = lemmaOf(lexicon, key, form, boundaries);
  const also = form >= 0 && lemma !== key && lexicon.has(form, traits.ownAsHead) ? [key] : none;
  if (boundaries.length === 0) return { lemma, also, parts: none, boundaries: none };
  const ends = [...boundaries, key.length];
  const parts = ends.map((end, place) =>
    partLemma(lexicon, key.slice(place === 0 ? 0 : ends[place - 1], end), end === key.length),
  );
  return { lemma, also, parts, boundaries };
}

function lemmaOf(lexicon: Lexicon, key: string, form: number, boundaries: readonly number[]): string {
  if (form >= 0 && lexicon.has(form, traits.inflects)) return lexicon.lemma(form, key);
  const last = boundaries.at(-1);
  if (last !== undefined) return key.slice(0, last) + headLemma(lexicon, key.slice(last));
  if (form >= 0) return lexicon.lemma(form, key);
  return separableLemma(lexicon, key) ?? ruledLemma(lexicon, key) ?? key;
}

/** The last part of a compound is a noun where it can be one: rechtsstaat does not come of staan. */
function headLemma(lexicon: Lexicon, head: string): string {
  const form = lexicon.find(head);
  if (form < 0) return ruledLemma(lexicon, head) ?? head;
  return lexicon.has(form, traits.ownAsHead) ? head : lexicon.lemma(form, head);
}

function partLemma(lexicon: Lexicon, part: string, isHead: boolean): string {
  if (isHead) return headLemma(lexicon, part);
  const form = lexicon.find(part);
  if (form >= 0) return lexicon.has(form, traits.ownAsHead) ? part : lexicon.lemma(form, part);
  const unlinked = part.endsWith('s') ? part.slice(0, -1) : part;
  const base = lexicon.find(unlinked);
  return base >= 0 ? lexicon.lemma(base, unlinked) : unlinked;
}

/** Particle and verb that the dictionary has apart only: *rondappte* of *appen*. */
function separableLemma(lexicon: Lexicon, key: string): string | undefined {
  for (const particle of particles) {
    if (!key.startsWith(particle) || key.length - particle.length < 4) continue;
    const rest = key.slice(particle.length);
    const form = lexicon.find(rest);
    if (form >= 0 && lexicon.has(form, traits.verb) && !lexicon.has(form, traits.noun)) {
      return particle + lexicon.lemma(form, rest);
    }
  }
  return undefined;
}

/** Endings that are inflected whatever comes before them. */
const sureEndings: readonly (readonly [ending: string, singular: string])[] = [
  ['heden', 'heid'],
  ['teiten', 'teit'],
  ['ingen', 'ing'],
  ['isten', 'ist'],
  ['logen', 'loog'],
  ['ties', 'tie'],
  ['ers', 'er'],
  ['ors', 'or'],
  ['eurs', 'eur'],
  ['els', 'el'],
  ['tjes', 'tje'],
  ['lijke', 'lijk'],
  ['ige', 'ig'],
  ['igen', 'ig'],
  ['ische', 'isch'],
  ['ende', 'end'],
  ['rijke', 'rijk'],
  ['bare', 'baar'],
  ['zame', 'zaam'],
  ['loze', 'loos'],
  ['eerde', 'eerd'],
];

function ruledLemma(lexicon: Lexicon, key: string): string | undefined {
  if (key.length < 4) return undefined;
  for (const { base, kind } of basesOf(key)) {
    const form = base.length < 3 ? -1 : lexicon.find(base);
    if (form < 0 || lexicon.lemma(form, base) !== base) continue;
    if (kind === 'noun' ? lexicon.has(form, traits.noun | traits.name) : lexicon.has(form, traits.adjective))
      return base;
  }
  for (const [ending, singular] of sureEndings) {
    if (key.endsWith(ending) && key.length - ending.length >= 3) {
      return key.slice(0, -ending.length) + singular;
    }
  }
  return undefined;
}
