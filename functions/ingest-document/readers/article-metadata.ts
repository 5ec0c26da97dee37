import type { Found } from '../../../shared/document.ts';
import { foldedWords } from '../../../shared/fold.ts';
import { datedLine } from '../publication-date.ts';
import { takeListLines } from './list-lines.ts';
import { endsSentence } from './sentences.ts';
import { partFurniture } from './site-furniture.ts';

interface Piece {
  readonly type: string;
  readonly text: string;
  readonly gap?: number;
}

/** What the text of an article says of the article as a whole; its title is each reader's own affair. */
export type ArticleMetadata = Pick<Found, 'publishedOn' | 'themes' | 'keywords' | 'organisations'>;

/** Pieces; a date further down belongs to something that the text tells. */
const dateWithin = 6;

/** Words; a longer sentence is prose. */
const shortestProse = 12;

/** The metadata in an article's lines, and its pieces without those lines and without the website's furniture. */
export function takeMetadata<P extends Piece>(
  pieces: readonly P[],
  today: string,
): { readonly found: ArticleMetadata; readonly rest: P[] } {
  const { body, furniture } = partFurniture(pieces);
  const dated = takePublicationDate(body, today);
  const listed = takeListLines(dated.rest);
  const found: ArticleMetadata = { ...(dated.publishedOn && { publishedOn: dated.publishedOn }) };
  for (const field of ['themes', 'keywords', 'organisations'] as const) {
    // A site may put its list lines among its furniture, below a button.
    const names = [...(listed.found[field] ?? []), ...(takeListLines(furniture).found[field] ?? [])];
    if (names.length > 0) found[field] = names;
  }
  return { found, rest: listed.rest };
}

/** The date in a line of its own near the top, and the pieces without it. A date without a label counts only above all prose. */
function takePublicationDate<P extends Piece>(
  pieces: readonly P[],
  today: string,
): { readonly publishedOn: string | null; readonly rest: readonly P[] } {
  let prose = 0;
  for (const [at, piece] of pieces.slice(0, dateWithin).entries()) {
    const dated = datedLine(piece.text, today);
    if (dated && prose <= (dated.announced ? 1 : 0)) {
      // Who wrote it stays in the text, where a search for a name finds it.
      const byline = /^(?:door|by)\s/iu.test(dated.rest ?? '') ? [{ ...piece, text: dated.rest ?? '' }] : [];
      return { publishedOn: dated.date, rest: pieces.toSpliced(at, 1, ...byline) };
    }
    if (endsSentence(piece.text) && foldedWords(piece.text).length >= shortestProse) prose++;
  }
  return { publishedOn: null, rest: pieces };
}
