/**
 * Markdown (CommonMark and GFM) with YAML front matter, read from the parser's flat list of tokens.
 */
import { Parser } from 'htmlparser2';
import MarkdownIt, { type StateCore, type Token } from 'markdown-it';
import footnotes from 'markdown-it-footnote';
import type { Block, Found, Reading } from '../../../shared/document.ts';
import { foldedWords } from '../../../shared/fold.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { cleaned, cleanedLines, holdsWord } from '../../../shared/visible-text.ts';
import { readFields } from '../metadata-fields.ts';
import { takeMetadata } from './article-metadata.ts';
import { decodeText } from './decode-text.ts';
import { derived } from './derived.ts';
import { languageOf } from './language.ts';
import { partFrontMatter } from './part-front-matter.ts';
import type { ReadingContext } from './reader.ts';
import { type Heading, type Piece, sectionsOf } from './sections.ts';

/** Quotes, items and notes within each other (a list counts, too); the parser leaves out what stands deeper. */
const deepest = 100;

const parser = new MarkdownIt({ html: true, maxNesting: deepest }).use(footnotes);
// Notes stay where they are written, and `^[…]` is no Markdown that others know.
parser.disable(['footnote_tail', 'footnote_inline']);
// Links are never followed or shown: what they point to needs no check, and their text is to stay as it is written.
parser.validateLink = () => true;
parser.normalizeLink = (url) => url;
parser.normalizeLinkText = (url) => url;
parser.core.ruler.after('block', 'boxes', ({ tokens }) => withoutBoxes(tokens));
parser.core.ruler.after('block', 'wide rows', (state) => {
  state.tokens = withWholeRows(state);
});

/** Reads a Markdown file: its front matter, and its headings as sections. */
export function readMarkdown(bytes: Uint8Array, { today }: ReadingContext): Reading {
  const { frontMatter, text, prose } = partFrontMatter(decodeText(bytes));
  const given = readFields(frontMatter.fields, frontMatter.statements, 'front-matter', today);

  // Between two rulers at the top there may stand prose, which the parser would take for a heading.
  const between = prose ? prose.between.split(/\n\s*\n/).flatMap(asParagraph) : [];
  const read = piecesOf(parse(prose ? prose.below : text));
  const { found, lines, rest } = takeMetadata([...between, ...read], today);
  const { title, body } = partTitle(rest, given.found.title);
  const pieces = body.length > 0 ? body : asParagraph(title ?? '');
  if (!pieces.some(({ text }) => holdsWord(text))) throw new RefusedError('empty');
  const heading: Found[] = title === null ? [] : [{ origin: 'heading', title }];
  return {
    kind: given.kind ?? 'article',
    language: given.language ?? languageOf(pieces.map(({ text }) => text).join('\n')),
    found: [given.found, { origin: 'text', ...found }, ...heading, derived(pieces)],
    passages: sectionsOf(withText(pieces)),
    ...(title !== null && body.length > 0 && { headline: title }),
    ...(lines.length > 0 && { metadataLines: lines }),
    notes: [...frontMatter.notes, ...given.notes],
  };
}

const containers = new Set(['blockquote_open', 'list_item_open', 'footnote_reference_open']);

/** Throws RefusedError `corrupt` where text would be lost for standing too deep; only a hostile file gets there. */
function parse(text: string): Token[] {
  const tokens = parser.parse(text, {});
  if (tokens.some(({ type, level }) => level >= deepest - 1 && containers.has(type)))
    throw new RefusedError('corrupt');
  return tokens;
}

/** Takes the box to tick, `[ ]` or `[x]`, from before an item's text. */
function withoutBoxes(tokens: readonly Token[]): void {
  tokens.forEach((token, at) => {
    if (token.type === 'inline' && tokens[at - 2]?.type === 'list_item_open')
      token.content = token.content.replace(/^\[[\sxX]\](?=\s)/, '');
  });
}

/** Adds to rows of a table the cells beyond the columns of its head, which the parser leaves out. */
function withWholeRows({ src, tokens, Token }: StateCore): Token[] {
  if (!tokens.some(({ type }) => type === 'td_open')) return tokens;
  const lines = src.split('\n');
  let line = '';
  let cells = 0;
  return tokens.flatMap((token) => {
    if (token.type === 'tr_open') {
      line = lines[token.map?.[0] ?? -1] ?? '';
      cells = 0;
    }
    if (token.type === 'td_open') cells++;
    if (token.type !== 'tr_close' || cells === 0) return [token];
    const left = cellsOf(line).slice(cells);
    return [...left.flatMap((text) => cellTokens(text, Token)), token];
  });
}

/** The cells of a row under a table's head, before which only the signs of quotes can stand. */
function cellsOf(line: string): string[] {
  const row = line.replace(/^[\s>]+/, '').replace(/^\|/, '');
  return row.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim());
}

function cellTokens(content: string, Make: StateCore['Token']): Token[] {
  const inline = Object.assign(new Make('inline', '', 0), { content, children: [] });
  return [new Make('td_open', 'td', 1), inline, new Make('td_close', 'td', -1)];
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

/** The headings and blocks in the order of reading; the alternative texts of images only when nothing else is there. */
function piecesOf(tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = [];
  const alternatives: string[] = [];
  /** What a paragraph is within the items and notes that are open. */
  const within: ('item' | 'note')[] = [];
  let opening: string[] | null = null;
  let cells: string[] = [];
  const add = (piece: Piece) => pieces.push(...withWords(piece));
  tokens.forEach((token, at) => {
    // An item's opening paragraphs are its text; what comes after them stands alone.
    if (opening && !paragraph.has(token.type)) {
      add({ type: 'item', text: opening.join(' ').trim() });
      opening = null;
    }
    switch (token.type) {
      case 'list_item_open':
        within.push('item');
        opening = [];
        break;
      case 'footnote_reference_open':
        within.push('note');
        break;
      case 'list_item_close':
      case 'footnote_reference_close':
        within.pop();
        break;
      case 'inline': {
        const text = textIn(token.children ?? [], alternatives);
        const holder = tokens[at - 1];
        if (holder?.type === 'heading_open')
          add({ type: 'heading', level: Number(holder.tag.slice(1)), text });
        else if (holder?.type !== 'paragraph_open') cells.push(text);
        else if (opening) opening.push(text);
        else add({ type: within.at(-1) ?? 'paragraph', text });
        break;
      }
      case 'tr_close':
        add({ type: 'row', text: cells.filter(Boolean).join(' | ') });
        cells = [];
        break;
      case 'fence':
      case 'code_block':
        add({ type: 'code', text: cleanedLines(token.content) });
        break;
      case 'html_block':
        for (const text of textOfHtml(token.content).split(/\n\s*\n/)) pieces.push(...asParagraph(text));
    }
  });
  return pieces.length > 0 ? pieces : alternatives.flatMap(asParagraph);
}

const paragraph = new Set(['paragraph_open', 'inline', 'paragraph_close']);

/** The words of a paragraph in one line: links by their text, without references, tags and images. */
function textIn(tokens: readonly Token[], alternatives: string[]): string {
  let text = '';
  for (const { type, content, children } of tokens) {
    if (type === 'text' || type === 'code_inline') text += content;
    else if (isBreak(type) || (type === 'html_inline' && /^<br\b/i.test(content))) text += ' ';
    else if (type === 'image') alternatives.push(alternativeOf(children ?? []));
  }
  return cleaned(text);
}

/** An image's alternative text; images within it are no deeper than the parser goes. */
function alternativeOf(tokens: readonly Token[]): string {
  return tokens
    .map(({ type, content, children }) =>
      isBreak(type) ? ' ' : children ? alternativeOf(children) : content,
    )
    .join('');
}

const isBreak = (type: string) => type === 'softbreak' || type === 'hardbreak';

/** The words between tags, blocks apart by an empty line; what stands in comments, scripts and styles is none. */
function textOfHtml(html: string): string {
  let text = '';
  let silent = 0;
  const part = (name: string) => {
    if (blocks.has(name)) text += '\n\n';
  };
  const parser = new Parser({
    onopentag(name) {
      if (programs.has(name)) silent++;
      part(name);
    },
    ontext(written) {
      if (silent === 0) text += written;
    },
    onclosetag(name) {
      if (programs.has(name)) silent--;
      part(name);
    },
  });
  parser.end(html);
  return text;
}

const programs = new Set(['script', 'style', 'template']);
const blocks = new Set(
  'p div br li tr h1 h2 h3 h4 h5 h6 figure figcaption details summary section blockquote'.split(' '),
);

function asParagraph(text: string): Block[] {
  return withWords({ type: 'paragraph', text: cleaned(text) });
}

/** Nothing for a piece that holds no word, such as a ruler of signs or a cell of dashes. */
function withWords<P extends Piece>(piece: P): P[] {
  return holdsWord(piece.text) ? [piece] : [];
}
