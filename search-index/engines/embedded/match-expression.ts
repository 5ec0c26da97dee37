/**
 * FTS5's query language, from a parsed query. Every word is quoted, so nothing that is asked can become syntax:
 * a raw MATCH throws on `e-mail`, `C++`, `AND` and a lone bracket.
 */
import type { Query, QueryWord, WordSequence } from '../../query.ts';

/** What a document must match as a whole; undefined when nothing is asked. */
export function everyClause(query: Query): string | undefined {
  const demanded = clausesOf(query);
  if (demanded.length === 0) return undefined;
  const excluded = query.excluded.map(sequence);
  return demanded.join(' AND ') + (excluded.length > 0 ? ` NOT (${excluded.join(' OR ')})` : '');
}

/** What a passage must match to be worth showing; undefined when nothing is asked. */
export function someClause(query: Query): string | undefined {
  const demanded = clausesOf(query);
  return demanded.length === 0 ? undefined : demanded.join(' OR ');
}

/** Every one of these begins some word. */
export function everyBeginning(beginnings: readonly string[]): string {
  return beginnings.map((beginning) => `${quoted(beginning)} *`).join(' AND ');
}

function clausesOf(query: Query): string[] {
  return [...query.words.map(word), ...query.phrases.map(sequence)];
}

/** A whole word is asked for besides its longer ones, so that it counts double and ranks above them. */
function word({ text, prefix }: QueryWord): string {
  return prefix ? `(${quoted(text)} OR ${quoted(text)} *)` : quoted(text);
}

function sequence(words: WordSequence): string {
  return quoted(words.join(' '));
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
