/** A document's passages as HTML: headings, paragraphs, lists, tables, notes and code, with what matched marked. */
import type { IndexedDocument, MarkedBlock, Parts } from '../../search-index/search-index.ts';
import { repeatsTitle } from '../../shared/displaced-text.ts';
import { fragmentOf } from '../searching/search-routes.ts';
import { type Html, html } from './html.ts';
import type { PageTexts } from './page-texts.ts';

export type DocumentPassage = IndexedDocument['passages'][number];

/** The id of the first marked part, for a link to it. */
export const firstMatchId = 'first-match';

/** A passage with its place in the page's outline. */
export interface OutlinedPassage {
  readonly passage: DocumentPassage;
  /** Null where the page shows no heading. */
  readonly heading: string | null;
  /** 2 for what stands directly under the title; never more than one deeper than the heading above it. */
  readonly depth: number;
  readonly matches: number;
}

/** A first heading that repeats the title is left out: the page shows the title already. */
export function outlinePassages({
  title,
  passages,
}: Pick<IndexedDocument, 'title' | 'passages'>): OutlinedPassage[] {
  const open: number[] = [];
  return passages.map((passage, index) => {
    const matches = passage.blocks.reduce((sum, { parts }) => sum + matchesIn(parts), 0);
    const { heading } = passage.anchor;
    if (heading === null || (index === 0 && repeatsTitle(heading, title))) {
      return { passage, heading: null, depth: Math.min(6, 2 + open.length), matches };
    }
    while ((open.at(-1) ?? 0) >= passage.level) open.pop();
    const depth = Math.min(6, 2 + open.length);
    open.push(passage.level);
    return { passage, heading, depth, matches };
  });
}

function matchesIn(parts: Parts): number {
  return parts.filter(([, matched]) => matched).length;
}

/** All sections in order; the first marked part of them has the id that leads to it. */
export function documentText(outlined: readonly OutlinedPassage[], texts: PageTexts): Html[] {
  const first = outlined.find(({ matches }) => matches > 0);
  return outlined.map(({ passage, heading, depth }) => {
    const { anchor, blocks } = passage;
    const place = anchor.type === 'section' ? null : texts.place(anchor);
    const marker = new Marker(passage === first?.passage);
    return html`<section id="${fragmentOf(anchor)}">
${place !== null && heading !== null ? html`<p class="place-label">${place}</p>` : null}
${headingOf(heading ?? place, depth, heading === null)}
${groupsOf(blocks).map((group) => groupHtml(group, marker, texts))}
</section>
`;
  });
}

function headingOf(text: string | null, depth: number, isPlace: boolean): Html | null {
  if (text === null) return null;
  const content = isPlace ? html`<span class="place-label">${text}</span>` : html`${text}`;
  // Written out, because a template escapes values but cannot check the name of an element.
  if (depth === 2) return html`<h2>${content}</h2>`;
  if (depth === 3) return html`<h3>${content}</h3>`;
  if (depth === 4) return html`<h4>${content}</h4>`;
  if (depth === 5) return html`<h5>${content}</h5>`;
  return html`<h6>${content}</h6>`;
}

/** Blocks of the same type that stand together and read as one: the items of a list, the rows of a table. */
function groupsOf(blocks: readonly MarkedBlock[]): MarkedBlock[][] {
  const groups: MarkedBlock[][] = [];
  for (const block of blocks) {
    const group = groups.at(-1);
    const joins = block.type === 'item' || block.type === 'row' || block.type === 'code';
    if (joins && group?.[0]?.type === block.type) group.push(block);
    else groups.push([block]);
  }
  return groups;
}

function groupHtml(group: readonly MarkedBlock[], marker: Marker, texts: PageTexts): Html | null {
  const [first] = group;
  if (!first) return null;
  switch (first.type) {
    case 'item':
      return html`<ul>${group.map(({ parts }) => html`<li>${marker.mark(parts)}</li>`)}</ul>`;
    case 'row':
      return rowsHtml(group, marker);
    case 'note':
      return html`<aside><span class="place-label">${texts.note}</span><br>${marker.mark(first.parts)}</aside>`;
    case 'code':
      return html`<pre>${group.map(({ parts }, index) => [index > 0 ? '\n' : null, marker.mark(parts)])}</pre>`;
    case 'paragraph':
      return html`<p>${marker.mark(first.parts)}</p>`;
  }
}

/** What readers put between the cells of a row. */
const cellSeparator = ' | ';

/** A table where every row has the same cells; otherwise lines, for then nobody knows which column a cell is of. */
function rowsHtml(group: readonly MarkedBlock[], marker: Marker): Html {
  const rows = group.map(({ parts }) => cellsOf(parts));
  const columns = rows[0]?.length ?? 0;
  if (columns < 2 || rows.some((cells) => cells.length !== columns)) {
    return html`<ul class="rows">${group.map(({ parts }) => html`<li>${marker.mark(parts)}</li>`)}</ul>`;
  }
  const lines = rows.map(
    (cells) => html`<tr>${cells.map((cell) => html`<td>${marker.mark(cell)}</td>`)}</tr>\n`,
  );
  return html`<div class="table"><table>${lines}</table></div>`;
}

/** A row's cells; a separator may stand in the middle of a part. */
export function cellsOf(parts: Parts): Parts[] {
  const cells: [string, boolean][][] = [[]];
  for (const [text, matched] of parts) {
    for (const [index, piece] of text.split(cellSeparator).entries()) {
      if (index > 0) cells.push([]);
      if (piece !== '') cells.at(-1)?.push([piece, matched]);
    }
  }
  return cells;
}

/** Marks what matched; `leads`: its first mark gets the id. */
class Marker {
  #leads: boolean;

  constructor(leads: boolean) {
    this.#leads = leads;
  }

  mark(parts: Parts): Html[] {
    return parts.map(([text, matched]) => {
      if (!matched) return html`${text}`;
      if (!this.#leads) return html`<mark>${text}</mark>`;
      this.#leads = false;
      return html`<mark id="${firstMatchId}">${text}</mark>`;
    });
  }
}
