/**
 * Fills a new generation of both collections from the catalogue while the old one is served, checks it, and serves it
 * instead. It works for a while and leaves the rest to its next call: every step is kept in the job's item, so that it
 * is taken up wherever it was left or killed.
 */
import type { IndexChange } from '../../search-index/search-index.ts';
import { cursorAfter } from '../../shared/catalogue/catalogue.ts';
import {
  holdFrom,
  isHeld,
  isUnderWay,
  type Jobs,
  type RebuildJob,
  withSigns,
} from '../../shared/catalogue/jobs.ts';
import { examplesAtMost } from '../../shared/catalogue/reconcile-report.ts';
import { NotFoundError, RevisionConflictError, TooSlowError, UnavailableError } from '../../shared/errors.ts';
import { type CollectionName, collections } from '../../shared/visibility.ts';
import { type IndexDependencies, indexDocument, removalFrom } from '../index-documents/index-document.ts';
import {
  asideEntries,
  type HeldByCollection,
  IndexComparison,
  type IndexDrift,
  servedEntries,
} from '../reconcile-index/compare-index.ts';
import { compareWithServed, searchSample } from './check-aside.ts';
import { fillAsideById, fillSome, rowsAtOnce } from './fill-aside.ts';
import { stopReasons } from './stop-reasons.ts';

/** The most that the new generation may lack of the served one, unless it may shrink. */
const mayLose = 0.01;

/** Of the documents that are searched by words of their own. */
const mustBeFound = 0.9;

/** Repairs after which a generation that still differs is not going to be right. */
const roundsAtMost = 5;

/** Failures in a row, other than of an engine that does not answer, after which the rebuild gives up. */
const faultsAtMost = 10;

/** Milliseconds until the next try after a failure. */
const pauseAfterFailure = 5_000;

/** Milliseconds until what was put right after the promotion is looked at again. */
const settlePause = 2_000;

export interface RebuildDependencies extends IndexDependencies {
  readonly jobs: Jobs;
  /** Milliseconds after which no run of index-documents that began earlier is under way. */
  readonly indexingTimeout: number;
  /** Milliseconds between two signs of life. */
  readonly signEvery?: number;
}

/** What the step changed of the job. */
type Step = (job: RebuildJob, on: RebuildDependencies) => Promise<Partial<RebuildJob>>;

/** To be called often; works as long as `hasTime`. Returns the job as it then is, or undefined when there is none to do. */
export async function rebuildIndex(
  on: RebuildDependencies,
  hasTime: () => boolean,
): Promise<RebuildJob | undefined> {
  const read = await on.jobs.rebuild();
  if (!read || !isUnderWay(read) || isHeld(read, on.now())) return undefined;
  try {
    return await goOn(read, on, hasTime);
  } catch (error) {
    // It was begun anew, or another took it up.
    if (error instanceof RevisionConflictError) return undefined;
    throw error;
  }
}

async function goOn(read: RebuildJob, on: RebuildDependencies, hasTime: () => boolean): Promise<RebuildJob> {
  let job = read;
  const write = async (change: Partial<RebuildJob>) => {
    job = await on.jobs.writeRebuild({ ...job, ...change }, job);
  };
  const alive = () => write({ heldUntil: holdFrom(on.now()) });
  try {
    await alive();
    while (isUnderWay(job) && hasTime() && !isSettling(job, on.now())) {
      const change = await withSigns(steps[job.phase](job, on), alive, on.signEvery);
      await write({ heldUntil: holdFrom(on.now()), faults: 0, fault: null, ...change });
    }
    await write({ heldUntil: null });
    return job;
  } catch (error) {
    if (error instanceof RevisionConflictError) throw error;
    await write(afterFault(job, error, on.now()));
    if (error instanceof NotFoundError || error instanceof UnavailableError) return job;
    throw error;
  }
}

const steps: Readonly<Record<RebuildJob['phase'], Step>> = {
  requested: begin,
  filling: fill,
  checking: check,
  promoting: promote,
  settling: settle,
  promoted: async () => ({}),
  stopped: async () => ({}),
};

async function begin(_job: RebuildJob, { index, catalogue, now }: RebuildDependencies) {
  const generations: Record<CollectionName, string> = { public: '', archive: '' };
  for (const collection of collections) {
    await index[collection].beginAside();
    generations[collection] = (await index[collection].aside.health()).generation ?? '';
  }
  return {
    phase: 'filling' as const,
    startedAt: now().toISOString(),
    cursor: null,
    progress: { done: 0, total: await catalogue.countDocuments() },
    skipped: { count: 0, examples: [] },
    generations,
    promoted: [],
    rounds: 0,
    check: null,
  };
}

async function fill(job: RebuildJob, on: RebuildDependencies): Promise<Partial<RebuildJob>> {
  if (await isAsideLost(job, on)) return { phase: 'requested' };
  const { rows, next } = await on.catalogue.page({ after: job.cursor, limit: rowsAtOnce });
  const { count, skipped } = await fillSome(rows, on);
  const filled = rows.slice(0, count);
  const done = job.progress.done + filled.filter(({ document }) => document !== null).length;
  const last = filled.length < rows.length ? filled.at(-1) : undefined;
  const cursor = last ? cursorAfter(last) : next;
  return {
    cursor,
    progress: { done, total: Math.max(done, job.progress.total) },
    skipped: {
      count: job.skipped.count + skipped.length,
      examples: [...job.skipped.examples, ...skipped].slice(0, examplesAtMost),
    },
    ...(cursor === null && { phase: 'checking' as const }),
  };
}

async function check(job: RebuildJob, on: RebuildDependencies): Promise<Partial<RebuildJob>> {
  if (await isAsideLost(job, on)) return { phase: 'requested' };
  const drift = await compare(asideEntries(on.index), on);
  const skipped = await fillAsideById(
    drift.map(({ id }) => id),
    on,
  );
  if (skipped.length < drift.length) {
    return job.rounds < roundsAtMost ? { rounds: job.rounds + 1 } : stopped('differs', on);
  }
  const since = job.startedAt ?? job.requestedAt;
  const checks = {
    public: await compareWithServed('public', since, on),
    archive: await compareWithServed('archive', since, on),
  };
  const result = { collections: checks, sample: await searchSample(on) };
  const shrinks = Object.values(checks).some(({ served, lost }) => lost > served * mayLose);
  if (shrinks && !job.allowShrink) return { ...stopped('would-shrink', on), check: result };
  if (result.sample.found < result.sample.asked * mustBeFound)
    return { ...stopped('not-found', on), check: result };
  return { phase: 'promoting', check: result, rounds: 0 };
}

async function promote(job: RebuildJob, on: RebuildDependencies): Promise<Partial<RebuildJob>> {
  const { index, now, indexingTimeout } = on;
  const collection = collections.find((one) => !job.promoted.includes(one));
  if (!collection) {
    const settlesAt = new Date(now().getTime() + indexingTimeout).toISOString();
    return { phase: 'settling', settlesAt, rounds: 0 };
  }
  const promoted = [...job.promoted, collection];
  const isServed = (await index[collection].health()).generation === job.generations?.[collection];
  // A kill between the promotion and this being kept is made good here.
  if (isServed && job.generations?.[collection]) return { promoted };
  if (await isAsideLost(job, on, [collection])) return { phase: 'requested' };
  await leaveOutRemoved(collection, on);
  await index[collection].promote();
  return { promoted };
}

/** What left the collection that is served, by a worker that got no further, must not come back with this one. */
async function leaveOutRemoved(
  collection: CollectionName,
  { catalogue, index }: RebuildDependencies,
): Promise<void> {
  const removals: IndexChange[] = [];
  for await (const row of catalogue.pending()) {
    const removal = removalFrom(collection, row);
    if (removal) removals.push(removal);
  }
  if (removals.length > 0) await index[collection].aside.apply(removals);
}

/** What index-documents began before the promotion may have gone to the old generation only: looked for, and put right. */
async function settle(job: RebuildJob, on: RebuildDependencies): Promise<Partial<RebuildJob>> {
  let mended = 0;
  for (const { id } of await compare(servedEntries(on.index), on)) {
    try {
      await indexDocument(id, on);
      mended++;
    } catch (error) {
      // One document that cannot be indexed keeps no other from it; the next reconciliation has it read again.
      if (error instanceof UnavailableError) throw error;
    }
  }
  if (mended === 0 || job.rounds >= roundsAtMost) {
    return { phase: 'promoted', finishedAt: on.now().toISOString() };
  }
  return { rounds: job.rounds + 1, settlesAt: new Date(on.now().getTime() + settlePause).toISOString() };
}

async function compare(
  held: HeldByCollection,
  { catalogue }: RebuildDependencies,
): Promise<readonly IndexDrift[]> {
  const comparison = await IndexComparison.begin(held);
  for await (const row of catalogue.all()) comparison.see(row);
  return comparison.drift(catalogue);
}

/** The engine lost its data, or someone began another generation. */
async function isAsideLost(
  { generations }: RebuildJob,
  { index }: RebuildDependencies,
  among: readonly CollectionName[] = collections,
): Promise<boolean> {
  for (const collection of among) {
    const { searchable, generation = '', reason } = await index[collection].aside.health();
    if (!searchable) throw new UnavailableError('The search index', { cause: new Error(reason) });
    if (generation !== generations?.[collection]) return true;
  }
  return false;
}

function isSettling({ phase, settlesAt }: RebuildJob, now: Date): boolean {
  return phase === 'settling' && settlesAt !== null && Date.parse(settlesAt) > now.getTime();
}

function stopped(reason: keyof typeof stopReasons, { now }: RebuildDependencies) {
  return {
    phase: 'stopped' as const,
    finishedAt: now().toISOString(),
    stopped: { reason, message: stopReasons[reason] },
  };
}

/**
 * An engine that is away is waited for, and so is one that is being set up, which takes a large index its time; a
 * generation aside that is not there is begun anew; all else ends some time, also a page that never gets done.
 */
function afterFault(job: RebuildJob, error: unknown, now: Date): Partial<RebuildJob> {
  const heldUntil = holdFrom(now, pauseAfterFailure);
  const isFilling = job.phase === 'filling' || job.phase === 'checking';
  const isTooSlow = error instanceof TooSlowError && isFilling;
  if (error instanceof UnavailableError && !isTooSlow) return { heldUntil, fault: 'engine-away' };
  const fault = isTooSlow ? 'engine-too-slow' : error instanceof Error ? error.name : 'Error';
  const faults = job.faults + 1;
  if (faults >= faultsAtMost) {
    const message = stopReasons['keeps-failing'];
    const at = now.toISOString();
    return {
      heldUntil: null,
      faults,
      fault,
      phase: 'stopped',
      finishedAt: at,
      stopped: { reason: 'keeps-failing', message },
    };
  }
  const isGone = error instanceof NotFoundError;
  return { heldUntil, faults, fault, ...(isGone && { phase: 'requested' as const }) };
}
