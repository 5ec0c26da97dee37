/** Which passages a hit shows, and which words of them. */
import { type Passage, textOf } from '../shared/document.ts';
import { withoutLastWord } from '../shared/trim-end.ts';
import { analysed, type Token } from './analysed.ts';
import { markedRanges, partsOf, type Range } from './marking.ts';
import type { Matcher, Occurrence } from './occurrences.ts';
import type { IndexedDocument, Parts, PassageHit } from './search-index.ts';

/** Passages on one hit. */
const passagesAtMost = 3;
/** Characters of a snippet: about three lines of a page. */
const snippetLength = 240;

interface Weighed {
  readonly passage: Passage;
  readonly text: string;
  readonly found: readonly Token[];
  readonly occurrences: readonly Occurrence[];
  /** The words and phrases that it or its heading holds. */
  readonly clauses: ReadonlySet<number>;
  /** How many of those the text holds: such a word can be shown in its sentence. */
  readonly inText: number;
  readonly inHeading: number;
}

/**
 * The passages that hold most of what was asked, best first. The beginning of the document, unmarked, when only its
 * title or names matched.
 */
export function bestPassages(
  candidates: readonly Passage[],
  language: string | null,
  matcher: Matcher,
): PassageHit[] {
  const weighed = candidates
    .map((passage) => weigh(passage, language, matcher))
    .filter(({ clauses }) => clauses.size > 0)
    .sort(
      (a, b) =>
        b.clauses.size - a.clauses.size ||
        b.inText - a.inText ||
        b.inHeading - a.inHeading ||
        b.occurrences.length - a.occurrences.length,
    );
  if (weighed.length === 0) return leadOf(candidates);
  return spread(weighed).map(({ passage, text, found, occurrences }) => ({
    anchor: passage.anchor,
    parts: snippet(text, found, occurrences),
  }));
}

/** The best of all, then those that add most to what is shown so far, then those that are as good as the best. */
function spread(weighed: readonly Weighed[]): Weighed[] {
  const chosen: Weighed[] = [];
  const shown = new Set<number>();
  const adds = ({ clauses }: Weighed) => [...clauses].filter((clause) => !shown.has(clause)).length;
  const left = [...weighed];
  const asMuchAsBest = weighed[0]?.clauses.size ?? 0;
  while (chosen.length < passagesAtMost) {
    let next = 0;
    for (const [at, passage] of left.entries()) {
      const best = left[next];
      if (best && adds(passage) > adds(best)) next = at;
    }
    const [passage] = left.splice(next, 1);
    if (passage === undefined || (adds(passage) === 0 && passage.clauses.size < asMuchAsBest)) break;
    chosen.push(passage);
    for (const clause of passage.clauses) shown.add(clause);
  }
  return chosen;
}

/** A passage whole, with its blocks, marked. The parts of it joined are the passage's text. */
export function markedPassage(
  passage: Passage,
  language: string | null,
  matcher: Matcher,
): IndexedDocument['passages'][number] {
  const text = textOf(passage);
  const found = analysed(text, language);
  const ranges = markedRanges(found, matcher.occurrences(found));
  let at = 0;
  const blocks = passage.blocks.map((block) => {
    const start = text.indexOf(block.text, at);
    at = start + block.text.length;
    return { type: block.type, parts: partsOf(text, ranges, start, at) };
  });
  return { anchor: passage.anchor, level: passage.level, parts: partsOf(text, ranges), blocks };
}

function weigh(passage: Passage, language: string | null, matcher: Matcher): Weighed {
  const heading = passage.anchor.heading ?? '';
  // A slide may be no more than its title: that is then what there is to show.
  const text = flatText(passage) || heading;
  const found = analysed(text, language);
  const occurrences = matcher.occurrences(found);
  const inText = new Set(occurrences.map(({ clause }) => clause));
  const inHeading = new Set(matcher.occurrences(analysed(heading, language)).map(({ clause }) => clause));
  return {
    passage,
    text,
    found,
    occurrences,
    clauses: new Set([...inText, ...inHeading]),
    inText: inText.size,
    inHeading: inHeading.size,
  };
}

function leadOf(candidates: readonly Passage[]): PassageHit[] {
  const first = candidates.find((passage) => passage.blocks.length > 0);
  if (first === undefined) return [];
  return [{ anchor: first.anchor, parts: snippet(flatText(first), [], []) }];
}

/** The text of a passage in which a line break is always the end of a block. */
function flatText({ blocks }: Passage): string {
  return textOf({ blocks: blocks.map(({ type, text }) => ({ type, text: text.replace(/\s+/g, ' ') })) });
}

/** About `snippetLength` characters of the text where most of the query stands closest together. */
function snippet(text: string, found: readonly Token[], occurrences: readonly Occurrence[]): Parts {
  const core = densest(
    occurrences.map(({ clause, first, last }) => ({
      clause,
      start: found[first]?.start ?? 0,
      end: found[last]?.end ?? 0,
    })),
  );
  const { start, end } = widen(text, core);
  const ranges = markedRanges(found, occurrences);
  return joined([
    [start > 0 ? '… ' : '', false],
    ...partsOf(text, ranges, start, end).map(([part, matched]) => [oneLine(part), matched] as const),
    [end < text.length ? ' …' : '', false],
  ]);
}

/** The stretch of at most `snippetLength` that holds most distinct clauses, then most occurrences; the first such. */
function densest(occurrences: readonly (Range & { readonly clause: number })[]): Range {
  let best: Range = { start: 0, end: 0 };
  let bestWorth = 0;
  let from = 0;
  let reach = 0;
  const counts = new Map<number, number>();
  for (const [to, { clause, end }] of occurrences.entries()) {
    counts.set(clause, (counts.get(clause) ?? 0) + 1);
    reach = Math.max(reach, end);
    let first = occurrences[from];
    while (first && from < to && reach - first.start > snippetLength) {
      const left = (counts.get(first.clause) ?? 1) - 1;
      if (left === 0) counts.delete(first.clause);
      else counts.set(first.clause, left);
      from += 1;
      first = occurrences[from];
    }
    const worth = counts.size * occurrences.length + (to - from);
    if (worth > bestWorth) {
      bestWorth = worth;
      best = { start: first?.start ?? 0, end: reach };
    }
  }
  return best;
}

/** Shares the room between what stands before and after, begins at a sentence if it can, and cuts between words. */
function widen(text: string, core: Range): Range {
  const length = Math.max(snippetLength, core.end - core.start);
  const room = length - (core.end - core.start);
  const latestStart = Math.max(0, text.length - length);
  const earliest = Math.max(0, Math.min(core.start - Math.floor(room / 2), latestStart));
  const start = sentenceStart(text, earliest, core.start) ?? wordStart(text, earliest, core.start);
  return { start, end: wordEnd(text, start, Math.min(text.length, start + length), core.end) };
}

/** The first beginning of a sentence or a block from `from` on; at the latest `limit`. */
function sentenceStart(text: string, from: number, limit: number): number | undefined {
  if (from === 0) return 0;
  const pause = /[.!?]['’”)]*\s+|\n\s*/.exec(text.slice(from, limit + 1).trimEnd());
  return pause === null ? undefined : from + pause.index + pause[0].length;
}

/** The first beginning of a word from `from` on; at the latest `limit`. */
function wordStart(text: string, from: number, limit: number): number {
  const space = text.slice(from - 1, limit).search(/\s\S/);
  return space < 0 ? limit : from + space;
}

/** The last end of a word up to `to`, at the earliest `limit`; within a word only where it alone is too long. */
export function wordEnd(text: string, start: number, to: number, limit: number): number {
  if (to >= text.length) return text.length;
  const atLeast = Math.max(start, limit);
  const window = text.slice(atLeast, to + 1);
  const words = withoutLastWord(window);
  if (words !== '' && words.length < window.length) return atLeast + words.length;
  if (atLeast > start) return atLeast;
  const earliest = Math.max(start + 1, to - longestCharacter);
  let cut = to;
  while (cut > earliest && insideCharacter.test(text.charAt(cut))) cut -= 1;
  // Between two marks of a letter if need be, but not within one.
  return cut > start + 1 && secondHalf.test(text.charAt(cut)) ? cut - 1 : cut;
}

/** Combining marks and all; where a letter has more, it is cut between two of them. */
const longestCharacter = 64;

/** The second half of a character outside the basic plane, or a combining mark. */
const insideCharacter = /^[\p{M}\uDC00-\uDFFF]/u;
const secondHalf = /^[\uDC00-\uDFFF]/;

/** Items of a list and rows of a table would run into each other without a sign between them. */
function oneLine(part: string): string {
  return part
    .replace(/\n{2,}/g, ' ')
    .replace(/\n/g, ' · ')
    .replace(/\s+/g, ' ');
}

/** Neighbours of the same kind become one part; empty ones go. */
function joined(parts: Parts): Parts {
  const result: (readonly [text: string, matched: boolean])[] = [];
  for (const [text, matched] of parts) {
    const previous = result.at(-1);
    if (text === '') continue;
    if (previous && previous[1] === matched) result[result.length - 1] = [previous[0] + text, matched];
    else result.push([text, matched]);
  }
  return result;
}
