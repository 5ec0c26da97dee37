/** The text of a page as headings and blocks, read as a stream, so that no depth of nesting can overflow the stack. */
import { Parser } from 'htmlparser2';
import { holdsWord } from '../../../../shared/visible-text.ts';
import type { Piece } from '../sections.ts';
import { isLayout, rowText } from '../tables.ts';

export interface PagePieces {
  readonly pieces: Piece[];
  /** Parts that were left out as the site's and not the article's. */
  readonly furniture: number;
}

/** Never text, or text for programs. */
const silent = new Set(
  'script style noscript template svg math-annotation iframe object embed audio video canvas button select option textarea datalist head title map'.split(
    ' ',
  ),
);
const blocks = new Set(
  'address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul caption'.split(
    ' ',
  ),
);
const voids = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const furnitureTags = new Set(['nav', 'footer', 'aside']);
const furnitureRoles = new Set(
  'navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar'.split(' '),
);
const furnitureNames =
  /(?:^|[\s_-])(?:cookie|social|addtoany|(?:consent|gdpr|cky|cmplz|comments?|commentlist|comment-respond|respond|reacties|reageer|share|sharing|sharedaddy|breadcrumbs?|kruimelpad|sidebar|widget-area|newsletter|nieuwsbrief-aanmelden|popup|modal|related|jp-relatedposts|skip-link|skiplinks?|menu|submenu|navbar|navigation|nav-links|post-navigation|pagination|site-header|site-footer|masthead|colophon|screen-reader-text|sr-only|visually-hidden|toc|print-only)(?=$|[\s_-]))/i;

interface Table {
  rows: Piece[][][];
}

/** Tables within each other; what stands in deeper ones is text of the last, or each would hand it on to the next. */
const deepestTable = 20;

/** `withFurniture` keeps navigation, sidebars and the like, for pages of which nothing else would be left. */
export function pagePieces(html: string, { withFurniture = false } = {}): PagePieces {
  const out: Piece[] = [];
  const tables: Table[] = [];
  const open: { name: string; skips: boolean; hides: boolean }[] = [];
  let skipping = 0;
  let furniture = 0;
  let articles = 0;
  let items = 0;
  let code = 0;
  /** Tables that are open beyond the deepest. */
  let tooDeep = 0;
  let heading = 0;
  let text = '';
  /** The text ends in a line break, perhaps with white space behind it; kept, for asking the text costs its whole length. */
  let broken = false;
  const hasArticle = /<(?:article|main)[\s>]/i.test(html);

  const emit = (piece: Piece) => {
    const cell = tables.at(-1)?.rows.at(-1)?.at(-1);
    (cell ?? out).push(piece);
  };
  const flush = () => {
    const written = code > 0 ? text : text.replace(/\s+/g, ' ').trim();
    text = '';
    broken = false;
    if (!holdsWord(written)) return;
    if (heading > 0) emit({ type: 'heading', level: heading, text: written });
    else emit({ type: code > 0 ? 'code' : items > 0 ? 'item' : 'paragraph', text: written });
  };
  const openTable = () => {
    if (tables.length < deepestTable) tables.push({ rows: [] });
    else tooDeep++;
  };
  const closeTable = () => {
    if (tooDeep > 0) {
      tooDeep--;
      return;
    }
    const table = tables.pop();
    if (!table) return;
    const rows = table.rows;
    if (isLayout(rows, ({ type }) => type === 'heading')) for (const piece of rows.flat(2)) emit(piece);
    else {
      for (const row of rows) {
        const written = rowText(row);
        if (written) emit({ type: 'row', text: written });
      }
    }
  };

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const isFurniture =
          !withFurniture && looksLikeFurniture(name, attributes, articles > 0 || !hasArticle);
        const skips = isFurniture || silent.has(name) || isHidden(attributes) || isNoteMark(attributes);
        if (isFurniture && skipping === 0) furniture++;
        if (!voids.has(name)) open.push({ name, skips, hides: blocks.has(name) });
        if (skips && !voids.has(name)) {
          if (skipping === 0 && blocks.has(name)) flush();
          skipping++;
        }
        if (skipping > 0) return;
        if (name === 'br') {
          if (broken && code === 0 && heading === 0) flush();
          else {
            text += '\n';
            broken = true;
          }
        }
        if (name === 'img' || name === 'wbr') return;
        if (!blocks.has(name)) return;
        flush();
        if (name === 'article' || name === 'main') articles++;
        else if (name === 'li' || name === 'dd') items++;
        else if (name === 'pre') code++;
        else if (/^h[1-6]$/.test(name)) heading = Number(name[1]);
        else if (name === 'table') openTable();
        else if (tooDeep > 0) return;
        else if (name === 'tr') tables.at(-1)?.rows.push([]);
        else if (name === 'td' || name === 'th') tables.at(-1)?.rows.at(-1)?.push([]);
      },
      ontext(written) {
        if (skipping > 0) return;
        text += written;
        const visible = written.trimEnd();
        broken = (broken && visible === '') || written.slice(visible.length).includes('\n');
      },
      onclosetag(name) {
        if (voids.has(name)) return;
        const closed = open.pop();
        if (closed?.skips) {
          skipping--;
          return;
        }
        if (skipping > 0 || !blocks.has(name)) return;
        flush();
        if (name === 'article' || name === 'main') articles--;
        else if (name === 'li' || name === 'dd') items--;
        else if (name === 'pre') code--;
        else if (/^h[1-6]$/.test(name)) heading = 0;
        else if (name === 'table') closeTable();
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.write(html);
  parser.end();
  flush();
  while (tables.length > 0) closeTable();
  return { pieces: out, furniture };
}

function looksLikeFurniture(
  name: string,
  attributes: Readonly<Record<string, string>>,
  inArticle: boolean,
): boolean {
  if (name === 'body' || name === 'html' || name === 'main' || name === 'article') return false;
  if (furnitureTags.has(name)) return true;
  // Within an article a header holds its title; on the page it holds the site's.
  if (name === 'header') return !inArticle;
  if (furnitureRoles.has(attributes.role?.toLowerCase() ?? '')) return true;
  const names = `${attributes.class ?? ''} ${attributes.id ?? ''}`;
  return blocks.has(name) && names.length > 1 && names.length < 400 && furnitureNames.test(names);
}

/** The number of a note in the text, and the arrow back from the note. */
function isNoteMark(attributes: Readonly<Record<string, string>>): boolean {
  return (
    /^doc-(noteref|backlink)$/.test(attributes.role ?? '') ||
    /(?:^|\s)footnote-(?:ref|back|backref)(?:\s|$)/.test(attributes.class ?? '')
  );
}

function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  if ('hidden' in attributes || attributes['aria-hidden'] === 'true') return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all/i.test(attributes.style ?? '');
}
