import type { Found, Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { readFields } from '../metadata-fields.ts';
import { datedLine } from '../publication-date.ts';
import { takeMetadata } from './article-metadata.ts';
import { decodeText } from './decode-text.ts';
import { derived } from './derived.ts';
import { blockOf, findHeadings, looksLikeTitle } from './find-headings.ts';
import { languageOf } from './language.ts';
import { beginsListLine } from './list-lines.ts';
import { partFrontMatter } from './part-front-matter.ts';
import type { ReadingContext } from './reader.ts';
import { type Piece, sectionsOf } from './sections.ts';
import { type Paragraph, unwrapLines } from './unwrap-lines.ts';

/** Lines; further down, a date on a line of its own is where the margin left it. */
const topOfText = 8;

/** Reads a text file: its lines into paragraphs, and what those say of the document as a whole out of the text. */
export function readPlainText(bytes: Uint8Array, { today }: ReadingContext): Reading {
  const { frontMatter, text } = partFrontMatter(decodeText(bytes));
  const given = readFields(frontMatter.fields, frontMatter.statements, 'front-matter', today);
  const paragraphs = unwrapLines(text, {
    begins: beginsListLine,
    standsAlone: (line, at) => {
      const dated = line.length <= 120 ? datedLine(line, today) : null;
      return dated !== null && (dated.announced || at < topOfText);
    },
  });
  const { found, lines, rest } = takeMetadata(
    paragraphs.map((paragraph) => ({ ...paragraph, type: blockOf(paragraph).type })),
    today,
  );
  if (rest.length === 0) throw new RefusedError('no-text');

  const { title, body } = partTitle(rest);
  const pieces: Piece[] = body.length > 0 ? findHeadings(body) : rest.map((paragraph) => blockOf(paragraph));
  const said: Found = { origin: 'text', ...found, ...(title !== null && { title }) };
  return {
    kind: given.kind ?? 'article',
    language: given.language ?? languageOf(text),
    found: [given.found, said, derived(pieces)],
    passages: sectionsOf(pieces),
    ...(title !== null && { headline: title }),
    ...(lines.length > 0 && { metadataLines: lines }),
    notes: [...frontMatter.notes, ...given.notes],
  };
}

/** The title, when the first line looks like one and something follows it. */
function partTitle(paragraphs: readonly Paragraph[]): { title: string | null; body: readonly Paragraph[] } {
  const [first, ...body] = paragraphs;
  const isTitle =
    first !== undefined && body.length > 0 && (first.underline !== null || looksLikeTitle(first));
  return isTitle ? { title: first.text, body } : { title: null, body: paragraphs };
}
