/**
 * Divides Dutch compounds. Every way to cover a word with forms of the lexicon (and with linking -s-) is scored by
 * the mean worth of its parts: how often a part occurs, how many compounds of the dictionary it begins or ends,
 * and whether the dictionary allows it there. Each further part costs, and a word that stands in the dictionary
 * whole is divided only on better evidence (after Koehn & Knight 2003, with the dictionary's own word families in
 * place of a corpus).
 */
import { type Lexicon, traits } from './lexicon.ts';
import { beginnings, endings, nameEndings, rareHeads, weakBeginnings } from './never-parts.ts';

export const weights = {
  frequency: 0.055,
  family: 0.15,
  licensed: 1.2,
  length: 0.25,
  perPart: 1.5,
  link: 0.6,
  finite: 0.5,
  unknownWhole: 2,
  knownWhole: 3,
  wholeFrequency: 0.045,
  wholeLicensed: 0.4,
  wholeFamily: 0.06,
  short: 1.9,
  unattested: 2.5,
  weakBeginning: 2.5,
  rareHead: 0.5,
  nameEnding: 1.2,
  shortUnknown: 0.35,
};

const longestWord = 64;
const mostParts = 6;
const longestName = 10;
/** Against words that are built to have very many divisions. */
const mostSteps = 2_000;

/** The places where a folded word divides, rising; empty when it is no compound. */
export function boundariesOf(lexicon: Lexicon, word: string): readonly number[] {
  const form = lexicon.find(word);
  const lemma = form < 0 ? word : lexicon.lemma(form, word);
  // An inflected word divides where its lemma does: verslagen is no more a compound than verslag.
  return lemma === word || lexicon.has(form, traits.whole)
    ? divide(lexicon, word, form)
    : within(divide(lexicon, lemma, lexicon.find(lemma)), word, lemma);
}

function divide(lexicon: Lexicon, word: string, form: number): readonly number[] {
  if (word.length < 5 || word.length > longestWord) return [];
  if (form >= 0) {
    if (lexicon.has(form, traits.whole)) return [];
    const noun =
      lexicon.has(form, traits.noun) && !(lexicon.has(form, traits.name) && lexicon.frequency(form) > 0);
    if ((lexicon.has(form, traits.name) || lexicon.has(form, traits.verb)) && !noun) return [];
  }
  const found = bestDivision(lexicon, word, form);
  return found.length === 0 ? found : refine(lexicon, word, found);
}

/** The boundaries that a word shares with another one of which it is a form. */
function within(boundaries: readonly number[], word: string, lemma: string): readonly number[] {
  let shared = 0;
  while (shared < word.length && word[shared] === lemma[shared]) shared++;
  return boundaries.filter((at) => at < shared && at <= word.length - 3);
}

/** Parts that are compounds themselves: thuiszorg in thuiszorgorganisatie. */
function refine(lexicon: Lexicon, word: string, boundaries: readonly number[]): readonly number[] {
  const ends = [...boundaries, word.length];
  return ends.flatMap((end, place) => {
    const from = place === 0 ? 0 : (ends[place - 1] ?? 0);
    const inner = end - from >= 6 ? boundariesOf(lexicon, word.slice(from, end)).map((at) => from + at) : [];
    return end === word.length ? inner : [...inner, end];
  });
}

function bestDivision(lexicon: Lexicon, word: string, whole: number): readonly number[] {
  const candidates = partsAt(lexicon, word);
  let best: readonly number[] = [];
  let bestScore = scoreWhole(lexicon, whole, word.length);
  const mayBeName = whole < 0 && word.length <= longestName;
  let steps = 0;
  const path: number[] = [];
  const extend = (from: number, total: number, parts: number) => {
    if (parts >= mostParts || ++steps > mostSteps) return;
    for (const part of candidates[from] ?? []) {
      if (part.end === word.length) {
        if (parts === 0 || Number.isNaN(part.asHead)) continue;
        const score =
          (total + part.asHead) / (parts + 1) -
          weights.perPart * (parts - 1) -
          (mayBeName && nameEndings.has(word.slice(from)) ? weights.nameEnding : 0);
        if (score > bestScore) {
          bestScore = score;
          best = path.slice();
        }
      } else if (!Number.isNaN(part.asFirst)) {
        path.push(part.end);
        extend(part.end, total + part.asFirst, parts + 1);
        path.pop();
      }
    }
  };
  extend(0, 0, 0);
  return best;
}

interface Part {
  readonly end: number;
  /** Worth before another part, NaN where it may not stand. */
  readonly asFirst: number;
  /** Worth as the last part, NaN where it may not stand. */
  readonly asHead: number;
}

function partsAt(lexicon: Lexicon, word: string): (Part[] | undefined)[] {
  const reachable: (Part[] | undefined)[] = [];
  const open = new Set([0]);
  for (let from = 0; from < word.length - 1; from++) {
    if (!open.has(from)) continue;
    const parts: Part[] = [];
    /** Where the longest word that is never divided ends: no boundary may fall inside it. */
    let undivided = 0;
    lexicon.formsFrom(word, from, (end, form) => {
      const part = word.slice(from, end);
      if (part.length > 5 && lexicon.has(form, traits.whole) && lexicon.lemma(form, part) === part)
        undivided = end;
      if (end === word.length) {
        if (from > 0) parts.push({ end, asFirst: Number.NaN, asHead: worthAsHead(lexicon, form, part) });
        return;
      }
      const asFirst = worthAsFirst(lexicon, form, part);
      if (!Number.isNaN(asFirst)) {
        parts.push({ end, asFirst, asHead: Number.NaN });
        open.add(end);
      }
      if (word[end] === 's' && end + 3 <= word.length && linksWithS(lexicon, form, part)) {
        const linked = lexicon.find(word, from, end + 1);
        if (linked < 0 || !lexicon.has(linked, traits.modifier)) {
          const worth = worthAsFirst(lexicon, form, part) - weights.link;
          if (!Number.isNaN(worth)) {
            parts.push({ end: end + 1, asFirst: worth, asHead: Number.NaN });
            open.add(end + 1);
          }
        }
      }
    });
    reachable[from] = parts.filter((part) => part.end >= undivided);
  }
  return reachable;
}

function linksWithS(lexicon: Lexicon, form: number, part: string): boolean {
  return part.length >= 4 && !part.endsWith('s') && lexicon.has(form, traits.noun);
}

function worth(lexicon: Lexicon, form: number, part: string, family: number, licensed: boolean): number {
  const frequency = lexicon.frequency(form);
  return (
    weights.frequency * frequency +
    weights.family * family +
    (licensed ? weights.licensed : 0) +
    weights.length * Math.min(part.length, 8) -
    (part.length < 4 ? weights.short : 0) -
    (frequency === 0 && family === 0 ? weights.unattested : 0)
  );
}

function worthAsFirst(lexicon: Lexicon, form: number, part: string): number {
  if (part.length < 2 || beginnings.has(part)) return Number.NaN;
  const licensed = lexicon.has(form, traits.modifier);
  if (part.length === 2 && !licensed) return Number.NaN;
  if (lexicon.has(form, traits.name) && !licensed) return Number.NaN;
  return (
    worth(lexicon, form, part, lexicon.first(form), licensed) -
    (weakBeginnings.has(part) ? weights.weakBeginning : 0)
  );
}

function worthAsHead(lexicon: Lexicon, form: number, part: string): number {
  if (part.length < 3 || (endings.has(part) && !rareHeads.has(part))) return Number.NaN;
  if (lexicon.has(form, traits.name)) return Number.NaN;
  const licensed = lexicon.has(form, traits.head);
  if (lexicon.has(form, traits.bound) && !licensed) return Number.NaN;
  const onlyVerb =
    lexicon.has(form, traits.verb) && !lexicon.has(form, traits.noun) && !lexicon.has(form, traits.adjective);
  return (
    worth(lexicon, form, part, lexicon.last(form), licensed) -
    (onlyVerb ? weights.finite : 0) -
    (rareHeads.has(part) ? weights.rareHead : 0)
  );
}

function scoreWhole(lexicon: Lexicon, form: number, length: number): number {
  if (form < 0) return weights.unknownWhole + weights.shortUnknown * Math.max(0, 9 - length);
  return (
    weights.knownWhole +
    weights.wholeFrequency * lexicon.frequency(form) +
    (lexicon.has(form, traits.modifier) ? weights.wholeLicensed : 0) +
    weights.wholeFamily * Math.max(lexicon.first(form), lexicon.last(form))
  );
}
