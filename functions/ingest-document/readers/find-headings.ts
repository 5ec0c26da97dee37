/**
 * Headings in plain text have no mark: they are short lines of their own that end no sentence and stand above something.
 * What tells them from other short lines is their company: names, addresses and verses come in rows, and a line after a
 * colon belongs to what was announced.
 */
import type { Block } from '../../../shared/document.ts';
import { beginsListLine } from './list-lines.ts';
import type { Piece } from './sections.ts';
import { beginsInLowerCase, endsSentence, holdsSentences } from './sentences.ts';
import type { Paragraph } from './unwrap-lines.ts';

/** Characters and words; longer lines are rather a sentence whose full stop is missing. */
const longestHeading = 100;
const longestTitle = 150;
const mostWords = 16;

/** So many short lines in a row are a list, not headings of headings. */
const longestRun = 2;

/** Lines that name a maker or a circumstance, or send the reader elsewhere: they stand above nothing. */
const aside =
  /^(?:door|by)\s|^(?:lees|bekijk|klik|kijk|beluister|download|ga\s+naar|deel\s+dit|read|watch|click)\s|^(?:door|auteurs?|tekst|foto(?:['’]?s|grafie)?|beeld|bron|datum|locatie|plaats|tijd|aanvang|aanwezig|afwezig|verslag|leestijd|telefoon|tel|e-?mail|website|adres|by|author|source|photo)\b\s*:|^(?:laatst\s+)?(?:bijgewerkt|gewijzigd|aangepast)\b/iu;
const address = /^\S[^\s@]*@\S+$|^(?:https?:\/\/|www\.)\S+$|^\d{4}\s?[A-Z]{2}\b|^[+\d][\d\s()/-]{6,}$/u;

/** Numbered in parts, as only chapters are: `2.3 Aanpak`. */
const chapter = /^\d+(?:\.\d+)+\.?\s/;

/** Whether a line could be a document's title, were it the first. */
export function looksLikeTitle({ text, lines, item, cells }: Paragraph): boolean {
  if (lines > 2 || item || cells || text.length > longestTitle) return false;
  if (beginsInLowerCase(text) && (lines > 1 || text.length > 60)) return false;
  return endsOpen(text) && !address.test(text) && !aside.test(text);
}

/** The pieces of a plain text: its headings found, its items and rows as such. */
export function findHeadings(paragraphs: readonly Paragraph[]): Piece[] {
  const short = paragraphs.map((paragraph, at) =>
    looksLikeHeading(paragraph, paragraphs[at - 1], paragraphs[at + 1]),
  );
  const marked = paragraphs.map(
    (paragraph, at) => paragraph.underline !== null || (short[at] && chapter.test(paragraph.text)),
  );
  const unmarked = short.map((isShort, at) => isShort && !marked[at]);
  const announced = announcedLines(paragraphs, unmarked);
  const isHeading = headingsAmong(paragraphs, unmarked);
  return paragraphs.map((paragraph, at) => {
    const heading = marked[at] || (isHeading[at] && announced[at] === null);
    if (heading) return { type: 'heading', level: levelOf(paragraph), text: headingText(paragraph) };
    return blockOf(paragraph, announced[at] === 'item');
  });
}

/** A paragraph as the block that it is by itself. */
export function blockOf({ text, item, cells }: Paragraph, announced = false): Block {
  if (cells) return { type: 'row', text: cells.filter(Boolean).join(' | ') };
  return { type: item || announced ? 'item' : 'paragraph', text };
}

function looksLikeHeading(
  { text, lines, item, cells }: Paragraph,
  before: Paragraph | undefined,
  after: Paragraph | undefined,
): boolean {
  if (cells || lines > 1 || text.length > longestHeading) return false;
  // A number alone in its row heads a chapter; one among others counts items.
  if (item && (!/^\d/.test(item.marker) || before?.item || after?.item)) return false;
  if (!/^["'‘“„«(]*(?:[\p{Lu}\p{N}]|\p{Ll}\s\p{Lu})/u.test(text)) return false;
  if (address.test(text) || aside.test(text) || beginsListLine(text)) return false;
  return endsOpen(text) && text.split(' ').length <= mostWords;
}

/** Ends no sentence, though it may ask or call: `Wat nu?` can stand above an answer, `Wat nu? Dat weet ik niet` cannot. */
function endsOpen(text: string): boolean {
  return /\p{L}/u.test(text) && !/(?:[.,:;…]|\.["'’”)]+)$/u.test(text) && !holdsSentences(text);
}

/** Which of the short lines are headings: those that stand above something and not in a row of their like. */
function headingsAmong(paragraphs: readonly Paragraph[], short: readonly boolean[]): boolean[] {
  const isHeading = paragraphs.map(() => false);
  const parted = paragraphs.filter(({ gap }) => gap > 0).length >= paragraphs.length / 2;
  for (let from = 0; from < paragraphs.length; from++) {
    if (!short[from]) continue;
    let to = from + 1;
    while (short[to]) to++;
    const gaps = paragraphs.slice(from + 1, to).map(({ gap }) => gap);
    const isRow = to - from > longestRun || (parted && gaps.includes(0));
    const hangsOn = parted && from > 0 && paragraphs[from]?.gap === 0;
    const below = paragraphs[to];
    const standsOn = below !== undefined && !(parted && isTightLine(below));
    const lastStandsApart =
      (gaps.at(-1) ?? 0) > gaps.slice(0, -1).reduce((most, gap) => Math.max(most, gap), 0);
    for (let at = from; at < to; at++) {
      isHeading[at] = standsOn && !hangsOn && (!isRow || (at === to - 1 && lastStandsApart));
    }
    from = to - 1;
  }
  return isHeading;
}

/** A short line right below another, which makes the two a block such as an address. */
function isTightLine({ text, gap, item, cells }: Paragraph): boolean {
  return gap === 0 && !item && !cells && text.length < 60 && !endsSentence(text);
}

/**
 * The lines that a colon before them announced, so that none of them is a heading: a row of lines that begin in lower
 * case or end in a semicolon, or a row of short lines. From two on they are items.
 */
function announcedLines(
  paragraphs: readonly Paragraph[],
  short: readonly boolean[],
): readonly ('item' | 'line' | null)[] {
  const announced: ('item' | 'line' | null)[] = paragraphs.map(() => null);
  const isClause = (at: number) => {
    const paragraph = paragraphs[at];
    if (!paragraph || paragraph.item || paragraph.cells || paragraph.underline) return false;
    const semicolon = paragraph.text.endsWith(';') || paragraphs[at - 1]?.text.endsWith(';');
    return beginsInLowerCase(paragraph.text) || semicolon === true;
  };
  const isShort = (at: number) => short[at] === true && paragraphs[at]?.item === null;
  paragraphs.forEach(({ text }, at) => {
    if (!text.endsWith(':') || announced[at] !== null) return;
    const belongs = isClause(at + 1) ? isClause : isShort;
    let to = at + 1;
    while (belongs(to) && (to === at + 1 || (paragraphs[to]?.gap ?? 0) <= (paragraphs[at + 1]?.gap ?? 0)))
      to++;
    announced.fill(to - at > 2 ? 'item' : 'line', at + 1, to);
  });
  return announced;
}

function headingText({ text, item }: Paragraph): string {
  return item ? `${item.marker} ${text}` : text;
}

function levelOf({ text, item, underline }: Paragraph): number {
  if (underline) return underline === '=' ? 1 : 2;
  if (item) return 1;
  return /^\d+(?:\.\d+)*/.exec(text)?.[0].split('.').length ?? 1;
}
