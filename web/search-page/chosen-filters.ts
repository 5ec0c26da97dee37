/** The chosen filters above the results, each to be taken away again. */
import type { Facets } from './answers.ts';
import { element } from './element.ts';
import { keepFocus } from './keep-focus.ts';
import type { PageContext } from './page-context.ts';
import { type Facet, facets, hasFilters, noFilters, type SearchState, withFilter } from './search-state.ts';

/** `fallback` gets the focus once the filter that had it is gone; `values` is null when no answer gave the labels. */
export function showChosenFilters(
  target: HTMLElement,
  fallback: HTMLElement,
  values: Facets | null,
  state: SearchState,
  context: PageContext,
): void {
  keepFocus(target, fallback, () => {
    if (hasFilters(state)) target.replaceChildren(chips(values, state, context));
    else target.replaceChildren();
  });
}

function chips(values: Facets | null, state: SearchState, context: PageContext): HTMLElement {
  const { texts } = context;
  const chosen = facets.flatMap((facet) => state.filters[facet].map((slug) => ({ facet, slug })));
  const clear = element(
    'button',
    { type: 'button', class: 'quiet', 'data-key': 'clear' },
    texts.clearFilters,
  );
  clear.addEventListener('click', () => context.go({ ...state, filters: noFilters, page: 1 }));
  return element(
    'ul',
    { 'aria-label': texts.chosenFilters },
    ...chosen.map(({ facet, slug }) => element('li', {}, chip(facet, slug))),
    element('li', {}, clear),
  );

  function chip(facet: Facet, slug: string): HTMLElement {
    const label = labelOf(facet, slug);
    const button = element(
      'button',
      {
        type: 'button',
        class: 'chip',
        'data-key': `${facet} ${slug}`,
        'aria-label': texts.removeFilter(texts.facets[facet], label),
      },
      element('span', { class: 'chip-facet' }, `${texts.facets[facet]}: `),
      label,
      element('span', { class: 'chip-cross', 'aria-hidden': 'true' }, '×'),
    );
    button.addEventListener('click', () => context.go(withFilter(state, facet, slug, false)));
    return button;
  }

  function labelOf(facet: Facet, slug: string): string {
    const known = values?.[facet].find((value) => value.slug === slug)?.label ?? slug;
    return facet === 'kind' ? (texts.kinds[slug] ?? known) : known;
  }
}
