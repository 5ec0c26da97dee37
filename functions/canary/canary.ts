/**
 * Measures the whole way as staff and visitors know it: puts an internal document, waits until staff's search finds it,
 * asks the site as a visitor does, who must not find it, and takes it away again.
 */
import { randomUUID } from 'node:crypto';
import type { SearchIndex, SearchRequest } from '../../search-index/search-index.ts';
import { canaryKey } from '../../shared/canary-key.ts';
import { UnavailableError } from '../../shared/errors.ts';
import type { Site } from './site.ts';

/** Milliseconds between two searches: often enough to measure by, seldom enough to cost nothing. */
const pauseBetweenSearches = 250;
/** Milliseconds between two questions to the site, as any client waits that is not told how long. */
const pauseBetweenVisits = 5_000;

export interface CanaryDependencies {
  readonly uploads: {
    put(key: string, text: string): Promise<void>;
    remove(key: string): Promise<void>;
  };
  readonly archive: Pick<SearchIndex, 'search'>;
  readonly site: Site;
  /** Another one for each run, so that no run takes an earlier one's document for its own. */
  readonly word: () => string;
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds that finding, a visitor's answer and vanishing may take, each. */
  readonly within: number;
}

/** With its digit it is matched as it is, and with its letter it is no number. */
export const newWord = () => `k1${randomUUID().replaceAll('-', '')}`;

export interface CanaryResult {
  /** Milliseconds from the put until it was found; null when it was not found in time. */
  readonly foundAfter: number | null;
  /** Milliseconds that a visitor waited for all of an answer; null when none came in time. */
  readonly visitorAnsweredIn: number | null;
  /** Whether a visitor finds the canary, which is internal; null when the site did not say. */
  readonly shownToVisitors: boolean | null;
  /** Whether a search stopped finding it after it was removed. */
  readonly gone: boolean;
}

/** Resolves when the canary is gone again, or did not go in time. Throws when the uploads bucket does not take it. */
export async function runCanary(on: CanaryDependencies): Promise<CanaryResult> {
  const word = on.word();
  const began = on.now();
  let foundAfter: number | null;
  let visitorAnsweredIn: number | null;
  let shownToVisitors: boolean | null;
  try {
    await on.uploads.put(canaryKey, `Kanarie\n\nDit document komt en gaat vanzelf: ${word}\n`);
    const isFound = await comesTrue(async () => (await count(word, on)) > 0, on);
    foundAfter = isFound ? on.now() - began : null;
    visitorAnsweredIn = await timeOfAnswer(on);
    shownToVisitors = await isShown(word, on);
  } finally {
    // Also when the put failed, for it may have arrived all the same.
    await on.uploads.remove(canaryKey);
  }
  const gone = await comesTrue(async () => (await count(word, on)) === 0, on);
  return { foundAfter, visitorAnsweredIn, shownToVisitors, gone };
}

/** An answer that is degraded is asked for again: a function that was frozen may be behind once. */
async function timeOfAnswer(on: CanaryDependencies): Promise<number | null> {
  let took = 0;
  const isAnswered = await comesTrue(
    async () => {
      const began = on.now();
      const { degraded } = await on.site.search('');
      took = on.now() - began;
      return !degraded;
    },
    { ...on, pauseBetween: pauseBetweenVisits },
  );
  return isAnswered ? took : null;
}

async function isShown(word: string, { site }: CanaryDependencies): Promise<boolean | null> {
  try {
    return (await site.search(word)).total > 0;
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return null;
  }
}

async function count(word: string, { archive }: CanaryDependencies): Promise<number> {
  return (await archive.search({ ...request, q: word })).total;
}

const request: Omit<SearchRequest, 'q'> = {
  filters: { theme: [], keyword: [], organisation: [], kind: [], year: [], series: [] },
  sort: 'relevance',
  page: 1,
  size: 1,
  prefix: false,
};

interface Waiting extends Pick<CanaryDependencies, 'now' | 'pause' | 'within'> {
  readonly pauseBetween?: number;
}

async function comesTrue(
  holds: () => Promise<boolean>,
  { now, pause, within, pauseBetween = pauseBetweenSearches }: Waiting,
): Promise<boolean> {
  const deadline = now() + within;
  do {
    try {
      if (await holds()) return true;
    } catch (error) {
      // An engine that does not answer now is what the canary is there to notice, not a reason to leave it behind.
      if (!(error instanceof UnavailableError)) throw error;
    }
    await pause(pauseBetween);
  } while (now() < deadline);
  return false;
}
