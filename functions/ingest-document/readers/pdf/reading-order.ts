/** The order in which a person reads a page: columns one after the other, tables row by row. */
import type { Fragment } from './fragments.ts';

/** A line of text, or a row of a table when it has several cells. */
export interface Line {
  text: string;
  left: number;
  right: number;
  y: number;
  size: number;
  font: string;
  lastFont: string;
  cells: string[] | null;
  /** Lines of one column share it; a change says that the eye moves elsewhere on the page. */
  column: number;
}

/** Beyond this a page is a drawing or a huge table, and its own order must do. */
const maxFragments = 4000;
/** The narrowest white space between columns, in letter heights. */
const narrowestGutter = 0.8;
/** Columns of prose hold at least this many characters a line in the middle. */
const proseCharacters = 22;
const maxDepth = 12;

export function readingOrder(fragments: readonly Fragment[]): Line[] {
  const columns = { next: 0 };
  if (fragments.length > maxFragments) return plainLines(fragments, columns);
  return orderRegion(fragments, columns, 0);
}

type Columns = { next: number };

function orderRegion(region: readonly Fragment[], columns: Columns, depth: number): Line[] {
  const sorted = region.toSorted((a, b) => a.y - b.y || a.left - b.left);
  if (depth > maxDepth) return plainLines(sorted, columns);
  for (let at = 0; at < sorted.length; at++) {
    const gutter = gutterBehind(sorted, at);
    if (!gutter) continue;
    const band = growBand(sorted, at, gutter);
    if (!band) continue;
    return [
      ...plainLines(sorted.slice(0, band.first), columns),
      ...orderBand(band, columns, depth),
      ...orderRegion(sorted.slice(band.last + 1), columns, depth + 1),
    ];
  }
  return plainLines(sorted, columns);
}

interface Gutter {
  left: number;
  right: number;
}

interface Band {
  first: number;
  last: number;
  left: Fragment[];
  right: Fragment[];
}

const sameRow = (a: Fragment, b: Fragment) => Math.abs(a.y - b.y) < 0.5 * Math.max(a.size, b.size);

/** The white space between a fragment and its nearest neighbour on the right. */
function gutterBehind(sorted: readonly Fragment[], at: number): Gutter | undefined {
  const fragment = sorted[at];
  if (!fragment) return undefined;
  let nearest: Fragment | undefined;
  for (const step of [1, -1]) {
    for (let other = at + step; ; other += step) {
      const neighbour = sorted[other];
      if (!neighbour || Math.abs(neighbour.y - fragment.y) > 0.7 * Math.max(fragment.size, neighbour.size))
        break;
      const isRight = neighbour.left >= fragment.right + narrowestGutter * fragment.size;
      if (isRight && (!nearest || neighbour.left < nearest.left)) nearest = neighbour;
    }
  }
  return nearest && { left: fragment.right, right: nearest.left };
}

/** All that stands left and right of a gutter until something crosses it; undefined when that is not two columns. */
function growBand(sorted: readonly Fragment[], seed: number, start: Gutter): Band | undefined {
  const gutter = { ...start };
  const left: Fragment[] = [];
  const right: Fragment[] = [];
  const take = (fragment: Fragment): boolean => {
    const least = Math.min(narrowestGutter * Math.min(fragment.size, 12), start.right - start.left);
    const fitsLeft = fragment.right <= gutter.right - least;
    const fitsRight = fragment.left >= gutter.left + least;
    const nearerLeft = gutter.right - fragment.right >= fragment.left - gutter.left;
    if (fitsLeft && (!fitsRight || nearerLeft)) {
      gutter.left = Math.max(gutter.left, fragment.right);
      left.push(fragment);
    } else if (fitsRight) {
      gutter.right = Math.min(gutter.right, fragment.left);
      right.push(fragment);
    } else return false;
    return true;
  };
  let last = seed - 1;
  for (let at = seed; at < sorted.length; at++) {
    const fragment = sorted[at];
    if (!fragment || !take(fragment)) break;
    last = at;
  }
  let first = seed;
  for (let at = seed - 1; at >= 0; at--) {
    const fragment = sorted[at];
    if (!fragment || !take(fragment)) break;
    first = at;
  }
  const shared = left.filter((fragment) => right.some((other) => sameRow(fragment, other))).length;
  const isBand = left.length >= 2 && right.length >= 2 && (shared >= 2 || left.length + right.length >= 6);
  return isBand ? { first, last, left, right } : undefined;
}

function orderBand({ left, right }: Band, columns: Columns, depth: number): Line[] {
  const onLeft = new Set(left);
  const stream = [...left, ...right].toSorted((a, b) => a.order - b.order);
  const runs: Fragment[][] = [];
  let side: boolean | undefined;
  for (const fragment of stream) {
    const isLeft = onLeft.has(fragment);
    if (isLeft !== side) runs.push([]);
    runs.at(-1)?.push(fragment);
    side = isLeft;
  }
  const region = (fragments: readonly Fragment[]) => orderRegion(fragments, columns, depth + 1);
  const fewest = Math.min(countLines(left), countLines(right));
  if (runs.length === 2) {
    return isTable(left, right) ? tableRows(runs, onLeft, columns) : [...region(left), ...region(right)];
  }
  if (isProse(left) && isProse(right) && runs.length - 1 > 0.34 * fewest) {
    return [...region(left), ...region(right)];
  }
  if (runs.length - 1 <= 0.34 * fewest) return runs.flatMap(region);
  return tableRows(runs, onLeft, columns);
}

/** Two runs of a line or two each are one row with two cells rather than two columns. */
const isTable = (left: readonly Fragment[], right: readonly Fragment[]) =>
  countLines(left) <= 1 && countLines(right) <= 1;

function countLines(fragments: readonly Fragment[]): number {
  const sorted = fragments.toSorted((a, b) => a.y - b.y);
  return sorted.filter((fragment, at) => {
    const previous = sorted[at - 1];
    return !previous || !sameRow(previous, fragment);
  }).length;
}

function isProse(fragments: readonly Fragment[]): boolean {
  const lengths = fragments.map(({ text }) => text.length).toSorted((a, b) => a - b);
  return fragments.length >= 4 && (lengths[lengths.length >> 1] ?? 0) >= proseCharacters;
}

/** Rows of a table: in the page's own order the first column's cell begins each. */
function tableRows(runs: readonly Fragment[][], onLeft: ReadonlySet<Fragment>, columns: Columns): Line[] {
  const rows: Fragment[][] = [];
  for (const run of runs) {
    const beginsRow = run[0] !== undefined && onLeft.has(run[0]);
    for (const part of beginsRow ? splitRuns(run) : [run]) {
      if (beginsRow || rows.length === 0) rows.push([...part]);
      else for (const fragment of part) rows.at(-1)?.push(fragment);
    }
  }
  const celled = rows.map((row) => ({ row, cells: cellsOf(row) }));
  // One row with gaps is a justified line or a caption, not a table.
  if (celled.filter(({ cells }) => cells.length > 1).length < 2) return plainLines(runs.flat(), columns);
  columns.next++;
  return celled.map(({ row, cells }) => {
    const line = lineOf(row, columns.next);
    return cells.length > 1 ? { ...line, text: cells.join(' | '), cells } : line;
  });
}

/** Rows whose other cells are empty follow each other on the left; a wide step between them parts them. */
function splitRuns(run: readonly Fragment[]): Fragment[][] {
  const parts: Fragment[][] = [];
  let previous: Fragment | undefined;
  for (const fragment of run) {
    const step = previous ? fragment.y - previous.y : Number.POSITIVE_INFINITY;
    if (step > 1.6 * fragment.size || step < -0.5 * fragment.size) parts.push([]);
    parts.at(-1)?.push(fragment);
    previous = fragment;
  }
  return parts;
}

function cellsOf(row: readonly Fragment[]): string[] {
  const cells: { left: number; right: number; parts: Fragment[] }[] = [];
  for (const fragment of row) {
    const cell = cells.find((known) => fragment.left < known.right && fragment.right > known.left);
    if (cell) {
      cell.parts.push(fragment);
      cell.left = Math.min(cell.left, fragment.left);
      cell.right = Math.max(cell.right, fragment.right);
    } else cells.push({ left: fragment.left, right: fragment.right, parts: [fragment] });
  }
  return cells
    .toSorted((a, b) => a.left - b.left)
    .map(({ parts }) => parts.map(({ text }) => text).join(' '));
}

/** Lines from top to bottom, what shares a baseline in one line. */
function plainLines(fragments: readonly Fragment[], columns: Columns): Line[] {
  const lines: Fragment[][] = [];
  for (const fragment of fragments.toSorted((a, b) => a.y - b.y || a.left - b.left)) {
    const first = lines.at(-1)?.[0];
    if (first && sameRow(first, fragment)) lines.at(-1)?.push(fragment);
    else lines.push([fragment]);
  }
  columns.next++;
  return lines.map((line) => lineOf(line, columns.next));
}

function lineOf(fragments: readonly Fragment[], column: number): Line {
  const parts = fragments.toSorted((a, b) => a.left - b.left);
  const main = parts.reduce<Fragment | undefined>(
    (most, part) => (most && most.text.length >= part.text.length ? most : part),
    undefined,
  );
  return {
    text: parts.map(({ text }) => text).join(' '),
    left: parts[0]?.left ?? 0,
    right: parts.reduce((most, { right }) => Math.max(most, right), Number.NEGATIVE_INFINITY),
    y: main?.y ?? 0,
    size: main?.size ?? 0,
    font: parts[0]?.font ?? '',
    lastFont: parts.at(-1)?.lastFont ?? '',
    cells: null,
    column,
  };
}
