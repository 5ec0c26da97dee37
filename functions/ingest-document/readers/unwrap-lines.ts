/**
 * From lines to paragraphs. A line break in a text file is either where a paragraph ends or where the margin was, and
 * files differ in how they show it; so the file itself is asked, by the breaks that cannot be but in mid-sentence.
 *
 * A break between a line that ends no clause and a line that begins in lower case is such a *certain wrap*. Breaks are
 * told apart by the number of blank lines in them: where a fair share of the breaks of one kind are certain wraps, that
 * kind wraps (in most files that of no blank line; in text copied from some pages, that of one), and every other kind
 * ends a paragraph. Among breaks of a kind that wraps, a paragraph's end shows by
 *  - the space that stays behind at a line's end where text was wrapped, if this file's certain wraps have it; or else
 *    the end of a sentence;
 *  - and a line that stops well short of the margin, though the next word would have fitted on it. The margin is that of
 *    the certain wraps nearby, for a picture may have made the column narrower.
 */
import { cleaned, isVisible } from '../../../shared/visible-text.ts';
import { joinWrapped, writtenWords } from './join-wrapped.ts';
import { isLoneBullet, type MarkedLine, markedLine } from './list-marker.ts';
import { beginsInLowerCase, endsClause } from './sentences.ts';

export interface Paragraph {
  /** One line, single spaces, without the item's marker. */
  readonly text: string;
  readonly item: Pick<MarkedLine, 'marker' | 'ordered'> | null;
  /** Lines of the file that it was joined from. */
  readonly lines: number;
  /** Blank lines before it. */
  readonly gap: number;
  /** The sign that underlines it, as headings in plain text have. */
  readonly underline: '=' | '-' | null;
  /** Cells, where the line held tabs. */
  readonly cells: readonly string[] | null;
}

export interface UnwrapOptions {
  /** Lines that begin a paragraph whatever the break before them looks like. */
  readonly begins?: (line: string) => boolean;
  /** Lines that are a paragraph by themselves; `at` counts them from 0. */
  readonly standsAlone?: (line: string, at: number) => boolean;
}

interface Line {
  readonly text: string;
  /** Characters up to the last visible one. */
  readonly width: number;
  readonly indent: number;
  readonly gap: number;
  /** A plain space was left at its end. */
  readonly open: boolean;
  readonly item: MarkedLine | null;
  readonly begins: boolean;
  readonly alone: boolean;
  readonly rule: '=' | '-' | null;
}

/** Characters; a shorter line that stops in mid-sentence is rather an item of an unmarked list than wrapped. */
const narrowestColumn = 25;

/** Characters of a text whose words are remembered; a publication repeats itself well within them. */
const mostWordsFrom = 2_000_000;

/** Characters. */
const longestRule = 500;

/** How much of the margin a line must leave unused, beyond the next word, to have been ended on purpose. */
const roomToSpare = 0.15;

/**
 * The paragraphs of a text, wrapped lines joined. Nothing is lost but white space, rulers, the markers of items and
 * hyphens at line ends.
 */
export function unwrapLines(text: string, options: UnwrapOptions = {}): Paragraph[] {
  const lines = linesOf(text, options);
  const layout = layoutOf(lines);
  const words = lazily(() => writtenWords(text.slice(0, mostWordsFrom)));
  const paragraphs: Paragraph[] = [];
  let open:
    | { readonly first: Line; readonly joined: string[]; last: string; inUnmarkedList: boolean }
    | undefined;

  const close = (underline: Paragraph['underline'] = null) => {
    if (!open) return;
    const { first, joined, last } = open;
    const cells =
      joined.length === 0 && first.text.includes('\t') && !first.item ? first.text.split(/\t+/) : [];
    open = undefined;
    const text = cleaned(joined.join('') + last);
    if (text === '') return;
    paragraphs.push({
      text,
      item: first.item && { marker: first.item.marker, ordered: first.item.ordered },
      lines: joined.length + 1,
      gap: first.gap,
      underline,
      cells: cells.length > 1 ? cells.map(cleaned) : null,
    });
  };

  lines.forEach((line, at) => {
    if (line.rule) {
      const underlines =
        line.gap === 0 && open?.joined.length === 0 && line.width <= 2 * open.first.width + 4;
      close(underlines ? line.rule : null);
      return;
    }
    const own = line.item?.text ?? line.text;
    if (open && layout.joins(at - 1, at, open.first, open.inUnmarkedList)) {
      const both = joinWrapped(open.last, own, words);
      // What was joined is as long as the line, though a diaeresis may have come upon its first letter.
      open.joined.push(both.slice(0, both.length - own.length));
      open.last = both.slice(both.length - own.length);
      return;
    }
    const announced = open !== undefined && (open.inUnmarkedList || open.last.endsWith(':'));
    close();
    open = {
      first: line,
      joined: [],
      last: own,
      inUnmarkedList: announced && !line.item && beginsInLowerCase(own),
    };
  });
  close();
  return paragraphs;
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function linesOf(text: string, { begins, standsAlone }: UnwrapOptions): Line[] {
  const lines: Line[] = [];
  let gap = 0;
  let bullet = '';
  for (const raw of text.split('\n')) {
    const visible = raw.trim();
    if (!isVisible(visible)) {
      gap++;
      continue;
    }
    if (isLoneBullet(visible)) {
      bullet = `${visible} `;
      continue;
    }
    const line = bullet + visible;
    const item = markedLine(line);
    const alone = standsAlone?.(line, lines.length) ?? false;
    const isChapter = /^\d+(?:\.\d+)+\.?\s+\p{Lu}/u.test(line);
    lines.push({
      text: line,
      width: raw.trimEnd().length,
      indent: indentOf(raw),
      gap: lines.length === 0 ? 0 : gap,
      open: raw.endsWith(' '),
      item,
      begins: item !== null || alone || isChapter || (begins?.(line) ?? false),
      alone,
      rule: ruleOf(line),
    });
    gap = 0;
    bullet = '';
  }
  return lines;
}

/** Columns, a tab counting for four. */
function indentOf(line: string): number {
  return line.slice(0, line.search(/\S/)).replaceAll('\t', '    ').length;
}

function ruleOf(line: string): Line['rule'] {
  if (line.length > longestRule || !/^([=\-_*~#.·•–—+])(?:\s?\1){2,}$/u.test(line)) return null;
  return line.startsWith('=') ? '=' : '-';
}

interface Layout {
  /** Whether line `b` goes on where line `a`, the one before it, was broken off. */
  joins(a: number, b: number, paragraphBegan: Line, inUnmarkedList: boolean): boolean;
}

function layoutOf(lines: readonly Line[]): Layout {
  const isBreak = (a: Line, b: Line) => !b.begins && !a.alone && !a.rule && !b.rule;
  const announced = announcedClauses(lines);
  const certain = lines.map((line, at) => {
    const next = lines[at + 1];
    return (
      next !== undefined &&
      isBreak(line, next) &&
      !announced[at] &&
      line.width >= narrowestColumn &&
      !endsClause(line.text) &&
      beginsInLowerCase(next.text)
    );
  });
  const wrappingGaps = gapsThatWrap(lines, certain, isBreak);
  const spaceIsTheCue = spacesMarkWraps(lines, certain, wrappingGaps);
  const margins = marginsNear(lines, certain);

  return {
    joins(at, nextAt, paragraphBegan, inUnmarkedList) {
      const a = lines[at];
      const b = lines[nextAt];
      if (!a || !b || !isBreak(a, b) || !wrappingGaps.has(b.gap)) return false;
      const lower = beginsInLowerCase(b.text);
      if (/[\p{L}\p{N}][-\u00ad\u2010]$/u.test(a.text) && /^\p{L}/u.test(b.text)) return true;
      const ended = endsClause(a.text);
      if (inUnmarkedList && lower && /[?!;]$/.test(a.text)) return false;
      const nextWord = b.text.search(/\s|$/);
      const margin = margins[at] ?? 0;
      const stopsShort = a.width + 1 + nextWord <= (1 - roomToSpare) * margin;
      if (spaceIsTheCue && ended && a.open && standsAbove(b, lines[nextAt + 1])) return false;
      if (spaceIsTheCue) return a.open ? !(stopsShort && (ended || !lower)) : !ended && lower && !stopsShort;
      if (ended && b.indent > a.indent + 1 && !paragraphBegan.item) return false;
      if (ended && paragraphBegan.item && b.indent <= paragraphBegan.indent) return false;
      if (ended) return !stopsShort;
      return lower || a.text.endsWith(',') || !stopsShort;
    },
  };
}

/** Whether a line was neither wrapped nor ends as a paragraph does, so that it must be a heading. */
function standsAbove(line: Line, next: Line | undefined): boolean {
  if (line.open || endsClause(line.text) || beginsInLowerCase(line.text) || !next) return false;
  return !/[,\-\u2010]$/.test(line.text) && !beginsInLowerCase(next.text);
}

/** Lines in a row after a colon that begin in lower case: more likely the items of a list than wrapped text. */
function announcedClauses(lines: readonly Line[]): boolean[] {
  const announced: boolean[] = [];
  lines.forEach(({ text }, at) => {
    const follows = announced[at - 1] === true || lines[at - 1]?.text.endsWith(':') === true;
    announced.push(follows && beginsInLowerCase(text));
  });
  return announced;
}

/** The kinds of break, by the number of blank lines in them, of which a fair share are certain wraps. */
function gapsThatWrap(
  lines: readonly Line[],
  certain: readonly boolean[],
  isBreak: (a: Line, b: Line) => boolean,
): ReadonlySet<number> {
  const breaks = new Map<number, { all: number; certain: number; spaced: number }>();
  lines.forEach((line, at) => {
    const next = lines[at + 1];
    if (!next || !isBreak(line, next)) return;
    const count = breaks.get(next.gap) ?? { all: 0, certain: 0, spaced: 0 };
    count.all++;
    if (certain[at]) count.certain++;
    if (certain[at] && line.open) count.spaced++;
    breaks.set(next.gap, count);
  });
  const wrapping = new Set<number>();
  for (const [gap, count] of breaks) {
    // A blank line is there to part: it takes more to doubt that, unless the space of a wrap is there too.
    const enough = gap === 0 || count.spaced > 0 ? 0.15 : 0.25;
    const several = count.certain > 1 || gap === 0 || count.spaced === count.all;
    if (several && count.certain >= enough * count.all) wrapping.add(gap);
  }
  // Where even blank lines part nothing, a break without one does not either.
  if (wrapping.has(1)) wrapping.add(0);
  return wrapping;
}

/** Whether a space at a line's end tells a wrap from a paragraph's end: wraps have it, and not every line has. */
function spacesMarkWraps(
  lines: readonly Line[],
  certain: readonly boolean[],
  wrappingGaps: ReadonlySet<number>,
): boolean {
  const wraps = lines.filter((_, at) => certain[at] && wrappingGaps.has(lines[at + 1]?.gap ?? -1));
  const spaced = wraps.filter(({ open }) => open).length;
  const everywhere = lines.length >= 12 && lines.filter(({ open }) => open).length > 0.97 * lines.length;
  return wraps.length > 0 && spaced >= 0.7 * wraps.length && !everywhere;
}

/** For each line the width of the widest among the certain wraps nearest to it: one before, two from it on. */
function marginsNear(lines: readonly Line[], certain: readonly boolean[]): number[] {
  const wraps = lines.flatMap((line, at) => (certain[at] ? [{ at, width: line.width }] : []));
  let next = 0;
  return lines.map((_, at) => {
    while (next < wraps.length && (wraps[next]?.at ?? 0) < at) next++;
    return Math.max(0, ...wraps.slice(Math.max(0, next - 1), next + 2).map(({ width }) => width));
  });
}
