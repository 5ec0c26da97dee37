/** The facets: a group of checkboxes for each, with how many documents every value would give. */
import type { Facets, FacetValue } from './answers.ts';
import { documentCount } from './document-count.ts';
import { element } from './element.ts';
import { keepFocus } from './keep-focus.ts';
import type { PageContext } from './page-context.ts';
import { type Facet, facets, type SearchState, withFilter } from './search-state.ts';

/** Values of a facet that are shown before "more" is asked for. */
const shownAtFirst = 8;

export class FacetGroups {
  readonly #target: HTMLElement;
  readonly #fallback: HTMLElement;
  readonly #context: PageContext;
  readonly #expanded = new Set<Facet>();
  readonly #closed = new Set<Facet>();

  /** `fallback` gets the focus when the value that had it is no longer there. */
  constructor(target: HTMLElement, fallback: HTMLElement, context: PageContext) {
    this.#target = target;
    this.#fallback = fallback;
    this.#context = context;
  }

  show(values: Facets, state: SearchState): void {
    const groups = facets.filter((facet) => values[facet].length > 0);
    const scrolled = new Map(this.#lists().map(({ dataset, scrollTop }) => [dataset.facet, scrollTop]));
    keepFocus(this.#target, this.#fallback, () => {
      this.#target.replaceChildren(...groups.map((facet) => this.#group(facet, values, state)));
    });
    // A value that was chosen far down a long list stays under the pointer.
    for (const list of this.#lists()) list.scrollTop = scrolled.get(list.dataset.facet) ?? 0;
  }

  #lists(): readonly HTMLElement[] {
    return [...this.#target.querySelectorAll('ul')];
  }

  #group(facet: Facet, values: Facets, state: SearchState): HTMLElement {
    const { texts } = this.#context;
    const ordered = inOrder(facet, values[facet]);
    const isExpanded = this.#expanded.has(facet);
    const shown = ordered.filter((value, index) => isExpanded || index < shownAtFirst || value.selected);
    const summary = element('summary', { 'data-key': facet }, texts.facets[facet]);
    const group = element(
      'details',
      { open: !this.#closed.has(facet) },
      summary,
      element(
        'fieldset',
        {},
        element('legend', { class: 'visually-hidden' }, texts.facets[facet]),
        element('ul', { 'data-facet': facet }, ...shown.map((value) => this.#value(facet, value, state))),
        ordered.length > shownAtFirst
          ? this.#more(facet, ordered.length - shownAtFirst, () => this.show(values, state))
          : null,
      ),
    );
    group.addEventListener('toggle', () => {
      if (group.open) this.#closed.delete(facet);
      else this.#closed.add(facet);
    });
    return group;
  }

  #value(facet: Facet, { slug, label, count, selected }: FacetValue, state: SearchState): HTMLElement {
    const { texts } = this.#context;
    const box = element('input', {
      type: 'checkbox',
      name: facet,
      value: slug,
      checked: selected,
      'data-key': `${facet} ${slug}`,
    });
    box.addEventListener('change', () => this.#context.go(withFilter(state, facet, slug, box.checked)));
    return element(
      'li',
      {},
      element(
        'label',
        {},
        box,
        element('span', { class: 'label' }, facet === 'kind' ? (texts.kinds[slug] ?? label) : label),
        documentCount(count, texts),
      ),
    );
  }

  #more(facet: Facet, hidden: number, render: () => void): HTMLElement {
    const { texts } = this.#context;
    const isExpanded = this.#expanded.has(facet);
    const button = element(
      'button',
      { type: 'button', class: 'quiet', 'aria-expanded': String(isExpanded), 'data-key': `${facet} more` },
      isExpanded ? texts.showLess : texts.showMore(hidden),
    );
    button.addEventListener('click', () => {
      if (isExpanded) this.#expanded.delete(facet);
      else this.#expanded.add(facet);
      render();
    });
    return button;
  }
}

/** Years read best by the calendar; the others by how often they occur, as the server gives them. */
function inOrder(facet: Facet, values: readonly FacetValue[]): readonly FacetValue[] {
  return facet === 'year' ? [...values].sort((a, b) => b.slug.localeCompare(a.slug)) : values;
}
