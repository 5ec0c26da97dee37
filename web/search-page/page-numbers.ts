/** The way through the pages of results. */
import { type Child, element } from './element.ts';
import { type PageContext, stateLink } from './page-context.ts';
import type { SearchState } from './search-state.ts';

/** Hits that the server pages through at most. */
const deepestHit = 1000;

/** Pages that can be opened; the server refuses those after `deepestHit`. */
export function pageCount(total: number, size: number): number {
  return Math.ceil(Math.min(total, deepestHit) / size);
}

export interface Pages {
  readonly total: number;
  readonly size: number;
  readonly page: number;
}

/** `then` runs when another page is shown. */
export function showPageNumbers(
  target: HTMLElement,
  { total, size, page }: Pages,
  state: SearchState,
  context: PageContext,
  then: () => void,
): void {
  const { texts } = context;
  const pages = pageCount(total, size);
  target.hidden = pages < 2;
  if (target.hidden) {
    target.replaceChildren();
    return;
  }
  const link = (to: number, attributes: Record<string, string>, ...children: Child[]) =>
    stateLink(context, { ...state, page: to }, { attributes, then }, ...children);
  const numbers = shownNumbers(page, pages).map((number) =>
    number === null
      ? element('li', { class: 'gap', 'aria-hidden': 'true' }, '…')
      : element(
          'li',
          {},
          link(
            number,
            { 'aria-label': texts.page(number), ...(number === page && { 'aria-current': 'page' }) },
            String(number),
          ),
        ),
  );
  target.replaceChildren(
    element(
      'ul',
      {},
      page > 1 ? element('li', {}, link(page - 1, { rel: 'prev' }, `← ${texts.previous}`)) : null,
      ...numbers,
      page < pages ? element('li', {}, link(page + 1, { rel: 'next' }, `${texts.next} →`)) : null,
    ),
    ...(page === pages && total > deepestHit ? [element('p', {}, texts.pagesEnd)] : []),
  );
}

/** The first, the last and the current page with its neighbours; null where numbers are left out. */
export function shownNumbers(page: number, pages: number): readonly (number | null)[] {
  const near = [1, page - 1, page, page + 1, pages].filter((number) => number >= 1 && number <= pages);
  const numbers = [...new Set(near)].sort((a, b) => a - b);
  return numbers.flatMap((number, index) => {
    const skipped = number - (numbers[index - 1] ?? 0) - 1;
    // A gap of one number takes as much room as the number itself.
    if (skipped === 1) return [number - 1, number];
    return skipped > 1 ? [null, number] : [number];
  });
}
