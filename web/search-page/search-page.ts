/** The search page: what the visitor types and chooses becomes a state, its answer becomes the page. */
import type { SearchAnswer, Suggestion } from './answers.ts';
import { showChosenFilters } from './chosen-filters.ts';
import { byId, element } from './element.ts';
import { FacetGroups } from './facet-groups.ts';
import { showHits } from './hit-list.ts';
import { chooseLanguage, languageForServer, languages } from './language.ts';
import { LatestOnly } from './latest-only.ts';
import { failureNotice, noticesOf, welcome } from './notices.ts';
import type { PageContext } from './page-context.ts';
import { pageCount, showPageNumbers } from './page-numbers.ts';
import { RetryTimer } from './retry-timer.ts';
import { SearchClient, SearchFailure } from './search-client.ts';
import {
  effectiveSort,
  emptyState,
  facets,
  hasFilters,
  isBlank,
  type SearchState,
  sorts,
  withFilter,
} from './search-state.ts';
import { SuggestionList } from './suggestion-list.ts';
import { texts as allTexts } from './texts.ts';
import { VisitedStates } from './visited-states.ts';

/** Milliseconds without a key before a search starts: shorter than a pause in typing, longer than between two keys. */
const pauseInTyping = 180;

const form = byId('search', HTMLFormElement);
const input = byId('q', HTMLInputElement);
const intro = byId('intro', HTMLElement);
const chips = byId('chips', HTMLElement);
const filters = byId('filters', HTMLElement);
const filtersToggle = byId('filters-toggle', HTMLButtonElement);
const results = byId('results', HTMLElement);
const total = byId('total', HTMLElement);
const sortField = byId('sort-field', HTMLElement);
const sort = byId('sort', HTMLSelectElement);
const notices = byId('notices', HTMLElement);
const hits = byId('hits', HTMLOListElement);
const pages = byId('pages', HTMLElement);

const language = chooseLanguage(new URLSearchParams(location.search));
const texts = allTexts[language];
const visited = new VisitedStates();
const context: PageContext = { language, texts, addressOf: (to) => visited.addressOf(to), go };
const client = new SearchClient(language);
const searches = new LatestOnly();
const suggesting = new LatestOnly();
const retries = new RetryTimer();
const facetGroups = new FacetGroups(byId('facets', HTMLElement), total, context);
const suggestions = new SuggestionList(
  { input, listbox: byId('suggestions', HTMLElement), announcement: byId('suggestion-count', HTMLElement) },
  context,
  takeSuggestion,
);

let state = visited.current();
let lastAnswer: SearchAnswer | null = null;
let typing: number | undefined;

speakLanguage();
input.value ||= state.q;
listen();
// On a touch screen a keyboard that nobody asked for would cover the page.
if (matchMedia('(pointer: fine)').matches) input.focus({ preventScroll: true });
if (input.value === state.q) void search();
else typed();

function listen(): void {
  input.addEventListener('input', (event) => {
    if (event instanceof InputEvent && event.isComposing) return;
    clearTimeout(typing);
    typing = window.setTimeout(typed, pauseInTyping);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // On a touch screen the keyboard would go on covering the results.
    if (matchMedia('(pointer: coarse)').matches) input.blur();
    go({ ...state, q: input.value, page: 1 });
  });
  sort.addEventListener('change', () => {
    const chosen = sorts.find((known) => known === sort.value) ?? null;
    go({ ...state, sort: chosen, page: 1 });
  });
  filtersToggle.addEventListener('click', () => {
    const isOpen = filters.classList.toggle('open');
    filtersToggle.setAttribute('aria-expanded', String(isOpen));
  });
  addEventListener('online', () => {
    if (notices.querySelector('[role=alert]')) void search();
  });
  visited.onReturn((returned) => {
    stopTyping();
    state = returned;
    input.value = state.q;
    void search();
  });
}

/** The visitor paused while typing. */
function typed(): void {
  if (input.value === state.q) return;
  state = { ...state, q: input.value, page: 1 };
  visited.type(state);
  void search();
  void suggest();
}

/** The visitor did something deliberately. */
function go(next: SearchState, then?: () => void): void {
  stopTyping();
  state = next;
  visited.choose(state);
  input.value = state.q;
  void search(then);
}

function stopTyping(): void {
  clearTimeout(typing);
  suggesting.cancel();
  suggestions.close();
}

async function suggest(): Promise<void> {
  if (isBlank(state) || retries.isWaiting) {
    stopTyping();
    return;
  }
  const { q } = state;
  try {
    const found = await suggesting.run((signal) => client.suggest(q, signal));
    if (found) suggestions.show(found);
  } catch {
    // Suggestions are a help: without them the results are still there, and say themselves what is wrong.
    suggestions.close();
  }
}

function takeSuggestion({ type, slug, id }: Suggestion): void {
  if (id !== null) {
    const asked = languageForServer(language);
    location.assign(`/documents/${encodeURIComponent(id)}${asked ? `?lang=${asked}` : ''}`);
    return;
  }
  const facet = facets.find((known) => known === type);
  // What was typed was the way to this value, so it makes room for it.
  if (facet && slug !== null) go({ ...withFilter(state, facet, slug, true), q: '' });
}

/** Shows the answer to the state; `then` runs once it is shown. */
async function search(then?: () => void): Promise<void> {
  // Whatever is asked in the meantime is answered when the server may be asked again.
  if (retries.isWaiting) return;
  results.setAttribute('aria-busy', 'true');
  const asked = state;
  try {
    const answer = await searches.run((signal) => client.search(asked, signal));
    if (!answer) return;
    const lastPage = pageCount(answer.total, answer.size);
    if (answer.hits.length === 0 && lastPage > 0 && asked.page > lastPage) {
      state = { ...asked, page: lastPage };
      visited.mend(state);
      await search(then);
      return;
    }
    retries.succeeded();
    showAnswer(answer);
    then?.();
  } catch (error) {
    showFailure(error instanceof SearchFailure ? error : new SearchFailure('broken', { cause: error }));
  }
  results.setAttribute('aria-busy', 'false');
}

function showAnswer(answer: SearchAnswer): void {
  lastAnswer = answer;
  const isWelcome = isBlank(state) && !hasFilters(state) && state.page === 1;
  intro.replaceChildren(...(isWelcome ? welcome(answer, context) : []));
  showFilters(answer);
  showHits(hits, answer, state, context);
  notices.replaceChildren(...noticesOf(answer, state, context));
  showPageNumbers(pages, answer, state, context, startOfResults);
  showSort(answer.total > 1);
  showTotal(answer);
  showTitle();
}

function showFilters({ facets: values, total: found }: SearchAnswer): void {
  showChosenFilters(chips, total, values, state, context);
  facetGroups.show(values, state);
  filters.hidden = found === 0 && !hasFilters(state);
  filtersToggle.textContent = texts.showFilters(facets.flatMap((facet) => state.filters[facet]).length);
}

function showTotal({ total: found, size, page }: SearchAnswer): void {
  const isBrowsing = isBlank(state) && !hasFilters(state);
  const count = isBrowsing ? texts.documents(found) : texts.results(found, state.q.trim());
  const last = pageCount(found, size);
  const text = page > 1 && last > 1 ? `${count}, ${texts.pageOf(page, last)}` : count;
  // Setting the same words again would make a screen reader say them again.
  if (total.textContent !== text) total.textContent = text;
}

function showSort(isUseful: boolean): void {
  sortField.hidden = !isUseful;
  const chosen = effectiveSort(state);
  const possible = sorts.filter((known) => known !== 'relevance' || !isBlank(state));
  sort.replaceChildren(
    ...possible.map((value) => element('option', { value, selected: value === chosen }, texts.sorts[value])),
  );
}

function showTitle(): void {
  document.title = isBlank(state) ? 'Vindplaats' : `${state.q.trim()} – Vindplaats`;
  for (const link of languageLinks()) {
    const query = new URLSearchParams(location.search);
    query.set('lang', link.lang);
    link.href = `/?${query}`;
  }
}

function showFailure(failure: SearchFailure): void {
  const notice = failureNotice(failure, context, () => {
    retries.stop();
    void search();
  });
  intro.replaceChildren();
  hits.replaceChildren();
  pages.hidden = true;
  sortField.hidden = true;
  total.textContent = '';
  showChosenFilters(chips, total, lastAnswer?.facets ?? null, state, context);
  notices.replaceChildren(notice.panel);
  showTitle();
  if (failure.kind === 'busy') {
    retries.after(failure.retryAfterSeconds, notice.wait, () => void search());
  }
}

/** Brings the eye and the screen reader to where the new page begins. */
function startOfResults(): void {
  total.focus({ preventScroll: true });
  results.scrollIntoView();
}

function languageLinks(): readonly HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>('.languages a')].filter(({ lang }) =>
    languages.some((known) => known === lang),
  );
}

/** Gives the words that stand in the page itself their language. */
function speakLanguage(): void {
  document.documentElement.lang = language;
  for (const named of document.querySelectorAll<HTMLElement>('[data-text]')) {
    named.textContent = texts.fixed[named.dataset.text ?? ''] ?? named.textContent;
  }
  for (const named of document.querySelectorAll<HTMLElement>('[data-label]')) {
    const label = texts.fixed[named.dataset.label ?? ''];
    if (label) named.setAttribute('aria-label', label);
  }
  for (const link of languageLinks()) {
    if (link.lang === language) link.setAttribute('aria-current', 'true');
  }
  byId('home', HTMLAnchorElement).href = visited.addressOf(emptyState);
}
