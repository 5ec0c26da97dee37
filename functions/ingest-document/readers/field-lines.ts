/** Fields as people write them on lines of their own, whatever the notation: `name: value`, `"name" = value`, `- name: value`. */
import type { VisibilityStatement } from '../../../shared/document.ts';
import { meaningOf } from '../visibility/stated-visibility.ts';

/** Characters of a line that are looked at, and of those the name's. */
const longestLine = 500;
const longestName = 60;

/** Words; a longer name is the beginning of a sentence. */
const mostWords = 4;

export interface FieldLine extends VisibilityStatement {
  /** Where the name begins in its line. */
  readonly at: number;
}

/** Null for a comment, and for a line that holds no name with a sign behind it. */
export function fieldOf(line: string): FieldLine | null {
  const head = line.slice(0, longestLine);
  const at = head.search(/[\p{L}\p{N}]/u);
  if (at < 0 || head.trimStart().startsWith('#')) return null;
  const sign = head.slice(at, at + longestName).search(/[:=：＝]/);
  if (sign < 0) return null;
  const name = head.slice(at, at + sign).trim();
  if (name.split(/\s+/).length > mostWords) return null;
  const [value = ''] = head.slice(at + sign + 1).split(/\s#/, 1);
  return { name, value: value.trim(), at };
}

/** `visibility internal`: a name and a level with nothing between them, and nothing else on the line. */
function unsignedField(line: string): FieldLine | null {
  if (line.length > longestLine || line.trimStart().startsWith('#')) return null;
  const at = line.search(/[\p{L}\p{N}]/u);
  const [name = '', ...words] = line.slice(Math.max(0, at)).trim().split(/\s+/);
  const value = words.join(' ');
  const isLevel = meaningOf({ name: 'visibility', value }) !== 'unclear';
  return at >= 0 && isLevel ? { name, value, at } : null;
}

/** What one line says of visibility; null when it says nothing of it. */
export function statementOf(line: string): FieldLine | null {
  const field = fieldOf(line) ?? unsignedField(line);
  return field && meaningOf(field) !== null ? field : null;
}

export interface Line {
  readonly text: string;
  /** Where the line begins in the text, and where the next one does. */
  readonly start: number;
  readonly end: number;
}

/** The lines from a place of the text on, each without its line end. */
export function* linesFrom(text: string, from = 0): Generator<Line> {
  for (let start = from; start < text.length; ) {
    const at = text.indexOf('\n', start);
    const end = at < 0 ? text.length : at + 1;
    yield { text: text.slice(start, at < 0 ? end : at).replace(/\r$/, ''), start, end };
    start = end;
  }
}

/** The same lines without more than one blank line between them, which some parsers take the square of their number for. */
export function withoutBlankRuns(text: string): string {
  const lines = text.split(/\r\n?|\n/);
  return lines.filter((line, at) => line.trim() !== '' || lines[at - 1]?.trim() !== '').join('\n');
}
