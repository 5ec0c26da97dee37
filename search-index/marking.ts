/** Text in parts: what matched, as whole written words, and what did not. Joined, the parts are the text. */
import { analysed, type Token } from './analysed.ts';
import type { Matcher, Occurrence } from './occurrences.ts';
import type { Parts } from './search-index.ts';
import { endOfBeginning, tokens } from './tokens.ts';

/** A stretch of a text, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The text in parts, marked where the query's words and phrases stand. */
export function mark(text: string, language: string | null, matcher: Matcher): Parts {
  const found = analysed(text, language);
  return partsOf(text, markedRanges(found, matcher.occurrences(found)));
}

/** The stretches to mark, in order and apart from each other. */
export function markedRanges(found: readonly Token[], occurrences: readonly Occurrence[]): Range[] {
  const marked = new Set<number>();
  for (const { first, last } of occurrences) {
    for (let at = first; at <= last; at++) marked.add(at);
  }
  const ranges: Range[] = [];
  for (const at of [...marked].sort((a, b) => a - b)) {
    const token = found[at];
    if (token === undefined) continue;
    const previous = ranges.at(-1);
    if (previous && token.start <= previous.end) {
      ranges[ranges.length - 1] = { start: previous.start, end: Math.max(previous.end, token.end) };
    } else {
      ranges.push({ start: token.start, end: token.end });
    }
  }
  return ranges;
}

/** The text from `from` to `to` in parts, marked where `ranges` (in order, apart) says. */
export function partsOf(text: string, ranges: readonly Range[], from = 0, to = text.length): Parts {
  const parts: [text: string, matched: boolean][] = [];
  let at = from;
  for (let next = firstEndingAfter(ranges, from); next < ranges.length; next++) {
    const range = ranges[next];
    if (range === undefined || range.start >= to) break;
    const start = Math.max(range.start, from);
    const end = Math.min(range.end, to);
    if (start > at) parts.push([text.slice(at, start), false]);
    parts.push([text.slice(start, end), true]);
    at = end;
  }
  if (at < to) parts.push([text.slice(at, to), false]);
  return parts;
}

/** Halving what is left: a long text asks this for each of its blocks, and may have a range for every word. */
function firstEndingAfter(ranges: readonly Range[], from: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) > from) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The label in parts, marked where a word of it begins with one of the folded `beginnings`: those letters only. */
export function markBeginnings(label: string, beginnings: readonly string[]): Parts {
  const ranges: Range[] = [];
  for (const token of tokens(label)) {
    const letters = Math.max(
      0,
      ...beginnings.filter((beginning) => token.text.startsWith(beginning)).map(({ length }) => length),
    );
    if (letters > 0) ranges.push({ start: token.start, end: endOfBeginning(label, token, letters) });
  }
  return partsOf(label, ranges);
}
