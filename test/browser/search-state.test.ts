import { expect, test } from 'vitest';
import { formatDate } from '../../web/search-page/dates.ts';
import { shownNumbers } from '../../web/search-page/page-numbers.ts';
import {
  effectiveSort,
  emptyState,
  formatState,
  parseState,
  withFilter,
} from '../../web/search-page/search-state.ts';

test('a state and its address say the same', () => {
  const address = 'q=%22samen+wonen%22+-zorg&theme=a&theme=b&year=2021&sort=oldest&page=3';
  expect(formatState(parseState(new URLSearchParams(address))).toString()).toBe(address);
  expect(formatState(emptyState).toString()).toBe('');
});

test('an address that makes no sense still shows a page', () => {
  for (const address of ['page=0', 'page=-1', 'page=x', 'page=1.5', 'sort=best', 'theme=', 'other=1']) {
    expect(parseState(new URLSearchParams(address))).toEqual(emptyState);
  }
});

test('a filter leads back to the first page, and is chosen once', () => {
  const state = { ...emptyState, page: 4 };
  const chosen = withFilter(withFilter(state, 'theme', 'a', true), 'theme', 'a', true);
  expect(chosen).toMatchObject({ page: 1, filters: { theme: ['a'] } });
  expect(withFilter(chosen, 'theme', 'a', false).filters.theme).toEqual([]);
});

test('without a query the newest come first, unless the oldest were asked for', () => {
  expect(effectiveSort(emptyState)).toBe('newest');
  expect(effectiveSort({ ...emptyState, sort: 'relevance' })).toBe('newest');
  expect(effectiveSort({ ...emptyState, sort: 'oldest' })).toBe('oldest');
  expect(effectiveSort({ ...emptyState, q: 'zorg' })).toBe('relevance');
});

test('page numbers leave out only what takes more room than a gap', () => {
  expect(shownNumbers(1, 3)).toEqual([1, 2, 3]);
  expect(shownNumbers(1, 9)).toEqual([1, 2, null, 9]);
  expect(shownNumbers(4, 9)).toEqual([1, 2, 3, 4, 5, null, 9]);
  expect(shownNumbers(5, 9)).toEqual([1, null, 4, 5, 6, null, 9]);
  expect(shownNumbers(9, 9)).toEqual([1, null, 8, 9]);
});

test('dates are written as people write them, in any time zone', () => {
  expect(formatDate('2021-04-15', 'nl')).toBe('15 april 2021');
  expect(formatDate('2021-04', 'nl')).toBe('april 2021');
  expect(formatDate('2021-04-15', 'en')).toBe('15 April 2021');
  expect(formatDate('voorjaar', 'nl')).toBe('voorjaar');
});
