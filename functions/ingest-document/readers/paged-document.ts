/** What PDF and presentations have in common once read: passages by page or slide, and what they say of the whole. */
import type { Found, Kind, Note, Passage, Reading } from '../../../shared/document.ts';
import { takeMetadata } from './article-metadata.ts';
import { derived } from './derived.ts';
import { languageCode } from './flowing-document.ts';
import { languageOf } from './language.ts';
import { keepReadable } from './readable-text.ts';

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
  const { passages, notes, today } = document;
  const reading = keepReadable({
    ...document,
    language: null,
    found: [],
    passages: [...passages],
    notes: [...notes],
  });
  const blocks = reading.passages.flatMap((passage) => passage.blocks);
  // The pages stay as they are printed; only what the first lines say of the document is taken from them.
  const { publishedOn } = takeMetadata(
    reading.passages.slice(0, opening).flatMap((passage) => passage.blocks),
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
    passages: reading.passages,
    notes: reading.notes,
  };
}
