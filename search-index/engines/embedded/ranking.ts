/** How well documents answer a query. */
import { analysed } from '../../analysed.ts';
import type { Query, QueryWord } from '../../query.ts';
import { documentColumns, lemmasAndParts } from './columns.ts';
import { runsOf, sequencesOf } from './match-expression.ts';
import type { Beside, WordLookup } from './word-lookup.ts';

/** What matches are worth beside a lemma that stands once in a text, which is about 1; a compound's part is 0.6. */
const worth = {
  /** A form that begins like the word: the file does not say how often it is there. */
  beginning: 0.3,
  beginningInTitle: 0.6,
};
/** A resembling form counts as so much of the same as its lemma. */
const partForError = 0.8;
/** What the word as written adds to an inflection: it decides between equals only. */
const timesForWritten = 1.1;
/** What having all words adds where fewer suffice: it goes above having one of them in the title. */
const timesForAll = 1.5;

/** When this many more documents have a word, it is counted only beside one that all documents found have. */
const muchCommoner = 4;

/** The score of each document by its number, of which `highestOrdinal` is the last; higher is better. */
export function scores(
  query: Query,
  lookup: WordLookup,
  { size, highestOrdinal }: { readonly size: number; readonly highestOrdinal: number },
): Float64Array {
  const total = new Float64Array(highestOrdinal + 1);
  const best = new BestAmounts(highestOrdinal);
  const needed = neededWords(query, lookup);
  let beside: Beside | undefined;
  for (const word of query.words) {
    const holding = lookup.holding(word).size;
    if (holding === 0) continue;
    const isCommon = needed.words.length > 0 && holding > muchCommoner * needed.documents;
    if (isCommon) beside ??= lookup.beside(needed.words);
    offerWord(best, word, lookup, isCommon ? beside : undefined);
    const written = lookup.written(word.text);
    const weight = rarity(size, holding);
    best.addTo(total, (ordinal) => (written.has(ordinal) ? timesForWritten * weight : weight));
  }
  for (const phrase of query.phrases) {
    for (const run of sequencesOf(phrase)) {
      lookup.eachAmount(run, documentColumns.lemmas, undefined, best.offer);
    }
    const weight = rarity(size, lookup.phrase(phrase).size);
    best.addTo(total, () => weight);
  }
  if (query.sufficient.some((set) => set.length < query.words.length)) {
    for (const ordinal of lookup.holdingAll(query.words)) {
      total[ordinal] = timesForAll * (total[ordinal] ?? 0);
    }
  }
  return total;
}

function offerWord(best: BestAmounts, word: QueryWord, lookup: WordLookup, beside: Beside | undefined): void {
  const { text, prefix, lemmas, resembling } = word;
  for (const run of runsOf(word)) lookup.eachAmount(run, lemmasAndParts, beside, best.offer);
  if (!lemmas.includes(text)) lookup.eachAmount([text], documentColumns.lemmas, beside, best.offer);
  if (prefix) {
    const titles = lookup.titlesBegunBy(text);
    for (const ordinal of lookup.begunBy(text)) {
      best.offer(ordinal, titles.has(ordinal) ? worth.beginningInTitle : worth.beginning);
    }
  }
  for (const form of resembling) {
    const holding = lookup.written(form);
    for (const ordinal of holding) best.offer(ordinal, worth.beginning);
    // The file does not say how often a form is there, but its lemma is there at least as often.
    const lemma = analysed(form, 'nl')[0]?.lemma ?? form;
    lookup.eachAmount([lemma], lemmasAndParts, undefined, (ordinal, amount) => {
      if (holding.has(ordinal)) best.offer(ordinal, partForError * amount);
    });
  }
}

/**
 * The rarest word of each sufficient set: every document found has one of these. None when a set has no word that
 * can be looked up among lemmas.
 */
function neededWords(
  { words, sufficient }: Query,
  lookup: WordLookup,
): { readonly words: readonly QueryWord[]; readonly documents: number } {
  const needed = new Set<QueryWord>();
  for (const set of sufficient) {
    const [rarest] = set
      .flatMap((at) => words[at] ?? [])
      .filter(({ prefix, resembling }) => !prefix && resembling.length === 0)
      .sort((a, b) => lookup.holding(a).size - lookup.holding(b).size);
    if (rarest === undefined) return { words: [], documents: 0 };
    needed.add(rarest);
  }
  const all = [...needed];
  return { words: all, documents: all.reduce((sum, word) => sum + lookup.holding(word).size, 0) };
}

/** Of the ways in which a document has a word only the best counts: its lemma and a part are often the same word. */
class BestAmounts {
  readonly #amounts: Float64Array;
  readonly #offered: number[] = [];

  constructor(highestOrdinal: number) {
    this.#amounts = new Float64Array(highestOrdinal + 1);
  }

  readonly offer = (ordinal: number, amount: number): void => {
    const best = this.#amounts[ordinal] ?? 0;
    if (amount <= best) return;
    if (best === 0) this.#offered.push(ordinal);
    this.#amounts[ordinal] = amount;
  };

  /** And begins anew. */
  addTo(total: Float64Array, weight: (ordinal: number) => number): void {
    for (const ordinal of this.#offered) {
      total[ordinal] = (total[ordinal] ?? 0) + (this.#amounts[ordinal] ?? 0) * weight(ordinal);
      this.#amounts[ordinal] = 0;
    }
    this.#offered.length = 0;
  }
}

/** The inverse document frequency of BM25 (Robertson and Spärck Jones 1976), with 1 added so that every word says something. */
function rarity(documents: number, holding: number): number {
  return Math.log(1 + (documents - holding + 0.5) / (holding + 0.5));
}
