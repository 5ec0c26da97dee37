/**
 * The order of the best candidates, by BM25F over lemmas, parts and written forms: Meilisearch's own rules know
 * neither how rare a word is nor how often a document says it.
 */
import { analysed } from '../../analysed.ts';
import type { Frequencies } from '../../engine.ts';
import { rarity } from '../../fewer-words.ts';
import type { QueryWord } from '../../query.ts';
import type { StoredEntry } from '../../stored-entry.ts';
import { words as wordsIn } from '../../tokens.ts';
import { fieldWeights, type WeighedWords, type Weight } from './weighed-words.ts';

/** How soon another occurrence says little more, and how much a long document is discounted. */
const saturation = 1.2;
const lengthShare = 0.75;

/**
 * What an occurrence counts by how it matches: as an inflection, as written besides, next to each other for a
 * compound or a synonym, as a part, as a beginning only, or as what was probably meant.
 */
export const matchWeights = {
  lemma: 1,
  written: 0.25,
  run: 0.8,
  part: 0.5,
  beginning: 0.3,
  resembling: 0.2,
} as const;

export interface Candidate {
  readonly id: string;
  readonly entry: Pick<StoredEntry, 'title' | 'themes' | 'keywords' | 'organisations' | 'series'>;
  readonly weighed: WeighedWords;
  /** Numbers of the query's words that it lacks. */
  readonly missing: readonly number[];
}

/** Everything of which a candidate's weight is looked up. */
export function wordsLookedUp(words: readonly QueryWord[]): Set<string> {
  return new Set(
    words
      .map(readingOf)
      .flatMap(({ word, meant }) => [word.text, ...word.lemmas, ...word.runs.flat(), ...meant]),
  );
}

/** Those that lack no word first, then by score, ties by id. */
export function reRanked<Some extends Candidate>(
  candidates: readonly Some[],
  words: readonly QueryWord[],
  frequencies: Frequencies,
): Some[] {
  const lengths = candidates.reduce((sum, { weighed }) => sum + weighed.length, 0);
  const usualLength = Math.max(1, lengths / Math.max(1, candidates.length));
  const worths = words.map((_, at) => rarity(frequencies.documents, frequencies.matching[at] ?? 0));
  const readings = words.map(readingOf);
  return candidates
    .map((candidate) => ({
      candidate,
      score: scoreOf(candidate, readings, worths, usualLength),
    }))
    .sort(
      (a, b) =>
        Number(a.candidate.missing.length > 0) - Number(b.candidate.missing.length > 0) ||
        b.score - a.score ||
        (a.candidate.id < b.candidate.id ? -1 : 1),
    )
    .map(({ candidate }) => candidate);
}

/** A word of the query, and the lemmas of what may have been meant by it. */
interface Reading {
  readonly word: QueryWord;
  readonly meant: readonly string[];
}

function readingOf(word: QueryWord): Reading {
  const meant = word.resembling.flatMap((form) => [form, ...analysed(form, 'nl').map(({ lemma }) => lemma)]);
  return { word, meant: [...new Set(meant)] };
}

function scoreOf(
  candidate: Candidate,
  readings: readonly Reading[],
  worths: readonly number[],
  usualLength: number,
): number {
  const lengthNorm = 1 - lengthShare + (lengthShare * candidate.weighed.length) / usualLength;
  return readings.reduce((score, reading, at) => {
    if (candidate.missing.includes(at)) return score;
    const { strong, body } = weightOf(reading, candidate);
    const occurrences = strong + body / lengthNorm;
    return score + ((worths[at] ?? 0) * occurrences * (saturation + 1)) / (occurrences + saturation);
  }, 0);
}

/** How the candidate holds the word, everything that matches together; what is not kept of it is a beginning. */
function weightOf({ word, meant }: Reading, { weighed, entry }: Candidate): Weight {
  const inflected = sum(word.lemmas.map((lemma) => weighed.lemma(lemma)));
  // A text in another language keeps its words as they are written.
  const whole = isNone(inflected) ? (weighed.lemma(word.text) ?? none) : inflected;
  const found = sum([
    times(whole, matchWeights.lemma),
    times(weighed.isWritten(word.text) ? whole : none, matchWeights.written),
    ...word.runs.map((run) => times(leastOf(run, weighed), matchWeights.run)),
    ...word.lemmas.map((lemma) => times(weighed.part(lemma), matchWeights.part)),
    ...meant.map((lemma) => times(weighed.lemma(lemma), matchWeights.resembling)),
  ]);
  if (!isNone(found)) return found;
  return times({ strong: word.prefix ? beginningIn(entry, word.text) : 0, body: 1 }, matchWeights.beginning);
}

const none: Weight = { strong: 0, body: 0 };

function isNone({ strong, body }: Weight): boolean {
  return strong + body === 0;
}

function sum(weights: readonly (Weight | undefined)[]): Weight {
  let [strong, body] = [0, 0];
  for (const weight of weights) {
    strong += weight?.strong ?? 0;
    body += weight?.body ?? 0;
  }
  return { strong, body };
}

function times(weight: Weight | undefined, factor: number): Weight {
  return weight ? { strong: weight.strong * factor, body: weight.body * factor } : none;
}

/** A run stands nowhere more often than its rarest word does. */
function leastOf(run: readonly string[], weighed: WeighedWords): Weight {
  const weights = run.map((lemma) => sum([weighed.lemma(lemma), weighed.part(lemma)]));
  return {
    strong: Math.min(...weights.map(({ strong }) => strong)),
    body: Math.min(...weights.map(({ body }) => body)),
  };
}

function beginningIn(
  { title, themes, keywords, organisations, series }: Candidate['entry'],
  text: string,
): number {
  const begins = (label: string) => wordsIn(label).some((word) => word.startsWith(text));
  if (begins(title)) return fieldWeights.title;
  const names = [
    ...themes,
    ...keywords,
    ...organisations.filter(({ listed }) => listed),
    ...(series ? [series] : []),
  ];
  return names.some(({ label }) => begins(label)) ? fieldWeights.names : 0;
}
