/** HTML as saved from a site or exported by a program: the article, without what the site puts around it. */
import { Readability } from '@mozilla/readability';
import { htmlEscape } from 'escape-goat';
import { parseHTML } from 'linkedom';
import type { Found, Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { cleaned } from '../../../shared/visible-text.ts';
import { readFields } from '../metadata-fields.ts';
import { takeMetadata } from './article-metadata.ts';
import { flowingReading } from './flowing-document.ts';
import { decodeHtml } from './html/decode-html.ts';
import { pageMetadata } from './html/page-metadata.ts';
import { type PagePieces, pagePieces } from './html/page-pieces.ts';
import { partFrontMatter } from './part-front-matter.ts';
import { isGarbled } from './readable-text.ts';
import type { ReadingContext } from './reader.ts';
import type { Piece } from './sections.ts';

/**
 * Beyond these a page is read as a stream only: the tree of it, made and searched, would cost more than it gives. So many
 * elements take about a second; an article with all that its site puts around it has a tenth.
 */
const largestTree = 4 * 1024 * 1024;
const mostElements = 20_000;
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
  const { frontMatter, text } = partFrontMatter(
    decodeHtml(bytes).replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n'),
  );
  const given = readFields(frontMatter.fields, frontMatter.statements, 'front-matter', today);
  const html = flattened(text);
  if (isGarbled(html)) throw new RefusedError('no-text');
  const { found, kind, language } = pageMetadata(html, today);
  const page = pagePieces(html);
  const { pieces, heading } = articlePieces(html, page);
  const title = heading ?? firstHeading(pieces);
  // Sites list themes below the article, where the search for the article leaves them out.
  const aside = takeMetadata(page.pieces, today).found;
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
    notes: [...frontMatter.notes, ...given.notes],
    today,
  });
}

const lengthOf = (pieces: readonly Piece[]) => pieces.reduce((sum, { text }) => sum + text.length, 0);

function articlePieces(html: string, page: PagePieces): { pieces: Piece[]; heading: string | null } {
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
  const { elements, depth } = sizeOfTree(html);
  if (html.length > largestTree || elements > mostElements || depth > deepestTree) return null;
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
  if (sizeOfTree(html).depth <= deepestStream) return html;
  return html.replace(/<\/?(?!(?:p|li|script|style|title|meta)\b)[a-z][^<>]{0,2000}>/gi, '<p>');
}

/** No less than how many elements a page has and how deep they nest; those that need no end count until the end of their kind. */
function sizeOfTree(html: string): { readonly elements: number; readonly depth: number } {
  let elements = 0;
  let open = 0;
  let depth = 0;
  for (const [, end, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    if (!end) elements++;
    if (flat.has(name.toLowerCase())) continue;
    open = Math.max(0, open + (end ? -1 : 1));
    depth = Math.max(depth, open);
  }
  return { elements, depth };
}

/** Elements that hold nothing, and those whose end is often left out. */
const flat = new Set(['br', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr', 'col', 'p', 'li']);

function firstHeading(pieces: readonly Piece[]): string | null {
  const first = pieces.slice(0, 4).find(({ type }) => type === 'heading');
  const level = first?.type === 'heading' ? first.level : 0;
  const levels = pieces.flatMap((piece) => (piece.type === 'heading' ? [piece.level] : []));
  return first && levels.filter((other) => other <= level).length === 1 ? cleaned(first.text) : null;
}
