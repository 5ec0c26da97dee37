/**
 * Markdown (CommonMark and GFM) with YAML front matter. The tree is walked with a list of work to do and not by calls
 * within calls, so that no depth of nesting can overflow the stack.
 */
import type { Nodes, Root } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import type { Block, Found, Reading } from '../../../shared/document.ts';
import { foldedWords } from '../../../shared/fold.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { readFields } from '../metadata-fields.ts';
import { takeMetadata } from './article-metadata.ts';
import { decodeText } from './decode-text.ts';
import { derived } from './derived.ts';
import { readFrontMatter } from './front-matter.ts';
import { languageOf } from './language.ts';
import type { ReadingContext } from './reader.ts';
import { type Heading, type Piece, sectionsOf } from './sections.ts';

const parser = unified().use(remarkParse).use(remarkFrontmatter, ['yaml', 'toml']).use(remarkGfm);

/** Reads a Markdown file: its front matter, and its headings as sections. */
export function readMarkdown(bytes: Uint8Array, { today }: ReadingContext): Reading {
  const tree = parse(decodeText(bytes));
  const [first] = tree.children;
  const frontMatter = first?.type === 'yaml' ? readFrontMatter(first.value) : { fields: {}, notes: [] };
  const isMetadata = Object.keys(frontMatter.fields).length > 0;
  const given = readFields(frontMatter.fields, 'front-matter', today);

  // Between two rulers at the top there may stand prose, which is front matter to nobody but the parser.
  const prose =
    first?.type === 'yaml' && !isMetadata ? first.value.split(/\n\s*\n/).flatMap(asParagraph) : [];
  const read = piecesOf(tree);
  const { found, rest } = takeMetadata([...prose, ...read], today);
  const { title, body } = partTitle(rest, given.found.title);
  const pieces = body.length > 0 ? body : asParagraph(title ?? '');
  if (!pieces.some(({ text }) => /[\p{L}\p{N}]/u.test(text))) throw new RefusedError('empty');
  const heading: Found[] = title === null ? [] : [{ origin: 'heading', title }];
  return {
    kind: given.kind ?? 'article',
    language: given.language ?? languageOf(pieces.map(({ text }) => text).join('\n')),
    found: [given.found, { origin: 'text', ...found }, ...heading, derived(pieces)],
    passages: sectionsOf(withText(pieces)),
    notes: [...(isMetadata ? frontMatter.notes : []), ...given.notes],
  };
}

function parse(text: string): Root {
  try {
    return parser.parse(text);
  } catch (cause) {
    // The parser calls itself for what stands within something else; only a hostile file gets that deep.
    if (cause instanceof RangeError) throw new RefusedError('corrupt', { cause });
    throw cause;
  }
}

/**
 * The title among the headings, and what remains: the heading that says the front matter's title again, or, without that,
 * a heading of the first level above all text.
 */
function partTitle(
  pieces: readonly Piece[],
  given: string | undefined,
): { title: string | null; body: readonly Piece[] } {
  const at = pieces.findIndex(({ type }) => type === 'heading');
  const heading = pieces[at];
  if (heading?.type !== 'heading') return { title: null, body: pieces };
  const repeats = given !== undefined && foldedWords(given).join(' ') === foldedWords(heading.text).join(' ');
  if (!repeats && (given !== undefined || at > 0 || !isAbove(heading, pieces)))
    return { title: null, body: pieces };
  return { title: heading.text, body: pieces.toSpliced(at, 1) };
}

/** Whether a heading stands above all others, as a title does. */
function isAbove(heading: Heading, pieces: readonly Piece[]): boolean {
  if (heading.level === 1) return true;
  return pieces.every(
    (piece) => piece === heading || piece.type !== 'heading' || piece.level > heading.level,
  );
}

/** The pieces, or the headings as text when there is nothing else: a document must hold something to find. */
function withText(pieces: readonly Piece[]): readonly Piece[] {
  if (pieces.some(({ type }) => type !== 'heading')) return pieces;
  return pieces.map(({ text }) => ({ type: 'paragraph', text }));
}

interface Work {
  readonly node: Nodes;
  /** What a paragraph in it is: text of its own, or part of an item or note. */
  readonly as: 'paragraph' | 'item' | 'note';
}

/** The tree's headings and blocks in the order of reading; the alternative texts of images only when nothing else is there. */
function piecesOf(tree: Root): Piece[] {
  const pieces: Piece[] = [];
  const alternatives: string[] = [];
  const work: Work[] = [{ node: tree, as: 'paragraph' }];
  const later = (nodes: readonly Nodes[], as: Work['as']) => {
    for (const node of nodes.toReversed()) work.push({ node, as });
  };
  for (let next = work.pop(); next; next = work.pop()) {
    const { node, as } = next;
    switch (node.type) {
      case 'heading':
        pieces.push(...withWords({ type: 'heading', level: node.depth, text: textIn([node], alternatives) }));
        break;
      case 'paragraph':
        pieces.push(...withWords({ type: as, text: textIn([node], alternatives) }));
        break;
      case 'listItem': {
        // An item's opening paragraphs are its text; what comes after them stands alone.
        const end = node.children.findIndex(({ type }) => type !== 'paragraph');
        const opening = end < 0 ? node.children : node.children.slice(0, end);
        pieces.push(...withWords({ type: 'item', text: textIn(opening, alternatives) }));
        later(node.children.slice(opening.length), 'item');
        break;
      }
      case 'tableRow': {
        const cells = node.children.map((cell) => textIn([cell], alternatives));
        pieces.push(...withWords({ type: 'row', text: cells.filter(Boolean).join(' | ') }));
        break;
      }
      case 'code':
        pieces.push(...withWords({ type: 'code', text: node.value }));
        break;
      case 'html':
        for (const text of textOfHtml(node.value).split(/\n\s*\n/)) pieces.push(...asParagraph(text));
        break;
      default:
        if ('children' in node) later(node.children, node.type === 'footnoteDefinition' ? 'note' : as);
    }
  }
  return pieces.length > 0 ? pieces : alternatives.flatMap(asParagraph);
}

/** The words of nodes in one line: links by their text, without references, tags and images. */
function textIn(nodes: readonly Nodes[], alternatives: string[]): string {
  let text = '';
  const work: (Nodes | ' ')[] = nodes.toReversed().flatMap((node) => [' ', node]);
  for (let next = work.pop(); next; next = work.pop()) {
    if (next === ' ') text += next;
    else if (next.type === 'text' || next.type === 'inlineCode') text += next.value;
    else if (next.type === 'break') text += ' ';
    else if (next.type === 'html') text += /^<br\b/i.test(next.value) ? ' ' : '';
    else if (next.type === 'image' || next.type === 'imageReference') alternatives.push(next.alt ?? '');
    else if ('children' in next) for (const child of next.children.toReversed()) work.push(child);
  }
  return text
    .replace(/\u00ad/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The words between tags; what stands in comments, scripts and styles is none. */
function textOfHtml(html: string): string {
  return html
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/<(script|style|template)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
    .replace(
      /<\/?(?:p|div|br|li|tr|h[1-6]|figure|figcaption|details|summary|section|blockquote)\b[^<>]*>/gi,
      '\n\n',
    )
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(?:nbsp|#160);/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}

function asParagraph(text: string): Block[] {
  return withWords({ type: 'paragraph', text: text.replace(/\s+/g, ' ').trim() });
}

/** Nothing for a piece that holds no word, such as a ruler of signs or a cell of dashes. */
function withWords<P extends Piece>(piece: P): P[] {
  return /[\p{L}\p{N}]/u.test(piece.text) ? [piece] : [];
}
