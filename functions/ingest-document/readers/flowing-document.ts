/** What DOCX, ODT and HTML have in common once read: headings and blocks in order, and what they say of the whole. */
import { cleanedBlock, type Found, type Kind, type Note, type Reading } from '../../../shared/document.ts';
import { foldedWords } from '../../../shared/fold.ts';
import { cleaned } from '../../../shared/visible-text.ts';
import { takeMetadata } from './article-metadata.ts';
import { derived } from './derived.ts';
import { languageOf } from './language.ts';
import { isGarbled } from './readable-text.ts';
import { headingsAsText, type Piece, sectionsOf } from './sections.ts';

/** Headings beyond this length are paragraphs that someone made large. */
const longestHeading = 300;

export interface FlowingDocument {
  readonly kind: Kind;
  readonly pieces: readonly Piece[];
  readonly found: readonly Found[];
  /** As the text itself shows it; taken out of the sections where it stands above all else. */
  readonly title: string | null;
  /** What the file says of its language, for texts too short to tell. */
  readonly declaredLanguage?: string | null;
  readonly notes: readonly Note[];
  readonly today: string;
}

export function flowingReading(document: FlowingDocument): Reading {
  const { kind, found, notes, today } = document;
  const heading = document.title === null || isGarbled(document.title) ? '' : cleaned(document.title);
  const title = heading.slice(0, longestHeading) || null;
  const { found: inText, lines, rest } = takeMetadata(tidied(document.pieces), today);
  const { headline, body: pieces } = takeHeadline(rest, heading);
  const isTitleOnly = pieces.length === 0 && title !== null;
  return {
    kind,
    language:
      languageOf(pieces.map(({ text }) => text).join('\n')) ?? languageCode(document.declaredLanguage),
    found: [
      ...found,
      { origin: 'text', ...inText },
      ...(title ? [{ origin: 'heading' as const, title }] : []),
      derived(pieces),
    ],
    passages: headingsAsText(sectionsOf(isTitleOnly ? [{ type: 'paragraph', text: heading }] : pieces)),
    ...(headline !== null && !isTitleOnly && { headline }),
    ...(lines.length > 0 && { metadataLines: lines }),
    notes: [...notes],
  };
}

/** `nl` of `nl-NL`. */
export function languageCode(tag: string | null | undefined): string | null {
  return /^([a-z]{2})(?:[-_]|$)/i.exec(tag?.trim() ?? '')?.[1]?.toLowerCase() ?? null;
}

function tidied(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece): Piece[] => {
    const text = cleanedBlock(piece);
    if (!text || isGarbled(text)) return [];
    if (piece.type === 'heading' && text.length > longestHeading) return [{ type: 'paragraph', text }];
    return [{ ...piece, text }];
  });
}

/** The title is no section of its own where it stands before all text, and a reader of pages may have left it out already. */
function takeHeadline(
  pieces: readonly Piece[],
  heading: string,
): { readonly headline: string | null; readonly body: readonly Piece[] } {
  if (heading === '') return { headline: null, body: pieces };
  const words = foldedWords(heading).join(' ');
  const at = pieces.findIndex(({ text }) => foldedWords(text).join(' ') === words);
  if (at < 0) return { headline: heading, body: pieces };
  const firstText = pieces.findIndex(({ type, text }) => type !== 'heading' && text.length > 200);
  const isAbove = (firstText < 0 || at < firstText) && at < 4 && heading.length <= longestHeading;
  return isAbove ? { headline: heading, body: pieces.toSpliced(at, 1) } : { headline: null, body: pieces };
}
