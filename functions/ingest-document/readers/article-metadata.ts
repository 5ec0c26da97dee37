import { Block, type Found, type MetadataLine } from '../../../shared/document.ts';
import { foldedWords } from '../../../shared/fold.ts';
import { trimEndOf } from '../../../shared/trim-end.ts';
import { datedLine, publicationDate } from '../publication-date.ts';
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

/** The metadata in an article's lines, those lines, and its pieces without them and without the website's furniture. */
export function takeMetadata<P extends Piece>(
  pieces: readonly P[],
  today: string,
): { readonly found: ArticleMetadata; readonly lines: MetadataLine[]; readonly rest: P[] } {
  const { body, furniture } = partFurniture(pieces);
  const dated = takePublicationDate(body, today);
  const listed = takeListLines(dated.rest);
  const found: ArticleMetadata = { ...(dated.publishedOn && { publishedOn: dated.publishedOn }) };
  for (const field of ['themes', 'keywords', 'organisations'] as const) {
    // A site may put its list lines among its furniture, below a button.
    const names = [...(listed.found[field] ?? []), ...(takeListLines(furniture).found[field] ?? [])];
    if (names.length > 0) found[field] = names;
  }
  const lines = [
    ...(dated.line ? [dated.line] : []),
    ...listed.lists.map(({ field, names, pieces: taken }) => ({
      field,
      value: names.map(({ text }) => text).join(', '),
      blocks: taken.map(blockOf),
    })),
  ];
  // A text of nothing else has these lines for its text.
  return listed.rest.length > 0 ? { found, lines, rest: listed.rest } : { found, lines: [], rest: body };
}

interface DateTaken<P> {
  readonly publishedOn: string | null;
  readonly line: MetadataLine | null;
  readonly rest: readonly P[];
}

/** The date in a line of its own near the top, and the pieces without it. A date without a label counts only above all prose. */
function takePublicationDate<P extends Piece>(pieces: readonly P[], today: string): DateTaken<P> {
  let prose = 0;
  for (const [at, piece] of pieces.slice(0, dateWithin).entries()) {
    const dated = datedLine(piece.text, today);
    if (dated && prose <= (dated.announced ? 1 : 0)) {
      // Who wrote it stays in the text, where a search for a name finds it.
      const byline = /^(?:door|by)\s/iu.test(dated.rest ?? '') ? (dated.rest ?? '') : '';
      const text = singleSpaced(piece.text);
      const line = {
        ...piece,
        text: trimEndOf(text.slice(0, text.length - byline.length), /[\s,|•·–—]/u),
      };
      const isDateAlone =
        byline === (dated.rest ?? '') &&
        (dated.announced || publicationDate(line.text.replace(/\.$/, ''), today) !== null);
      return {
        publishedOn: dated.date,
        line: { field: 'publishedOn', value: isDateAlone ? dated.date : null, blocks: [blockOf(line)] },
        rest: pieces.toSpliced(at, 1, ...(byline === '' ? [] : [{ ...piece, text: byline }])),
      };
    }
    if (endsSentence(piece.text) && foldedWords(piece.text).length >= shortestProse) prose++;
  }
  return { publishedOn: null, line: null, rest: pieces };
}

function blockOf({ type, text }: Piece): Block {
  const known = Block.shape.type.safeParse(type);
  return { type: known.success ? known.data : 'paragraph', text };
}

function singleSpaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
