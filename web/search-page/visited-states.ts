/** The page's states in the browser's history, so that "back" undoes what the visitor did. */
import { formatState, parseState, type SearchState } from './search-state.ts';

/** Marks an entry that typing made, which more typing replaces. */
const draft = 'draft';

export class VisitedStates {
  /** A chosen language stays in the address. */
  addressOf(state: SearchState): string {
    const query = formatState(state);
    const lang = new URLSearchParams(location.search).get('lang');
    if (lang) query.set('lang', lang);
    const asked = query.toString();
    return asked ? `/?${asked}` : '/';
  }

  current(): SearchState {
    return parseState(new URLSearchParams(location.search));
  }

  /** While typing: one entry for as long as it goes on, made anew only where the last one was chosen deliberately. */
  type(state: SearchState): void {
    const isDraft = history.state === draft || formatState(this.current()).size === 0;
    if (isDraft) history.replaceState(draft, '', this.addressOf(state));
    else history.pushState(draft, '', this.addressOf(state));
  }

  /** A deliberate step; one that leads nowhere else leaves no entry of its own. */
  choose(state: SearchState): void {
    const address = this.addressOf(state);
    if (address === this.addressOf(this.current())) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
  }

  /** Mends an address that asks for what is not there. */
  mend(state: SearchState): void {
    history.replaceState(history.state, '', this.addressOf(state));
  }

  onReturn(show: (state: SearchState) => void): void {
    addEventListener('popstate', () => show(this.current()));
  }
}
