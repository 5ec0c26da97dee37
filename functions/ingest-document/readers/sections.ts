import type { Block, Passage } from '../../../shared/document.ts';

export interface Heading {
  readonly type: 'heading';
  /** 1 highest. */
  readonly level: number;
  readonly text: string;
}

/** A document on its way to sections: headings and blocks in the order of reading. */
export type Piece = Heading | Block;

/**
 * Sections with anchors counted from 1. Text before the first heading is a section without heading; a heading with
 * nothing under it is a section without blocks, so that its anchor stays.
 */
export function sectionsOf(pieces: readonly Piece[]): Passage[] {
  const sections: Passage[] = [];
  const open = (heading: string | null, level: number): Passage => {
    const section: Passage = {
      anchor: { type: 'section', number: sections.length + 1, heading },
      level: Math.min(6, Math.max(1, level)),
      blocks: [],
    };
    sections.push(section);
    return section;
  };
  let current: Passage | undefined;
  for (const piece of pieces) {
    if (piece.type === 'heading') current = open(piece.text, piece.level);
    else {
      current ??= open(null, 1);
      current.blocks.push(piece);
    }
  }
  return sections;
}

/** A document of headings only (a poster, a title slide) says them as paragraphs, so that what was read is never empty. */
export function headingsAsText(passages: readonly Passage[]): Passage[] {
  if (passages.some(({ blocks }) => blocks.length > 0)) return [...passages];
  return passages.map(({ anchor, level }) => ({
    anchor,
    level,
    blocks: anchor.heading === null ? [] : [{ type: 'paragraph', text: anchor.heading }],
  }));
}
