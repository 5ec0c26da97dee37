import { type Language, languageForServer } from './language.ts';
import { formatState, type SearchState } from './search-state.ts';

/**
 * Where a hit's document opens: marked for the same query, and with what its page needs to lead back to these results.
 * Only an address of a document on this site is followed.
 */
export function documentAddress(url: string, state: SearchState, language: Language): string | null {
  if (!url.startsWith('/documents/')) return null;
  const target = new URL(url, location.origin);
  for (const [name, value] of formatState(state)) target.searchParams.append(name, value);
  const asked = languageForServer(language);
  if (asked) target.searchParams.set('lang', asked);
  return `${target.pathname}${target.search}${target.hash}`;
}
