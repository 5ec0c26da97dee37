/**
 * What to ask of an engine until a reader has enough: first every word; then, for words that nothing matches, what
 * was probably meant; then fewer words.
 */
import { analysed } from './analysed.ts';
import type { Engine, EngineAnswer, Frequencies } from './engine.ts';
import { sufficientWords } from './fewer-words.ts';
import { misspellingOf } from './misspellings.ts';
import {
  demandingAll,
  inTwoWords,
  parseQuery,
  partsOf,
  type Query,
  type QueryWord,
  wordsAtHyphens,
} from './query.ts';
import type { SearchRequest } from './search-index.ts';

/** With fewer hits than this, a word that nothing matches is taken as a typing error, and then fewer words will do. */
const fewHits = 10;

/** In at most this many documents a word may be an error that they made too. */
const hardlyAnywhere = 2;
/** How many times commoner a word that resembles it must be to be proposed in its place. */
const muchCommoner = 10;

/** A word as typed, and the written form (folded) that was probably meant. */
export interface Correction {
  readonly written: string;
  readonly form: string;
}

export interface Found {
  /** What was asked in the end. */
  readonly query: Query;
  readonly answer: EngineAnswer;
  readonly relaxed: boolean;
  readonly meant: readonly Correction[];
  /** Words as typed that no hit has: compounds whose parts stand apart in them. */
  readonly missing: readonly string[];
}

/** Throws UnavailableError when the engine does not answer before the signal aborts. */
export async function findEnough(
  engine: Engine,
  { q, prefix, filters, sort, page, size }: SearchRequest,
  signal: AbortSignal,
): Promise<Found> {
  const ask = (query: Query) =>
    engine.query({ query, filters, sort, offset: (page - 1) * size, size }, signal);
  const query = parseQuery(q, { prefix });
  const answer = await ask(query);
  const asParsed: Found = { query, answer, relaxed: false, meant: [], missing: [] };
  if (answer.unfiltered >= fewHits || query.words.length === 0) return asParsed;

  const frequencies = await engine.frequencies(query.words, signal);
  const mended = await mendUnknownWords(engine, query, frequencies, signal);
  const found: Found = mended
    ? await findMended(mended, ask)
    : { ...asParsed, meant: await commonerWords(engine, query, frequencies, signal) };
  const groups = mended?.groups ?? query.words.map((_, at) => [at]);
  const demanded = groups.length + query.phrases.length;
  if (found.answer.unfiltered >= fewHits || demanded === 1) return found;

  const known = mended ? await engine.frequencies(mended.query.words, signal) : frequencies;
  const sufficient = sufficientWords(known, groups);
  if (sufficient.length === 0 && query.phrases.length === 0) return found;
  const fewer = { ...found.query, sufficient: sufficient.length > 0 ? sufficient : [[]] };
  const relaxed = await ask(fewer);
  return relaxed.unfiltered > found.answer.unfiltered
    ? { ...found, query: fewer, answer: relaxed, relaxed: true }
    : found;
}

async function findMended(
  { query, meant, apart }: Mended,
  ask: (query: Query) => Promise<EngineAnswer>,
): Promise<Found> {
  const answer = await ask(query);
  return { query, answer, relaxed: apart.length > 0 && answer.unfiltered > 0, meant, missing: apart };
}

interface Mended {
  readonly query: Query;
  /** Its words by what was asked: the parts of one compound belong together, some of them are never enough. */
  readonly groups: readonly (readonly number[])[];
  readonly meant: readonly Correction[];
  /** Compounds, as typed, in whose place their parts are asked for. */
  readonly apart: readonly string[];
}

/** What to ask in the place of a word that nothing matches. */
interface Instead {
  readonly words: readonly QueryWord[];
  readonly meant?: string;
  readonly apart?: boolean;
}

/** The query with other words in the place of those that nothing matches; undefined when there are none to be had. */
async function mendUnknownWords(
  engine: Engine,
  query: Query,
  { matching }: Frequencies,
  signal: AbortSignal,
): Promise<Mended | undefined> {
  const instead = await Promise.all(
    query.words.map(async (word, at) =>
      (matching[at] ?? 0) > 0 ? undefined : insteadOf(engine, word, signal),
    ),
  );
  if (instead.every((each) => each === undefined)) return undefined;
  const words: QueryWord[] = [];
  const groups: number[][] = [];
  for (const [at, word] of query.words.entries()) {
    const others = instead[at]?.words ?? [word];
    const numbers = others.map((_, place) => words.length + place);
    words.push(...others);
    groups.push(...(instead[at]?.apart ? [numbers] : numbers.map((number) => [number])));
  }
  const written = (at: number) => query.words[at]?.written ?? '';
  return {
    query: demandingAll({ ...query, words }),
    groups,
    meant: instead.flatMap((each, at) => (each?.meant ? [{ written: written(at), form: each.meant }] : [])),
    apart: instead.flatMap((each, at) => (each?.apart ? [written(at)] : [])),
  };
}

/** The nearest to what was typed: its words apart where it has hyphens, the same in two words, an error, its parts. */
async function insteadOf(engine: Engine, word: QueryWord, signal: AbortSignal): Promise<Instead | undefined> {
  const atHyphens = wordsAtHyphens(word);
  if (atHyphens.length > 1) return { words: atHyphens };
  const inTwo = inTwoWords(word);
  if (inTwo.runs.length > 0 && (await isKnown(engine, inTwo, signal))) return { words: [inTwo] };
  const resembling = await formsResembling(engine, word, signal);
  const [form] = resembling;
  if (form !== undefined) return { words: [{ ...word, resembling }], meant: form };
  const parts = partsOf(word);
  return parts.length > 0 ? { words: parts, apart: true } : undefined;
}

async function isKnown(engine: Engine, word: QueryWord, signal: AbortSignal): Promise<boolean> {
  const { matching } = await engine.frequencies([word], signal);
  return (matching[0] ?? 0) > 0;
}

/** For words that hardly any document has: a much commoner one that resembles them, where there is one. */
async function commonerWords(
  engine: Engine,
  query: Query,
  { matching }: Frequencies,
  signal: AbortSignal,
): Promise<Correction[]> {
  const corrections = await Promise.all(
    query.words.map(async (word, at): Promise<Correction | undefined> => {
      const documents = matching[at] ?? 0;
      if (documents === 0 || documents > hardlyAnywhere) return undefined;
      const forms = await formsResembling(engine, word, signal);
      const others = forms
        .map(wordOfForm)
        .filter(({ lemmas }) => !lemmas.some((lemma) => word.lemmas.includes(lemma)));
      if (others.length === 0) return undefined;
      const common = await engine.frequencies(others, signal);
      const most = Math.max(...common.matching);
      const form = others[common.matching.indexOf(most)]?.text;
      return form !== undefined && most >= documents * muchCommoner
        ? { written: word.written, form }
        : undefined;
    }),
  );
  return corrections.filter((correction) => correction !== undefined);
}

async function formsResembling(
  engine: Engine,
  word: QueryWord,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const misspelling = misspellingOf(word);
  return misspelling ? engine.resembling(misspelling, signal) : [];
}

function wordOfForm(form: string): QueryWord {
  const [token] = analysed(form, 'nl');
  const lemmas = token ? [token.lemma, ...token.also] : [form];
  return { text: form, written: form, prefix: false, lemmas, runs: [], resembling: [] };
}
