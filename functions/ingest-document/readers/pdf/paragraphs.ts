/** Lines of pages become paragraphs, items and rows. */
import type { Block } from '../../../../shared/document.ts';
import { joinWrapped, type KnownWords } from '../join-wrapped.ts';
import { marker } from './fragments.ts';
import type { Line } from './reading-order.ts';

/** A step down of more than this many usual steps begins a paragraph. */
const wideStep = 1.3;
/** Lines; more in one font before text in another are a paragraph. */
const longestHeading = 3;
const endsSentence = /[.!?:;…]["'”’)\]]*$/;
const startsSentence = /^["'“‘(]?[\p{Lu}\p{N}]/u;

/** The usual step from line to line for a size of letter, over the whole document. */
export class Leading {
  readonly #steps = new Map<number, Map<number, number>>();
  /** By size of letter; null where no step occurs twice. */
  readonly #usual = new Map<number, number | null>();

  observe(lines: readonly Line[]): void {
    lines.forEach((line, at) => {
      const previous = lines[at - 1];
      if (!previous || previous.column !== line.column) return;
      const step = line.y - previous.y;
      const alike = Math.abs(previous.size - line.size) < 0.06 * line.size;
      if (!alike || step < 0.8 * line.size || step > 2.6 * line.size) return;
      const steps = this.#steps.get(sizeClass(line)) ?? new Map<number, number>();
      const rounded = Math.round(step * 2) / 2;
      steps.set(rounded, (steps.get(rounded) ?? 0) + 1);
      this.#steps.set(sizeClass(line), steps);
    });
  }

  /** After all lines were observed. */
  of(line: Line): number {
    const size = sizeClass(line);
    let usual = this.#usual.get(size);
    if (usual === undefined) {
      const [step, times] = [...(this.#steps.get(size) ?? [])].toSorted(
        (a, b) => b[1] - a[1] || a[0] - b[0],
      )[0] ?? [0, 0];
      usual = times >= 2 ? step : null;
      this.#usual.set(size, usual);
    }
    return usual ?? 1.25 * line.size;
  }
}

const sizeClass = (line: Line) => Math.round(line.size * 2);

interface Gathered {
  type: Block['type'];
  lines: Line[];
}

/** The blocks of a page, and for headings the size in which each was written. */
export function paragraphsOf(lines: readonly Line[], leading: Leading, known: KnownWords): SizedBlock[] {
  const gathered: Gathered[] = [];
  const widths = rightEdges(lines);
  for (const line of lines) {
    const current = gathered.at(-1);
    if (line.cells) gathered.push({ type: 'row', lines: [line] });
    else if (!current || current.type === 'row' || beginsParagraph(current, line, leading, widths)) {
      gathered.push({ type: isItem(line.text) ? 'item' : 'paragraph', lines: [line] });
    } else current.lines.push(line);
  }
  return gathered.map(({ type, lines: parts }) => ({
    type,
    text: withoutLeaders(withoutBullet(joinAll(parts, known), type)),
    size: parts.reduce((most, { size }) => Math.max(most, size), 0),
    lines: parts.length,
  }));
}

export interface SizedBlock extends Block {
  size: number;
  lines: number;
}

function rightEdges(lines: readonly Line[]): Map<number, { left: number; right: number }> {
  const edges = new Map<number, { left: number; right: number }>();
  for (const { column, left, right } of lines) {
    const edge = edges.get(column);
    edges.set(
      column,
      edge ? { left: Math.min(edge.left, left), right: Math.max(edge.right, right) } : { left, right },
    );
  }
  return edges;
}

function beginsParagraph(
  current: Gathered,
  line: Line,
  leading: Leading,
  edges: ReadonlyMap<number, { left: number; right: number }>,
): boolean {
  const previous = current.lines.at(-1);
  const first = current.lines[0];
  if (!previous || !first) return true;
  if (isItem(line.text)) return true;
  if (isDropCap(current, line)) return false;
  if (Math.abs(previous.size - line.size) > 0.12 * Math.max(previous.size, line.size)) return true;
  const broken = /\p{L}[-\u2010\u00AD]$/u.test(previous.text);
  const open = !endsSentence.test(previous.text) && /^\p{Ll}/u.test(line.text);
  const step = line.y - previous.y;
  if (previous.column !== line.column || step <= 0) return !(broken || open);
  if (step > wideStep * leading.of(line) + 0.6) return true;
  const indent = line.left - previous.left;
  const edge = edges.get(line.column);
  const width = edge ? edge.right - edge.left : 0;
  const short = edge !== undefined && previous.right < edge.right - 0.3 * width;
  // A numbered heading begins like an item of a list and is followed by text in another font.
  if (!broken && current.lines.length <= longestHeading && isOtherFont(previous, line)) return true;
  if (current.type === 'item') {
    return line.left <= first.left + 0.3 * line.size && !open && endsSentence.test(previous.text);
  }
  if (broken) return false;
  const centred = Math.abs(previous.left + previous.right - line.left - line.right) < line.size;
  if (indent > 0.8 * line.size && indent < 6 * line.size && !centred && startsSentence.test(line.text))
    return true;
  if (short && endsSentence.test(previous.text) && startsSentence.test(line.text)) return true;
  return false;
}

/** A heading in bold above its text, in the same size. */
function isOtherFont(previous: Line, line: Line): boolean {
  const uniform = previous.font === previous.lastFont && line.font === line.lastFont;
  return uniform && previous.font !== line.font && startsSentence.test(line.text);
}

/** A first letter as tall as lines, which belongs to the word behind it. */
function isDropCap(current: Gathered, line: Line): boolean {
  const only = current.lines.length === 1 ? current.lines[0] : undefined;
  return (
    only !== undefined &&
    /^\p{Lu}$/u.test(only.text) &&
    only.size > 1.7 * line.size &&
    /^\p{Ll}/u.test(line.text)
  );
}

function isItem(text: string): boolean {
  const [first = '', rest] = text.split(/\s+/, 2);
  return (
    rest !== undefined && marker.test(first) && !(first === 'o' && /^\p{Ll}/u.test(rest) && rest.length < 3)
  );
}

function joinAll(lines: readonly Line[], known: KnownWords): string {
  const joined: string[] = [];
  let end = '';
  lines.forEach((line, at) => {
    const previous = lines[at - 1];
    const isBehindDropCap =
      at === 1 && previous && /^\p{Lu}$/u.test(previous.text) && previous.size > 1.7 * line.size;
    const both = at === 0 || isBehindDropCap ? end + line.text : joinWrapped(end, line.text, known);
    const settled = Math.max(0, both.length - longestEnd);
    joined.push(both.slice(0, settled));
    end = both.slice(settled);
  });
  return joined.join('') + end;
}

/** Characters; a word that goes on over a line's end is no longer, and looking at no more keeps the time linear. */
const longestEnd = 400;

/** Bullets say nothing; numbers and letters before items are kept, as texts refer to them. */
function withoutBullet(text: string, type: Block['type']): string {
  return type === 'item' ? text.replace(/^(?:[^\p{L}\p{N}\s(]|o)\s+/u, '') : text;
}

/** The dots between a heading and its page in a table of contents. */
function withoutLeaders(text: string): string {
  return text.replace(/ ?(?:[.·…_] ?){5,}/g, ' ');
}
