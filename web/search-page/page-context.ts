/** What every part of the page needs to show links and words. */
import { type Attributes, type Child, element } from './element.ts';
import type { Language } from './language.ts';
import type { SearchState } from './search-state.ts';
import type { Texts } from './texts.ts';

export interface PageContext {
  readonly language: Language;
  readonly texts: Texts;
  /** The page's own address for a state. */
  addressOf(state: SearchState): string;
  /** Shows a state that the visitor chose, as a step that "back" undoes; `then` when its answer is shown. */
  go(state: SearchState, then?: () => void): void;
}

export interface StateLinkOptions {
  readonly attributes?: Attributes;
  /** Runs when the answer is shown, such as to move the focus. */
  readonly then?: () => void;
}

/** A link to another state of the page: a real address, for a new tab or a bookmark, that a plain click shows in place. */
export function stateLink(
  context: PageContext,
  state: SearchState,
  { attributes = {}, then }: StateLinkOptions,
  ...children: readonly Child[]
): HTMLAnchorElement {
  const link = element('a', { ...attributes, href: context.addressOf(state) }, ...children);
  link.addEventListener('click', (event) => {
    const opensElsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (event.button !== 0 || opensElsewhere) return;
    event.preventDefault();
    context.go(state, then);
  });
  return link;
}
