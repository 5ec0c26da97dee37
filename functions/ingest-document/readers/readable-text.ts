/** What counts as text: the last check between a reader and a document that someone will search. */
import type { Block, Note, Passage, Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';

/** Replacement characters, control codes, private use and unassigned: what broken fonts and wrong decodings leave. */
const unreadable = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\uFFFD]/gu;
const readable = /[\p{L}\p{N}]/gu;

/** One line of text: spaces of all sorts as one, no control codes, soft hyphens or invisible marks, in NFC. */
export function tidy(text: string): string {
  return text
    .replace(/[\u00AD\u200B\u2060\uFEFF\u200E\u200F\u202A-\u202E]/g, '')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(/[\p{Co}\p{Cs}]/gu, '')
    .normalize('NFC')
    .trim();
}

/** Text that no one can read: mostly replacement characters, control codes or symbols without a meaning. */
export function isGarbled(text: string): boolean {
  const broken = text.replace(/[\t\n\r\f]/g, '').match(unreadable)?.length ?? 0;
  if (broken === 0) return false;
  const whole = text.match(readable)?.length ?? 0;
  return broken > 0.3 * (broken + whole);
}

/** Texts of blocks tidied; those that hold nothing, or nothing readable, left out. */
export function readableBlocks(blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block) => {
    if (isGarbled(block.text)) return [];
    const text = block.type === 'code' ? block.text.trim() : tidy(block.text);
    return text ? [{ ...block, text: text.replaceAll('\uFFFD', '') || text }] : [];
  });
}

export const partlyDamaged: Note = {
  code: 'partly-damaged',
  message: {
    nl: 'Een deel van dit bestand is beschadigd; de rest is gelezen. Sla het bestand zo mogelijk opnieuw op.',
    en: 'Part of this file is damaged; the rest was read. If you can, save the file again.',
  },
};

/**
 * A reading fit to keep, or `no-text`. A document of headings only (a poster, a title slide) says them as paragraphs,
 * so that what was read is never empty.
 */
export function keepReadable(reading: Reading): Reading {
  const passages = reading.passages.map((passage) => ({
    ...passage,
    anchor: { ...passage.anchor, heading: headingOf(passage) },
    blocks: readableBlocks(passage.blocks),
  }));
  if (!passages.some((passage) => passage.blocks.length > 0)) {
    for (const passage of passages) {
      if (passage.anchor.heading) passage.blocks.push({ type: 'paragraph', text: passage.anchor.heading });
    }
  }
  const all = passages.flatMap((passage) => passage.blocks.map((block) => block.text)).join('\n');
  if (!/[\p{L}\p{N}]/u.test(all) || isGarbled(all)) throw new RefusedError('no-text');
  return { ...reading, passages };
}

function headingOf(passage: Passage): string | null {
  const heading = passage.anchor.heading;
  return heading && !isGarbled(heading) ? tidy(heading) || null : null;
}
