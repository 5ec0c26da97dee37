/** The found documents, each with the passages that answer the query. */
import type { Hit, Labelled, PassageHit, SearchAnswer } from './answers.ts';
import { formatDate } from './dates.ts';
import { documentAddress } from './document-address.ts';
import { type Child, element, marked } from './element.ts';
import { type PageContext, stateLink } from './page-context.ts';
import { type Facet, isBlank, type SearchState, withFilter } from './search-state.ts';

/** Names in one line of a hit; the document's page shows all. */
const mostNames = 4;

/** Shows the hits, numbered on from the pages before. */
export function showHits(
  target: HTMLOListElement,
  { hits, page, size }: SearchAnswer,
  state: SearchState,
  context: PageContext,
): void {
  target.start = (page - 1) * size + 1;
  target.replaceChildren(...hits.map((hit) => element('li', {}, hitOf(hit, state, context))));
}

function hitOf(hit: Hit, state: SearchState, context: PageContext): HTMLElement {
  const { texts, language } = context;
  const title = element(
    'a',
    {
      href: documentAddress(hit.url, state, language),
      class: hit.isCut ? 'cut' : null,
    },
    ...marked(hit.titleParts),
  );
  return element(
    'article',
    { class: 'hit' },
    element('h3', {}, title),
    metaOf(hit, context),
    isBlank(state) ? beginningOf(hit) : passagesOf(hit, state, context),
    hit.missing.length > 0
      ? element(
          'p',
          { class: 'missing' },
          `${texts.without} `,
          ...separated(hit.missing.map((word) => element('s', {}, word))),
        )
      : null,
    namesOf(hit, state, context),
  );
}

function metaOf({ kind, publishedOn, series }: Hit, { texts, language }: PageContext): HTMLElement {
  return element(
    'p',
    { class: 'meta' },
    element('span', {}, texts.kinds[kind] ?? kind),
    publishedOn && element('time', { datetime: publishedOn }, formatDate(publishedOn, language)),
    series && element('span', {}, texts.seriesNumber(series.label, series.number)),
  );
}

/** Nothing was asked, so nothing matched: how the document begins says what it is. */
function beginningOf({ summary, passages: [first] }: Hit): HTMLElement | null {
  const text = summary ?? first?.parts.map(([part]) => part).join('') ?? '';
  return text === '' ? null : element('p', { class: 'summary' }, text);
}

function passagesOf({ passages }: Hit, state: SearchState, context: PageContext): HTMLElement | null {
  if (passages.length === 0) return null;
  return element(
    'ul',
    { class: 'passages' },
    ...passages.map((passage) => passageOf(passage, state, context)),
  );
}

function passageOf(passage: PassageHit, state: SearchState, { texts, language }: PageContext): HTMLElement {
  const place = texts.anchor(passage.type, passage.number);
  const isPaged = passage.type !== 'section';
  const label = passage.heading === null ? place : isPaged ? `${place}: ${passage.heading}` : passage.heading;
  return element(
    'li',
    {},
    element('a', { class: 'place', href: documentAddress(passage.url, state, language) }, label),
    element('p', { class: 'snippet' }, ...marked(passage.parts)),
  );
}

function namesOf(hit: Hit, state: SearchState, context: PageContext): HTMLElement | null {
  const { texts } = context;
  const listed = hit.organisations.filter((organisation) => organisation.listed);
  const mentioned = hit.organisations.filter((organisation) => !organisation.listed);
  const organisations = listed.length > 0 ? listed : mentioned;
  const lines = [
    nameLine(listed.length > 0 ? texts.organisations : texts.mentions, 'organisation', organisations),
    nameLine(texts.theme, 'theme', hit.themes),
  ].filter((line) => line !== null);
  return lines.length > 0 ? element('dl', { class: 'names' }, ...lines) : null;

  function nameLine(label: string, facet: Facet, names: readonly Labelled[]): HTMLElement | null {
    if (names.length === 0) return null;
    const links = names
      .slice(0, mostNames)
      .map((name) => stateLink(context, withFilter(state, facet, name.slug, true), {}, name.label));
    const others = names.length - links.length;
    return element(
      'div',
      {},
      element('dt', {}, label),
      element('dd', {}, ...separated(links), others > 0 ? ` ${texts.others(others)}` : null),
    );
  }
}

function separated(children: readonly Node[]): Child[] {
  return children.flatMap((child, index) => (index === 0 ? [child] : [', ', child]));
}
