import { longestStartMs } from '../../isolation/process-pool.ts';
import type { TimeLimits } from '../../isolation/watched-process.ts';

export interface ReadingLimits extends TimeLimits {
  /** Resident memory of the process. */
  readonly memoryBytes: number;
}

/** What reading one file may take. The time-outs of the function and of its queue follow from it. */
export const readingLimits: ReadingLimits = {
  /** Of processor time, the readers' own start included: enough for a file of 50 MB on half a processor. */
  processorMs: 30_000,
  /** By the clock, also on a machine that is busy with much else. */
  clockMs: 120_000,
  memoryBytes: 512 * 1024 * 1024,
};

/**
 * Milliseconds in which one upload is dealt with at worst, the function's time-out: until its reader is ready and has
 * read, twice where the first reader was not fresh, and 20 s for fetching and keeping. 5 minutes.
 */
export const longestIngestMs = 2 * (longestStartMs + readingLimits.clockMs) + 20_000;
