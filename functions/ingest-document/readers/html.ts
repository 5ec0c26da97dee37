/** HTML as saved from a site or exported by a program: the article, without what the site puts around it. */
import { Readability } from '@mozilla/readability';
import { htmlEscape } from 'escape-goat';
import { parseHTML } from 'linkedom';
import type { Found, Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { cleaned } from '../../../shared/visible-text.ts';
import { readFields } from '../metadata-fields.ts';
import { unclearVisibility } from '../visibility/unclear-visibility.ts';
import { takeMetadata } from './article-metadata.ts';
import { flowingReading } from './flowing-document.ts';
import { decodeHtml } from './html/decode-html.ts';
import { pageMetadata } from './html/page-metadata.ts';
import { pagePieces } from './html/page-pieces.ts';
import { partFrontMatter } from './part-front-matter.ts';
import { isGarbled } from './readable-text.ts';
import type { ReadingContext } from './reader.ts';
import type { Piece } from './sections.ts';

/** Beyond these a page is read as a stream only: the tree of it would cost more than it gives. */
const largestTree = 4 * 1024 * 1024;
const deepestTree = 300;
/** Nesting that no page needs, and at which reading it would take the square of its depth. */
const deepestStream = 2_000;
/** An article this much shorter than the page's own text was not found whole. */
const leastShare = 0.3;
const shortestArticle = 400;

export async function readHtml(
  bytes: Uint8Array,
  { today }: Pick<ReadingContext, 'today'>,
): Promise<Reading> {
  const { frontMatter, text } = partFrontMatter(decodeHtml(bytes));
  const given = readFields(frontMatter.fields, frontMatter.statements, 'front-matter', today);
  const html = flattened(text);
  if (isGarbled(html)) throw new RefusedError('no-text');
  const { found, kind, language } = pageMetadata(html, today);
  const { pieces, heading } = articlePieces(html);
  const title = heading ?? firstHeading(pieces);
  // Sites list themes below the article, where the search for the article leaves them out.
  const aside = takeMetadata(pagePieces(html).pieces, today).found;
  const inArticle = takeMetadata(pieces, today).found;
  const besides: Found = { origin: 'text' };
  for (const field of ['themes', 'keywords', 'organisations'] as const) {
    const listed = inArticle[field] ? undefined : aside[field];
    if (listed) besides[field] = listed;
  }
  if (!inArticle.publishedOn && aside.publishedOn) besides.publishedOn = aside.publishedOn;
  return flowingReading({
    kind: given.kind ?? kind,
    pieces,
    found: [given.found, found, besides],
    title,
    declaredLanguage: given.language ?? language,
    notes: [...frontMatter.notes, ...given.notes, ...unclearVisibility(found.visibility ?? [], 'property')],
    today,
  });
}

const lengthOf = (pieces: readonly Piece[]) => pieces.reduce((sum, { text }) => sum + text.length, 0);

function articlePieces(html: string): { pieces: Piece[]; heading: string | null } {
  const page = pagePieces(html);
  // Without furniture there is nothing to part the article from: an export, a letter, a plain page.
  const article = page.furniture > 0 ? findArticle(html) : null;
  const found = article ? pagePieces(article).pieces : [];
  const length = lengthOf(found);
  const whole = lengthOf(page.pieces);
  const isWhole = length > whole || (length >= shortestArticle && length >= leastShare * whole);
  const heading = page.pieces.find((piece) => piece.type === 'heading' && piece.level === 1)?.text ?? null;
  if (isWhole) return { pieces: found, heading };
  if (page.pieces.length > 0) return { pieces: page.pieces, heading };
  return { pieces: pagePieces(html, { withFurniture: true }).pieces, heading };
}

/** The part of the page that reads like an article, as HTML; null when none is found. */
function findArticle(html: string): string | null {
  if (html.length > largestTree || depthOf(html) > deepestTree) return null;
  try {
    const { document } = parseHTML(html);
    // It takes headings that resemble the title, and the author, out of the text; what it cannot know it leaves there.
    for (const element of document.querySelectorAll('title, meta')) element.remove();
    const article = new Readability(document, { charThreshold: 200, disableJSONLD: true }).parse();
    if (!article?.content) return null;
    return article.byline ? `<p>${htmlEscape(article.byline)}</p>${article.content}` : article.content;
  } catch {
    // The whole page is still there to be read.
    return null;
  }
}

/** A page that nests beyond all reason keeps its text and loses its structure. */
function flattened(html: string): string {
  if (depthOf(html) <= deepestStream) return html;
  return html.replace(/<\/?(?!(?:p|li|script|style|title|meta)\b)[a-z][^<>]{0,2000}>/gi, '<p>');
}

/** No less than how deep elements nest; elements that need no end count until the end of their kind. */
function depthOf(html: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, close] of html.matchAll(
    /<(\/?)(?!(?:br|hr|img|input|link|meta|source|wbr|col|p|li)\b)[a-z]/gi,
  )) {
    depth = Math.max(0, depth + (close ? -1 : 1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function firstHeading(pieces: readonly Piece[]): string | null {
  const first = pieces.slice(0, 4).find(({ type }) => type === 'heading');
  const level = first?.type === 'heading' ? first.level : 0;
  const levels = pieces.flatMap((piece) => (piece.type === 'heading' ? [piece.level] : []));
  return first && levels.filter((other) => other <= level).length === 1 ? cleaned(first.text) : null;
}
