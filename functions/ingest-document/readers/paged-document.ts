/** What PDF and presentations have in common once read: passages by page or slide, and what they say of the whole. */
import type { Found, Kind, Note, Passage, Reading } from '../../../shared/document.ts';
import { visiblePassages } from '../../../shared/visible-document.ts';
import { takeMetadata } from './article-metadata.ts';
import { derived } from './derived.ts';
import { languageCode } from './flowing-document.ts';
import { languageOf } from './language.ts';
import { isGarbled } from './readable-text.ts';
import { headingsAsText } from './sections.ts';

/** Pages on which a document says when it was published. */
const opening = 2;

export interface PagedDocument {
  readonly kind: Kind;
  readonly passages: readonly Passage[];
  readonly found: readonly Found[];
  readonly declaredLanguage?: string | null;
  readonly notes: readonly Note[];
  readonly today: string;
}

export function pagedReading(document: PagedDocument): Reading {
  const { notes, today } = document;
  const passages = headingsAsText(visiblePassages(document.passages.map(withoutGarbled)));
  const blocks = passages.flatMap((passage) => passage.blocks);
  // The pages stay as they are printed; only what the first lines say of the document is taken from them.
  const { publishedOn } = takeMetadata(
    passages.slice(0, opening).flatMap((passage) => passage.blocks),
    today,
  ).found;
  return {
    kind: document.kind,
    language:
      languageOf(blocks.map(({ text }) => text).join('\n')) ?? languageCode(document.declaredLanguage),
    found: [
      ...document.found,
      ...(publishedOn ? [{ origin: 'text' as const, publishedOn }] : []),
      derived(blocks),
    ],
    passages,
    notes: [...notes],
  };
}

/** Without what broken fonts leave. */
function withoutGarbled({ anchor, level, blocks }: Passage): Passage {
  const isHeadingGarbled = anchor.heading !== null && isGarbled(anchor.heading);
  return {
    anchor: isHeadingGarbled ? { ...anchor, heading: null } : anchor,
    level,
    blocks: blocks.filter(({ text }) => !isGarbled(text)),
  };
}
