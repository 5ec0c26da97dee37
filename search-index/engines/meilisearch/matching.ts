/**
 * What a document must hold to be found, as a filter. Phrases that pairs of lemmas cannot tell go into the text of
 * the query, which Meilisearch matches by the places of words.
 */
import type { LemmaRun, Phrase, Query, QueryWord } from '../../query.ts';
import { allOf, anyOf, is, isAnyOf, not, startsWith } from './filters.ts';
import { bounded, compoundTerm, formTerm, isPair, lemmaTerm, pairTerm, partTerm } from './terms.ts';

/** Where an index keeps its words. */
export interface TermAttributes {
  readonly terms: string;
  readonly forms: string;
}

export const termAttributes: TermAttributes = { terms: 'terms', forms: 'forms' };
export const headingAttributes: TermAttributes = { terms: 'headingTerms', forms: 'headingForms' };

export interface Matching {
  /** What must hold, whatever the text of the query; undefined when anything will do. */
  readonly filter: string | undefined;
  /** Texts of queries, any of which must match; one empty text when the filter says it all. */
  readonly texts: readonly string[];
}

/** True of no record. */
const nothing = is('state', 'nothing');

/** More phrases than this, each in two readings, would be too many queries: the last ones are taken as lemmas only. */
const textsAtMost = 16;

export function matchingOf(query: Query, attributes: TermAttributes = termAttributes): Matching {
  const words = query.words.map((word) => wordFilter(word, attributes));
  const sets = leastSets(query.sufficient).map((set) => set.flatMap((at) => words[at] ?? []));
  const enough =
    sets.length === 0 ? [nothing] : sets.some((set) => set.length === 0) ? [] : [anyOf(sets.map(allOf))];
  const demanded = query.phrases.map((phrase) => phraseFilter(phrase, attributes));
  const excluded = query.excluded.map((phrase) => phraseFilter(phrase, attributes));
  const filters = [
    ...enough,
    ...demanded.flatMap(({ filter }) => filter ?? []),
    ...excluded.flatMap(({ filter }) => (filter === undefined ? [] : not(filter))),
  ];
  const excludedTexts = excluded.flatMap(({ texts }) => texts.map((text) => `-${text}`));
  return {
    filter: filters.length === 0 ? undefined : allOf(filters),
    texts: everyChoice(demanded.map(({ texts }) => texts).filter((texts) => texts.length > 0)).map((choice) =>
      [...choice, ...excludedTexts].join(' '),
    ),
  };
}

/** Whether a document is found with fewer words than all. */
export function isRelaxed({ words, sufficient }: Query): boolean {
  return !sufficient.some((set) => words.every((_, at) => set.includes(at)));
}

/** By a lemma, as a word or a compound's part, by a run, as written, or as the beginning of a written form. */
export function wordFilter(word: QueryWord, { terms, forms }: TermAttributes = termAttributes): string {
  const written = [word.text, ...word.resembling];
  const single = word.runs.flatMap(([lemma, ...more]) =>
    lemma !== undefined && more.length === 0 ? lemma : [],
  );
  const lemmas = [...word.lemmas, ...single];
  return anyOf([
    isAnyOf(terms, distinct([...lemmas, ...written].map(lemmaTerm).concat(lemmas.map(partTerm)))),
    isAnyOf(forms, distinct(written.map(formTerm))),
    ...word.runs.filter((run) => run.length > 1).map((run) => runFilter(run, terms)),
    ...(word.prefix ? [startsWith(forms, word.text)] : []),
  ]);
}

/**
 * Lemmas next to each other, in a text or in one compound. A run of three is taken as two pairs in one document, and
 * one that holds function words as its other words: good enough for what was not asked in so many words.
 */
function runFilter(run: LemmaRun, terms: string): string {
  const pairs: string[] = [];
  const single: string[] = [];
  for (const [at, lemma] of run.entries()) {
    const [before, after] = [run[at - 1], run[at + 1]];
    if (after !== undefined && isPair(lemma, after)) {
      pairs.push(isAnyOf(terms, [pairTerm(lemma, after), compoundTerm(lemma, after)]));
    } else if (before === undefined || !isPair(before, lemma)) {
      single.push(isAnyOf(terms, [lemmaTerm(lemma), partTerm(lemma)]));
    }
  }
  return allOf([...pairs, ...single]);
}

interface PhraseMatching {
  readonly filter: string | undefined;
  /** Any of them; none when the filter says it all. */
  readonly texts: readonly string[];
}

function phraseFilter({ lemmas, forms }: Phrase, attributes: TermAttributes): PhraseMatching {
  const [first, second] = lemmas;
  const [firstForm, secondForm] = forms;
  if (first !== undefined && firstForm !== undefined && lemmas.length === 1) {
    const written = isAnyOf(attributes.forms, [formTerm(firstForm)]);
    const inflected = isAnyOf(attributes.terms, distinct([lemmaTerm(first), lemmaTerm(firstForm)]));
    return { filter: anyOf([inflected, written]), texts: [] };
  }
  const readings = distinct([lemmas, forms].map((words) => words.map(bounded).join(' ')));
  if (
    first !== undefined &&
    second !== undefined &&
    firstForm !== undefined &&
    secondForm !== undefined &&
    lemmas.length === 2 &&
    isPair(first, second) &&
    isPair(firstForm, secondForm)
  ) {
    const pairs = distinct([pairTerm(first, second), pairTerm(firstForm, secondForm)]);
    return { filter: isAnyOf(attributes.terms, pairs), texts: [] };
  }
  return { filter: undefined, texts: readings.map((reading) => `"${reading}"`) };
}

/** One of each, in every way; the first of each where that would be too many. */
function everyChoice(choices: readonly (readonly string[])[]): string[][] {
  let made: string[][] = [[]];
  for (const choice of choices) {
    const taken = made.length * choice.length > textsAtMost ? choice.slice(0, 1) : choice;
    made = made.flatMap((chosen) => taken.map((one) => [...chosen, one]));
  }
  return made;
}

/** A set that holds all of another one asks for more than enough. */
function leastSets(sets: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return sets.filter(
    (set, place) =>
      !sets.some(
        (other, otherPlace) =>
          other.every((at) => set.includes(at)) && (other.length < set.length || otherPlace < place),
      ),
  );
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
