import { element } from './element.ts';
import type { Texts } from './texts.ts';

/** How many documents a value has: a number to the eye, a phrase to a screen reader. */
export function documentCount(count: number, texts: Texts): HTMLElement {
  return element(
    'span',
    { class: 'count' },
    element('span', { 'aria-hidden': 'true' }, String(count)),
    element('span', { class: 'visually-hidden' }, texts.documentCount(count)),
  );
}
