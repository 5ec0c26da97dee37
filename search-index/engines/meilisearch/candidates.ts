/** The documents among which the best hits are: how the engine is asked for them, and how they are put in order. */
import type { Frequencies } from '../../engine.ts';
import type { Query, QueryWord } from '../../query.ts';
import type { StoredEntry } from '../../stored-entry.ts';
import { isAnyOf, not } from './filters.ts';
import { type FederatedQuestion, heldAnd, type IndexReader } from './index-reader.ts';
import { isRelaxed, wordFilter } from './matching.ts';
import { type Candidate, reRanked, wordsLookedUp } from './re-ranking.ts';
import { CandidateRecord, IdRecord } from './records.ts';
import { bounded } from './terms.ts';
import { decodeWeighedWords, fieldsOfWords } from './weighed-words.ts';

/** Hits that are put in order above the engine; what comes after keeps the engine's order. */
const candidatesAtMost = 100;

/** A query takes no more words than ten: the first ones, when there are so many, say enough to find candidates. */
const wordsInQuestion = 10;

/** What a question adds to the engine's order of candidates: all words together, one word, or only that it matches. */
const orderWeights = { together: 1, single: 0.3, matching: 0.001 };

/** Pages within the candidates need all of them; pages beyond need only themselves. */
export function candidatesPage(offset: number, size: number): { offset: number; limit: number } {
  if (offset >= candidatesAtMost) return { offset, limit: size };
  return { offset: 0, limit: Math.max(candidatesAtMost, offset + size) };
}

/** `texts`: of the queries, any of which must match; the filter says the rest. */
export function candidateQuestions(
  query: Query,
  texts: readonly string[],
  filter: string,
): FederatedQuestion[] {
  const lemmas = query.words.flatMap(({ lemmas: [lemma], text }) => lemma ?? text).slice(0, wordsInQuestion);
  const retrieved = ['entry', 'length', ...fieldsOfWords(wordsLookedUp(query.words))];
  const ask = (text: string, words: readonly string[], weight: number): FederatedQuestion => ({
    q: [...(text === '' ? [] : [text]), ...words.map(bounded)].join(' '),
    filter,
    matchingStrategy: 'frequency',
    attributesToRetrieve: retrieved,
    federationOptions: { weight },
  });
  return texts.flatMap((text) => [
    ask(text, lemmas, orderWeights.together),
    ...(isRelaxed(query) ? lemmas : []).map((lemma) => ask(text, [lemma], orderWeights.single)),
    ask(text, [], orderWeights.matching),
  ]);
}

interface Ranked extends Candidate {
  readonly entry: StoredEntry;
}

/** The hits from `offset` on, among those that were found after `skipped`. */
export async function rankedHits(
  reader: IndexReader,
  query: Query,
  hits: readonly unknown[],
  { offset, size, skipped }: { readonly offset: number; readonly size: number; readonly skipped: number },
  frequencies: Frequencies,
  signal: AbortSignal | undefined,
): Promise<readonly Pick<Ranked, 'entry' | 'missing'>[]> {
  const records = hits.map((hit) => CandidateRecord.parse(hit));
  const missing = isRelaxed(query)
    ? await missingIn(
        reader,
        records.map(({ entry }) => entry.id),
        query.words,
        signal,
      )
    : undefined;
  const candidates = records.map(({ entry, length, ...fields }): Ranked => {
    const weighed = decodeWeighedWords(length, fields);
    return { id: entry.id, entry, weighed, missing: missing?.get(entry.id) ?? [] };
  });
  const inOrder =
    skipped > 0
      ? candidates
      : [
          ...reRanked(candidates.slice(0, candidatesAtMost), query.words, frequencies),
          ...candidates.slice(candidatesAtMost),
        ];
  return inOrder.slice(offset - skipped, offset - skipped + size);
}

/** For each document that lacks words, their numbers. */
async function missingIn(
  reader: IndexReader,
  ids: readonly string[],
  words: readonly QueryWord[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const missing = new Map<string, number[]>();
  if (ids.length === 0) return missing;
  const lacking = await reader.ask(
    'documents',
    words.map((word) => ({
      filter: heldAnd([isAnyOf('id', ids), not(wordFilter(word))]),
      limit: ids.length,
      attributesToRetrieve: ['id'],
    })),
    signal,
  );
  for (const [word, found] of lacking.entries()) {
    for (const hit of found.hits) {
      const { id } = IdRecord.parse(hit);
      missing.set(id, [...(missing.get(id) ?? []), word]);
    }
  }
  return missing;
}
