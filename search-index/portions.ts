/**
 * A text that is too long for one answer is given in portions. Where it is cut follows from the document alone, so that
 * a portion keeps its number whatever was asked.
 */
import type { Anchor, Block, Passage } from '../shared/document.ts';
import { wordEnd } from './passages.ts';
import type { WantedPortion } from './search-index.ts';

/**
 * Characters of one portion: 60,000 words, or 150 pages. A Lambda function answers 6 MB at most, and where every single
 * letter is marked a character takes 14 bytes of JSON.
 */
const portionLength = 400_000;
/** Characters that an answer needs for a passage, and for a block of one, beside their text. */
const perPassage = 50;
const perBlock = 10;

/** The passages in their order, at least one portion; a passage that has room in one is never cut. */
export function portionsOf(passages: readonly Passage[]): readonly (readonly Passage[])[] {
  return packed(
    passages.flatMap((passage) => piecesOf(passage, portionLength)),
    lengthOf,
    portionLength,
  );
}

export function exceedsPortion(passages: readonly Passage[]): boolean {
  return sumOf(passages, lengthOf) > portionLength;
}

/** The numbers, from 0, of the portions that may be meant, in their order; none when the wanted one is not there. */
export function portionsMeant(
  portions: readonly (readonly Passage[])[],
  { number, passage }: WantedPortion,
): readonly number[] {
  const all = portions.map((_, at) => at);
  if (number !== undefined) return all.filter((at) => at + 1 === number);
  const holding = passage
    ? all.filter((at) => portions[at]?.some(({ anchor }) => isSame(anchor, passage)))
    : [];
  return holding.length > 0 ? holding : all;
}

function isSame(anchor: Anchor, { type, number }: Pick<Anchor, 'type' | 'number'>): boolean {
  return anchor.type === type && anchor.number === number;
}

/** The passages as they were before they were cut in pieces, which have the same anchor. */
export function rejoined(passages: readonly Passage[]): Passage[] {
  const whole: { readonly passage: Passage; readonly blocks: Block[] }[] = [];
  for (const passage of passages) {
    const last = whole.at(-1);
    if (last && isSame(last.passage.anchor, passage.anchor)) last.blocks.push(...passage.blocks);
    else whole.push({ passage, blocks: [...passage.blocks] });
  }
  return whole.map(({ passage, blocks }) => ({ ...passage, blocks }));
}

/** The passage, or where it is longer than so many characters its pieces, each with its anchor. */
export function piecesOf(passage: Passage, longest: number): Passage[] {
  if (lengthOf(passage) <= longest) return [passage];
  // A heading is never cut, and leaves the text half of the room whatever its length.
  const room = Math.max(longest / 2, longest - lengthOf({ ...passage, blocks: [] }));
  const blocks = passage.blocks.flatMap((block) => cutBlock(block, room - perBlock));
  return packed(blocks, lengthOfBlock, room).map((piece) => ({ ...passage, blocks: piece }));
}

function cutBlock({ type, text }: Block, longest: number): Block[] {
  const pieces: Block[] = [];
  for (let start = 0; start < text.length; ) {
    const end = wordEnd(text, start, Math.min(text.length, start + longest), start);
    pieces.push({ type, text: text.slice(start, end) });
    start = end;
  }
  return pieces;
}

/** The items in their order, as many together as there is room for. */
function packed<Item>(items: readonly Item[], lengthOf: (item: Item) => number, room: number): Item[][] {
  let last: Item[] = [];
  const packs = [last];
  let left = room;
  for (const item of items) {
    const length = lengthOf(item);
    if (length > left && last.length > 0) {
      last = [];
      packs.push(last);
      left = room;
    }
    last.push(item);
    left -= length;
  }
  return packs;
}

function lengthOf({ anchor: { heading }, blocks }: Passage): number {
  return perPassage + (heading?.length ?? 0) + sumOf(blocks, lengthOfBlock);
}

function lengthOfBlock({ text }: Block): number {
  return perBlock + text.length;
}

function sumOf<Item>(items: readonly Item[], lengthOf: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + lengthOf(item), 0);
}
