/**
 * A title, a date or a list of themes that is a line of the text is shown as metadata instead. Where another source gives
 * that field another value, the line is displaced: it is text again, so that its words are never lost. This is decided when
 * a document is indexed, because staff may correct it, and take that back, long after the upload was read.
 */
import type { CanonicalDocument, MetadataLine, Passage } from './document.ts';
import { foldedWords } from './fold.ts';

/** The document with its headline as a passage in front, unless the title says the same. */
export function withHeadline(document: CanonicalDocument): CanonicalDocument {
  const { headline, title, passages } = document;
  if (headline === undefined || repeatsTitle(headline, title.value)) return document;
  // The number after the last: those of the other passages are in people's links.
  const number = passages.reduce((last, { anchor }) => Math.max(last, anchor.number), 0) + 1;
  const passage: Passage = { anchor: { type: 'section', number, heading: headline }, level: 1, blocks: [] };
  return { ...document, passages: [passage, ...passages] };
}

/** The document with its displaced lines as text: dates at the beginning of it, names at its end. */
export function withDisplacedLines(document: CanonicalDocument): CanonicalDocument {
  const displaced = (document.metadataLines ?? []).filter((line) => !isShown(line, document));
  if (displaced.length === 0) return document;
  const blocksOf = (isDate: boolean) =>
    displaced.filter(({ field }) => (field === 'publishedOn') === isDate).flatMap(({ blocks }) => blocks);
  const passages = document.passages.map((passage, at, { length }) => ({
    ...passage,
    blocks: [
      ...(at === 0 ? blocksOf(true) : []),
      ...passage.blocks,
      ...(at === length - 1 ? blocksOf(false) : []),
    ],
  }));
  return { ...document, passages };
}

/** Signs between a page's title and the name of its site: `Titel | Site`. */
const separator = /\s[-–—|·•»]\s/u;

/** Whether a heading says what the title says, in whole or but for the name of a site: it need not be shown twice. */
export function repeatsTitle(heading: string, title: string): boolean {
  const words = foldedWords(heading).join(' ');
  const parts = title.split(separator).map((part) => foldedWords(part).join(' '));
  return parts.some(
    (_, at) => parts.slice(0, at + 1).join(' ') === words || parts.slice(at).join(' ') === words,
  );
}

function isShown({ field, value }: MetadataLine, document: CanonicalDocument): boolean {
  if (value === null) return false;
  if (field === 'publishedOn') return document.publishedOn?.value.startsWith(value) ?? false;
  const shown = new Set(document[field]?.value.flatMap(({ text }) => foldedWords(text)));
  return foldedWords(value).every((word) => shown.has(word));
}
