/** Measures the whole way as staff know it: puts a document, waits until a search finds it, and takes it away again. */
import { randomUUID } from 'node:crypto';
import type { SearchIndex, SearchRequest } from '../../search-index/search-index.ts';
import { canaryKey } from '../../shared/canary-key.ts';
import { UnavailableError } from '../../shared/errors.ts';

/** Milliseconds between two searches: often enough to measure by, seldom enough to cost nothing. */
const pauseBetween = 250;

export interface CanaryDependencies {
  readonly uploads: {
    put(key: string, text: string): Promise<void>;
    remove(key: string): Promise<void>;
  };
  readonly archive: Pick<SearchIndex, 'search'>;
  /** Another one for each run, so that no run takes an earlier one's document for its own. */
  readonly word: () => string;
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds that finding and vanishing may take, each. */
  readonly within: number;
}

/** With its digit it is matched as it is, and with its letter it is no number. */
export const newWord = () => `k1${randomUUID().replaceAll('-', '')}`;

export interface CanaryResult {
  /** Milliseconds from the put until it was found; null when it was not found in time. */
  readonly foundAfter: number | null;
  /** Whether a search stopped finding it after it was removed. */
  readonly gone: boolean;
}

/** Resolves when the canary is gone again, or did not go in time. Throws when the uploads bucket does not take it. */
export async function runCanary(on: CanaryDependencies): Promise<CanaryResult> {
  const word = on.word();
  const began = on.now();
  let found: boolean;
  try {
    await on.uploads.put(canaryKey, `Kanarie\n\nDit document komt en gaat vanzelf: ${word}\n`);
    found = await comesTrue(async () => (await count(word, on)) > 0, on);
  } finally {
    // Also when the put failed, for it may have arrived all the same.
    await on.uploads.remove(canaryKey);
  }
  const foundAfter = found ? on.now() - began : null;
  return { foundAfter, gone: await comesTrue(async () => (await count(word, on)) === 0, on) };
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

async function comesTrue(holds: () => Promise<boolean>, on: CanaryDependencies): Promise<boolean> {
  const deadline = on.now() + on.within;
  do {
    try {
      if (await holds()) return true;
    } catch (error) {
      // An engine that does not answer now is what the canary is there to notice, not a reason to leave it behind.
      if (!(error instanceof UnavailableError)) throw error;
    }
    await on.pause(pauseBetween);
  } while (on.now() < deadline);
  return false;
}
