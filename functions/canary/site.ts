/** The site as a visitor's browser asks it, over HTTP. */
import * as z from 'zod/mini';
import { UnavailableError } from '../../shared/errors.ts';

/** Milliseconds; the function behind the site is ended after ten seconds. */
const within = 12_000;

const SearchAnswer = z.object({ total: z.int(), degraded: z.boolean() });
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export interface Site {
  /** Throws UnavailableError when it does not answer, or not with the result of a search. */
  search(q: string): Promise<SearchAnswer>;
}

/** `origin` is where visitors search: `https://` and a host. */
export function siteAt(origin: string): Site {
  return {
    async search(q) {
      try {
        const address = new URL(`/search?${new URLSearchParams({ q, size: '1' })}`, origin);
        const answer = await fetch(address, {
          headers: { accept: 'application/json' },
          signal: AbortSignal.timeout(within),
        });
        if (answer.status !== 200) throw new Error(`It answered ${answer.status}`);
        return SearchAnswer.parse(await answer.json());
      } catch (cause) {
        throw new UnavailableError('The site', { cause });
      }
    },
  };
}
