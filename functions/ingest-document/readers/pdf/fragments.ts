/** Runs of text on a page: what PDF.js found, in upright coordinates with y growing downwards. */

/** As PDF.js gives it; `transform` places the text in the page's own space. */
export interface TextItem {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly fontName: string;
}

/** Text without a wide gap in it, on one line. */
export interface Fragment {
  text: string;
  left: number;
  right: number;
  /** The baseline. */
  y: number;
  size: number;
  font: string;
  lastFont: string;
  /** Place in the page's content stream, which is how the program that made it thought of the order. */
  order: number;
}

type Matrix = readonly number[];

interface Placed {
  text: string;
  x: number;
  y: number;
  width: number;
  size: number;
  font: string;
  angle: number;
}

/** A gap wider than this many times the letter's height parts columns and cells; words stand closer. */
const gapBetweenFragments = 1.15;
/** Behind a bullet or number the text may stand further off. */
const gapBehindMarker = 5;

export const marker = /^(?:[•●○▪■□◦‣⁃∙·➢➤►▶✓✔❖*–—-]|[\uF000-\uF0FF]|o|§|(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])$/;

/** Text that runs in one direction over a page, in a frame turned upright. */
export interface Layer {
  readonly width: number;
  readonly height: number;
  readonly fragments: Fragment[];
}

interface Viewport {
  readonly transform: Matrix;
  readonly width: number;
  readonly height: number;
}

/** Less than this share of a page's text at a slant is a stamp over the page, not a part of it. */
const stampShare = 0.3;

/** The text of a page by the direction in which it runs: the main direction first. */
export function layersOf(items: readonly TextItem[], viewport: Viewport): Layer[] {
  const byAngle = new Map<number, Placed[]>();
  for (const item of items) {
    const placed = place(item, viewport.transform);
    if (!placed) continue;
    const same = byAngle.get(placed.angle);
    if (same) same.push(placed);
    else byAngle.set(placed.angle, [placed]);
  }
  const weight = (placed: readonly Placed[]) => placed.reduce((sum, { text }) => sum + text.trim().length, 0);
  const groups = [...byAngle].filter(([, placed]) => weight(placed) > 0);
  const all = groups.reduce((sum, [, placed]) => sum + weight(placed), 0);
  const slanted = groups.filter(([angle]) => angle % 90 !== 0);
  const isStamp = slanted.reduce((sum, [, placed]) => sum + weight(placed), 0) < stampShare * all;
  return groups
    .filter(([angle]) => angle % 90 === 0 || !isStamp)
    .toSorted((a, b) => weight(b[1]) - weight(a[1]))
    .map(([angle, placed]) => upright(placed, angle, viewport));
}

function upright(placed: readonly Placed[], angle: number, { width, height }: Viewport): Layer {
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ].map(([x = 0, y = 0]) => turn(x, y, angle));
  const left = Math.min(...corners.map(({ x }) => x));
  const top = Math.min(...corners.map(({ y }) => y));
  return {
    width: Math.max(...corners.map(({ x }) => x)) - left,
    height: Math.max(...corners.map(({ y }) => y)) - top,
    fragments: joinRuns(placed.map((item) => ({ ...item, x: item.x - left, y: item.y - top }))),
  };
}

function turn(x: number, y: number, angle: number): { x: number; y: number } {
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return { x: x * cos + y * sin, y: y * cos - x * sin };
}

function place(item: TextItem, viewport: Matrix): Placed | undefined {
  if (!item.str) return undefined;
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = multiply(viewport, item.transform);
  const size = Math.hypot(c, d);
  if (!(size > 0) || ![e, f, item.width].every(Number.isFinite)) return undefined;
  const degrees = (Math.atan2(b, a) * 180) / Math.PI;
  const angle = (Math.round(degrees / 5) * 5 + 360) % 360;
  return {
    text: item.str.replace(/[\u0080-\u009f]/g, windowsLetter),
    ...turn(e, f, angle),
    width: item.width,
    size,
    font: item.fontName,
    angle,
  };
}

/** Fonts without a table of their letters often follow Windows, whose quotes and dashes Unicode has as control codes. */
const windowsLetter = (letter: string) => windows.decode(Uint8Array.of(letter.charCodeAt(0)));
const windows = new TextDecoder('windows-1252');

function multiply(m: Matrix, n: Matrix): number[] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = m;
  const [g = 1, h = 0, i = 0, j = 1, k = 0, l = 0] = n;
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** A fragment that is still growing. Its text stays in parts, for looking at the whole with each would take the square of it. */
interface Growing extends Omit<Fragment, 'text'> {
  readonly parts: string[];
  /** The last characters of the text; all of it while it is short. */
  end: string;
}

/** Characters of a fragment's end, enough for any mark before an item and any word behind which a note's number stands. */
const longestEnd = 400;

function joinRuns(items: readonly Placed[]): Fragment[] {
  const fragments: Growing[] = [];
  let current: Growing | undefined;
  let space = false;
  items.forEach((item, order) => {
    if (!item.text.trim()) {
      space = true;
      return;
    }
    if (current && isDoubled(current, item)) return;
    if (current && continues(current, item)) append(current, item, space);
    else {
      current = start(item, order);
      fragments.push(current);
    }
    space = /\s$/.test(item.text);
  });
  return fragments.map(({ parts, end: _, ...fragment }) => ({
    ...fragment,
    text: withAccents(parts.join('').replace(/\s+/g, ' ').trim()),
  }));
}

/** TeX prints an accent and its letter one over the other: "co¨operatie", "na¨ıef". */
function withAccents(text: string): string {
  return text.replace(/([´¨ˆ])\s?([aeiouıAEIOU])/g, (_, accent: string, letter: string) =>
    `${letter === 'ı' ? 'i' : letter}${combining[accent] ?? ''}`.normalize('NFC'),
  );
}
const combining: Readonly<Record<string, string>> = { '´': '\u0301', '¨': '\u0308', ˆ: '\u0302' };

const start = (item: Placed, order: number): Growing => ({
  parts: [item.text],
  end: item.text.slice(-longestEnd),
  left: item.x,
  right: item.x + item.width,
  y: item.y,
  size: item.size,
  font: item.font,
  lastFont: item.font,
  order,
});

/** Programs that lack a bold font print the same text twice, a hair apart. */
function isDoubled(current: Growing, item: Placed): boolean {
  const near = Math.abs(item.y - current.y) < 0.15 * item.size;
  const sameEnd = Math.abs(item.x + item.width - current.right) < 0.15 * item.size;
  const again = current.end.endsWith(item.text) || current.parts.at(-1)?.endsWith(item.text) === true;
  return near && sameEnd && again && item.text.trim().length > 1;
}

function isMarker({ end }: Growing): boolean {
  return end.length < longestEnd && marker.test(end.trim());
}

function continues(current: Growing, item: Placed): boolean {
  const size = Math.max(current.size, item.size);
  if (Math.abs(item.y - current.y) > 0.55 * size) return false;
  const gap = item.x - current.right;
  if (gap < -0.6 * size) return false;
  const reach = isMarker(current) ? gapBehindMarker : gapBetweenFragments;
  return gap <= reach * Math.min(current.size, item.size * 1.5);
}

function append(current: Growing, item: Placed, space: boolean): void {
  const gap = item.x - current.right;
  const raised = current.y - item.y > 0.2 * current.size && item.size < 0.8 * current.size;
  const isReference =
    /^\s*(\d{1,3}|[ivx]{1,4}|\*+|[†‡])\s*$/.test(item.text) && /[\p{L}.,;:!?)'’"”]\s*$/u.test(current.end);
  current.right = Math.max(current.right, item.x + item.width);
  // A note's number glued to a word would hide the word from search; in "m²" it belongs to it.
  if (raised && isReference && !/\b[ckd]?m\s*$/.test(current.end)) return;
  const apart = space || gap > 0.22 * Math.min(current.size, item.size) || isMarker(current);
  const added = (apart && !/\s$/.test(current.end) ? ' ' : '') + item.text;
  current.parts.push(added);
  current.end = (current.end + added).slice(-longestEnd);
  if (item.size > current.size) {
    current.size = item.size;
    current.y = item.y;
  }
  current.lastFont = item.font;
}
