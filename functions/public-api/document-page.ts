/** A document as a page, readable without scripts: what is known of it, its outline, and its text with what matched marked. */
import type { Parts } from '../../search-index/search-index.ts';
import { cleaned } from '../../shared/visible-text.ts';
import type { Labelled } from '../../shared/vocabulary.ts';
import type { HttpResponse } from '../middleware/http-messages.ts';
import { fragmentOf, portionQuery, type ShownDocument } from '../searching/search-routes.ts';
import { documentText, firstMatchId, type OutlinedPassage, outlinePassages } from './document-text.ts';
import { type Html, html } from './html.ts';
import { formatDate } from './page-date.ts';
import { backAddress, type PageRequest, pageLanguage, pageResponse, searchAddress } from './page-frame.ts';
import { type PageTexts, pageTexts } from './page-texts.ts';

/** Entries from which an outline is a help. */
const fewestOutlined = 3;

export function documentPage(document: ShownDocument, request: PageRequest): HttpResponse {
  const texts = pageTexts[pageLanguage(request)];
  const outlined = outlinePassages(document);
  const back = backAddress(request);
  const main = html`
${back && html`<p class="back"><a href="${back}">← ${texts.back}</a></p>`}
<article>
${header(document, request)}
${found(outlined, document, request, texts)}
${portions(document, request, texts)}
<div class="document-columns">
${outline(outlined, document, texts)}
<div class="document-text"${document.language && html` lang="${document.language}"`}>
${documentText(outlined, texts)}
</div>
</div>
${portions(document, request, texts)}
</article>`;
  return pageResponse(200, { title: document.title, description: document.summary, main }, request);
}

function header(document: ShownDocument, request: PageRequest): Html {
  const language = pageLanguage(request);
  const texts = pageTexts[language];
  const { kind, publishedOn, series, organisations, sameAs } = document;
  const summary = summaryOf(document);
  const lang = document.language && html` lang="${document.language}"`;
  const links = (facet: string, names: readonly Labelled[]) =>
    separated(names.map(({ slug, label }) => facetLink(request, facet, slug, label)));
  const facts = [
    fact(
      texts.series,
      series && links('series', [{ ...series, label: texts.seriesNumber(series.label, series.number) }]),
    ),
    fact(texts.themes, links('theme', document.themes)),
    fact(
      texts.organisations,
      links(
        'organisation',
        organisations.filter(({ listed }) => listed),
      ),
    ),
    fact(
      texts.mentions,
      links(
        'organisation',
        organisations.filter(({ listed }) => !listed),
      ),
    ),
    fact(texts.keywords, links('keyword', document.keywords)),
    fact(texts.source, sourceLink(document.sourceUrl)),
    fact(texts.sameAs, separated(sameAs.map(({ title, url }) => html`<a href="${url}">${title}</a>`))),
  ].filter((shown) => shown !== null);
  return html`<header class="document-header">
<p class="meta"><span>${texts.kinds[kind]}</span>${
    publishedOn && html`<time datetime="${publishedOn}">${formatDate(publishedOn, language)}</time>`
  }</p>
<h1${isCut(document) ? html` class="cut"` : null}${lang}>${marked(document.titleParts)}</h1>
${summary && html`<p class="summary"${lang}>${summary}</p>`}
${facts.length > 0 ? html`<dl class="facts">${facts}</dl>` : null}
</header>`;
}

/** A title that is the text's own beginning may end in the middle of a sentence. */
function isCut({ title, titleOrigin }: ShownDocument): boolean {
  return titleOrigin === 'derived' && !/[.?!…]$/.test(title);
}

/** A summary that is the text's own beginning would be read twice. */
function summaryOf({ summary, passages }: ShownDocument): string | null {
  const [first] = passages.flatMap(({ blocks }) => blocks.slice(0, 1));
  const beginning = first?.parts.map(([text]) => text).join('') ?? '';
  const isBeginning =
    summary !== null && beginning.startsWith(summary.replace(/(?:…|\.\.\.)$/, '').trimEnd());
  return isBeginning ? null : summary;
}

function fact(name: string, value: Html | readonly Html[] | null): Html | null {
  if (value === null || (Array.isArray(value) && value.length === 0)) return null;
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}

function facetLink(request: PageRequest, facet: string, slug: string, label: string): Html {
  return html`<a href="${searchAddress(request, new URLSearchParams({ [facet]: slug }))}">${label}</a>`;
}

/** Only addresses of the web are links: another scheme could run something. */
function sourceLink(sourceUrl: string | null): Html | null {
  const url = sourceUrl === null ? null : URL.parse(sourceUrl);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return null;
  return html`<a href="${url.href}" rel="noopener">${url.hostname.replace(/^www\./, '')}</a>`;
}

/** How often the words of the query are in the text, and the way to the first of them. */
function found(
  outlined: readonly OutlinedPassage[],
  { portion }: ShownDocument,
  { query }: PageRequest,
  texts: PageTexts,
): Html | null {
  const q = cleaned(query.get('q') ?? '');
  if (q === '') return null;
  const total = outlined.reduce((sum, { matches }) => sum + matches, 0);
  const isWhole = portion.of === 1;
  if (total === 0) {
    return html`<p class="found">${isWhole ? texts.notFound(q) : texts.notFoundInPortion(q)}</p>`;
  }
  const told = isWhole ? texts.found(total, q) : texts.foundInPortion(total, q);
  return html`<p class="found">${told} <a href="#${firstMatchId}">${texts.firstMatch}</a></p>`;
}

/** Where this portion of the text stands, and the way to those beside it. */
function portions(
  { portion: { number, of } }: ShownDocument,
  { query }: PageRequest,
  texts: PageTexts,
): Html | null {
  if (of === 1) return null;
  const to = (other: number) => `?${portionQuery(query, other)}`;
  return html`<nav class="portions" aria-label="${texts.portions}">
${number > 1 ? html`<a rel="prev" href="${to(number - 1)}">← ${texts.previousPortion}</a>` : null}
<span>${texts.portion(number, of)}</span>
${number < of ? html`<a rel="next" href="${to(number + 1)}">${texts.nextPortion} →</a>` : null}
</nav>`;
}

/** The headings, and the pages and slides without one that hold a match. */
function outline(
  outlined: readonly OutlinedPassage[],
  { portion }: ShownDocument,
  texts: PageTexts,
): Html | null {
  const entries = outlined.filter(({ heading, matches }) => heading !== null || matches > 0);
  if (entries.length < fewestOutlined) return null;
  const items = entries.map(({ passage: { anchor }, heading, depth, matches }) => {
    const place = texts.place(anchor);
    const label = heading === null ? place : anchor.type === 'section' ? heading : `${place}: ${heading}`;
    const count =
      matches > 0
        ? html` <span class="count"><span aria-hidden="true">${matches}</span><span class="visually-hidden">${texts.matches(matches)}</span></span>`
        : null;
    return html`<li class="depth-${depth}"><a href="#${fragmentOf(anchor)}">${label}</a>${count}</li>\n`;
  });
  return html`<nav class="outline" aria-labelledby="outline-title">
<h2 id="outline-title">${portion.of === 1 ? texts.outline : texts.outlineOfPortion}</h2>
<ol>${items}</ol>
</nav>`;
}

function marked(parts: Parts): Html[] {
  return parts.map(([text, matched]) => (matched ? html`<mark>${text}</mark>` : html`${text}`));
}

function separated(items: readonly Html[]): Html[] {
  return items.flatMap((item, index) => (index === 0 ? [item] : [html`, `, item]));
}
