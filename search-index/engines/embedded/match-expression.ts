/**
 * FTS5's query language, from a parsed query. Every word is quoted and every column is named, so nothing that is
 * asked can become syntax: a raw MATCH throws on `e-mail`, `C++`, `AND` and a lone bracket.
 */
import type { LemmaRun, Phrase, Query, QueryWord } from '../../query.ts';

/** Columns of a table of words, by what stands in them. */
export interface Columns {
  readonly lemmas: readonly string[];
  readonly parts: readonly string[];
  readonly forms: readonly string[];
}

/** One word or one phrase. */
export interface Clause {
  readonly expression: string;
  /** Whether it takes longer words too. */
  readonly prefix: boolean;
}

/** Every word and phrase of a query, over a table that has all of these columns. */
export function clausesOf(query: Query, columns: Columns): Clause[] {
  return [
    ...query.words.map((word) => ({ expression: wordExpression(word, columns), prefix: word.prefix })),
    ...query.phrases.map((phrase) => ({
      expression: anyOf(sequencesOf(phrase).map((run) => inColumns(columns.lemmas, run))),
      prefix: false,
    })),
  ];
}

/** Lemmas next to each other, any of which will do for the word; its own first. */
export function runsOf({ lemmas, runs }: Pick<QueryWord, 'lemmas' | 'runs'>): LemmaRun[] {
  return distinct([...lemmas.map((lemma) => [lemma]), ...runs]);
}

/** What a phrase looks like among lemmas: in another language than Dutch the words stand there as written. */
export function sequencesOf({ lemmas, forms }: Phrase): LemmaRun[] {
  return distinct([lemmas, forms]);
}

export function inColumns(columns: readonly string[], run: LemmaRun): string {
  return `{${columns.join(' ')}} : ${quoted(run)}`;
}

export function beginning(text: string): string {
  return `${quoted([text])} *`;
}

export function quoted(words: LemmaRun): string {
  return `"${words.join(' ').replaceAll('"', '""')}"`;
}

/** Every one of these words begins in one of its ways. */
export function everyBeginning(words: readonly (readonly string[])[]): string {
  return joined(
    words.map((beginnings) => anyOf(beginnings.map(beginning))),
    'AND',
  );
}

export function anyOf(expressions: readonly string[]): string {
  return joined(expressions, 'OR');
}

function wordExpression(word: QueryWord, { lemmas, parts, forms }: Columns): string {
  const { text, prefix, resembling } = word;
  return anyOf([
    ...runsOf(word).map((run) => inColumns([...lemmas, ...parts], run)),
    inColumns([...lemmas, ...forms], [text]),
    ...resembling.map((form) => inColumns(forms, [form])),
    ...(prefix ? [`{${forms.join(' ')}} : ${beginning(text)}`] : []),
  ]);
}

function joined(expressions: readonly string[], operator: 'AND' | 'OR'): string {
  return `(${expressions.join(` ${operator} `)})`;
}

function distinct(runs: readonly LemmaRun[]): LemmaRun[] {
  const byText = new Map(runs.map((run) => [run.join(' '), run]));
  byText.delete('');
  return [...byText.values()];
}
