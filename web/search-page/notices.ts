/** What the page says besides hits: a welcome, a better spelling, why there is nothing, and what failed. */
import type { SearchAnswer } from './answers.ts';
import { documentCount } from './document-count.ts';
import { type Child, element } from './element.ts';
import { type PageContext, stateLink } from './page-context.ts';
import type { SearchFailure } from './search-client.ts';
import { emptyState, hasFilters, isBlank, noFilters, type SearchState, withFilter } from './search-state.ts';

/** Themes that the welcome names. */
const mostThemes = 8;

/** The welcome, for a visitor who has not asked anything yet. */
export function welcome(answer: SearchAnswer, context: PageContext): HTMLElement[] {
  const { texts } = context;
  if (answer.total === 0) return [];
  const themes = answer.facets.theme.slice(0, mostThemes);
  const intro = element('p', { class: 'lead' }, texts.intro(answer.total));
  if (themes.length === 0) return [intro];
  const tiles = themes.map(({ slug, label, count }) =>
    element(
      'li',
      {},
      stateLink(
        context,
        withFilter(emptyState, 'theme', slug, true),
        {},
        element('span', {}, label),
        ' ',
        documentCount(count, texts),
      ),
    ),
  );
  return [
    intro,
    element(
      'section',
      { class: 'theme-start' },
      element('h2', {}, texts.themesTitle),
      element('ul', { class: 'themes' }, ...tiles),
    ),
  ];
}

/** What an answer says about itself. */
export function noticesOf(answer: SearchAnswer, state: SearchState, context: PageContext): HTMLElement[] {
  const { texts } = context;
  const { didYouMean } = answer;
  const better =
    didYouMean === null
      ? null
      : element(
          'p',
          { class: 'did-you-mean' },
          `${texts.didYouMean} `,
          stateLink(context, { ...state, q: didYouMean, page: 1 }, {}, didYouMean),
          '?',
        );
  const notices = [
    better,
    answer.relaxed && answer.total > 0 ? element('p', { class: 'notice' }, texts.relaxed) : null,
    answer.degraded ? element('p', { class: 'notice' }, texts.degraded) : null,
    answer.total === 0 ? nothingFound(state, context) : null,
  ];
  return notices.filter((notice) => notice !== null);
}

function nothingFound(state: SearchState, context: PageContext): HTMLElement {
  const { texts } = context;
  if (isBlank(state) && !hasFilters(state)) {
    return panel(texts.emptyTitle, {}, element('p', {}, texts.emptyText));
  }
  const ways = [
    hasFilters(state) && !isBlank(state)
      ? stateLink(context, { ...state, filters: noFilters, page: 1 }, {}, texts.withoutFilters)
      : null,
    /["“”]/.test(state.q)
      ? stateLink(
          context,
          { ...state, q: state.q.replace(/["“”]/g, ' ').trim(), page: 1 },
          {},
          texts.withoutQuotes,
        )
      : null,
    stateLink(context, emptyState, {}, texts.showAll),
  ].filter((way) => way !== null);
  const tips = isBlank(state) ? [] : texts.tips.map((tip) => element('li', {}, tip));
  return panel(
    isBlank(state) ? texts.nothingThere : texts.nothingFound(state.q.trim()),
    {},
    tips.length > 0 ? element('ul', { class: 'tips' }, ...tips) : null,
    element('ul', { class: 'ways' }, ...ways.map((way) => element('li', {}, way))),
  );
}

export interface FailureNotice {
  readonly panel: HTMLElement;
  /** Says how long it takes until the next attempt; null or 0 opens the button. */
  wait(seconds: number | null): void;
}

/** What went wrong and what to do; `retry` is offered unless only another question helps. */
export function failureNotice(
  failure: SearchFailure,
  context: PageContext,
  retry: () => void,
): FailureNotice {
  const { texts } = context;
  const { title, text } = sentencesOf(failure, context);
  const button = element('button', { type: 'button', class: 'primary' }, texts.retry);
  button.addEventListener('click', retry);
  // Hidden from screen readers, which would otherwise read out every second.
  const countdown = element('p', { class: 'countdown', 'aria-hidden': 'true' });
  const way =
    failure.kind === 'refused'
      ? element('p', {}, stateLink(context, emptyState, {}, texts.startOver))
      : button;
  return {
    panel: panel(title, { role: 'alert' }, element('p', {}, text), countdown, way),
    wait: (seconds) => {
      button.disabled = Boolean(seconds);
      countdown.textContent = seconds ? texts.retryIn(seconds) : '';
    },
  };
}

function sentencesOf(
  { kind, detail }: SearchFailure,
  { texts }: PageContext,
): { title: string; text: string } {
  if (kind === 'refused') return { title: texts.refusedTitle, text: detail ?? texts.refusedText };
  if (kind === 'busy') return { title: texts.busyTitle, text: detail ?? texts.busyText };
  if (kind === 'broken') return { title: texts.brokenTitle, text: detail ?? texts.brokenText };
  return navigator.onLine
    ? { title: texts.unreachableTitle, text: texts.unreachableText }
    : { title: texts.offlineTitle, text: texts.offlineText };
}

function panel(
  title: string,
  attributes: Record<string, string>,
  ...children: readonly Child[]
): HTMLElement {
  return element('div', { class: 'panel', ...attributes }, element('h3', {}, title), ...children);
}
