/**
 * FTS5's query language, from a parsed query. Every word is quoted, so nothing that is asked can become syntax:
 * a raw MATCH throws on `e-mail`, `C++`, `AND` and a lone bracket.
 */
import type { Query, QueryWord, WordSequence } from '../../query.ts';

/** One word or one phrase. */
export interface Clause {
  readonly expression: string;
  /** Whether it takes longer words too. */
  readonly prefix: boolean;
}

export function clausesOf(query: Query): Clause[] {
  return [
    ...query.words.map((word) => ({ expression: wordExpression(word), prefix: word.prefix })),
    ...query.phrases.map((words) => ({ expression: sequence(words), prefix: false })),
  ];
}

/** What a document must match; undefined when nothing is asked. */
export function everyClause(query: Query): string | undefined {
  const demanded = clausesOf(query).map(({ expression }) => expression);
  if (demanded.length === 0) return undefined;
  const excluded = query.excluded.map(sequence);
  return demanded.join(' AND ') + (excluded.length > 0 ? ` NOT (${excluded.join(' OR ')})` : '');
}

/** The same in a heading only. */
export function inHeading(expression: string): string {
  return `heading : (${expression})`;
}

/** Every one of these begins some word. */
export function everyBeginning(beginnings: readonly string[]): string {
  return beginnings.map((beginning) => `${quoted(beginning)} *`).join(' AND ');
}

/** A whole word is asked for besides its longer ones, so that it counts double and ranks above them. */
function wordExpression({ text, prefix }: QueryWord): string {
  return prefix ? `(${quoted(text)} OR ${quoted(text)} *)` : quoted(text);
}

function sequence(words: WordSequence): string {
  return quoted(words.join(' '));
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
