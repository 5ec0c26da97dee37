/** Reconciles every so often, when someone asks and when an index was lost, one at a time, and keeps what it found. */
import { isDeepStrictEqual } from 'node:util';
import { holdFrom, isHeld, type Jobs, type ReconcileJob, withSigns } from '../../shared/catalogue/jobs.ts';
import type { ReconcileReport } from '../../shared/catalogue/reconcile-report.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import { type CompareDependencies, compareAll } from './compare.ts';
import { markFilled } from './mark-filled.ts';
import { areExpected, servedGenerations } from './served-generations.ts';

/** Milliseconds between the beginnings of two that nobody asked for. */
const interval = 60 * 60 * 1000;

/** Milliseconds until the next when the engine did not answer, or uploads are left to be read again. */
const pauseWhileUnfinished = 60_000;

/** Milliseconds between two while an index is being filled again: a message that was lost is sent again by the next. */
const intervalWhileRefilling = 10 * 60_000;

/** Milliseconds until the next try after one that failed. */
const pauseAfterFailure = 30_000;

export interface ReconcileDependencies extends CompareDependencies {
  readonly jobs: Jobs;
  /** Milliseconds between two signs of life. */
  readonly signEvery?: number;
}

/** To be called often; returns the report when one was due and has been made. */
export async function reconcileIndex(on: ReconcileDependencies): Promise<ReconcileReport | undefined> {
  const read = await on.jobs.reconcile();
  const began = on.now();
  if (read && isHeld(read, began)) return undefined;
  try {
    const requestedAt = await on.jobs.reconcileRequestedAt();
    if (read && !isDue(read, requestedAt, began)) {
      const generations = await servedGenerations(read.generations, on.index);
      if (isDeepStrictEqual(generations, read.generations)) {
        const isRefilling = await markFilled(on);
        if (!isRefilling || !isDue(read, requestedAt, began, intervalWhileRefilling)) return undefined;
      } else if (await areExpected(generations, read.generations, on.jobs)) {
        await on.jobs.writeReconcile({ ...read, generations }, read);
        return undefined;
      }
    }
    return await reconcile(read, began, on);
  } catch (error) {
    // Another was first.
    if (error instanceof RevisionConflictError) return undefined;
    throw error;
  }
}

async function reconcile(
  read: ReconcileJob | undefined,
  began: Date,
  on: ReconcileDependencies,
): Promise<ReconcileReport> {
  const startedAt = began.toISOString();
  const total = read?.progress.done ?? 0;
  let job = await on.jobs.writeReconcile(
    {
      startedAt,
      finishedAt: read?.finishedAt ?? null,
      withoutIndex: read?.withoutIndex ?? false,
      generations: read?.generations ?? {},
      heldUntil: holdFrom(began),
      progress: { done: 0, total },
    },
    read,
  );
  const write = async (change: Partial<ReconcileJob>) => {
    job = await on.jobs.writeReconcile({ ...job, ...change }, job);
  };
  try {
    const generations = await servedGenerations(job.generations, on.index);
    let progress = job.progress;
    const comparing = compareAll(on, (done) => {
      progress = { done, total: Math.max(done, total) };
    });
    const sign = () => write({ heldUntil: holdFrom(on.now()), progress });
    const compared = await withSigns(comparing, sign, on.signEvery);
    await withSigns(markFilled(on), sign, on.signEvery);
    const finished = on.now();
    const finishedAt = finished.toISOString();
    const milliseconds = Math.max(0, finished.getTime() - began.getTime());
    const report = { startedAt, finishedAt, milliseconds, ...compared };
    await on.jobs.keepReport(report);
    const { withoutIndex, rereadsLeft } = report;
    await write({ finishedAt, heldUntil: null, progress, generations, withoutIndex, rereadsLeft });
    return report;
  } catch (error) {
    if (!(error instanceof RevisionConflictError)) {
      await write({ heldUntil: holdFrom(on.now(), pauseAfterFailure) });
    }
    throw error;
  }
}

function isDue(job: ReconcileJob, requestedAt: string | null, now: Date, usualInterval = interval): boolean {
  const { startedAt, finishedAt, withoutIndex, rereadsLeft = 0 } = job;
  if (!finishedAt || finishedAt < startedAt) return true;
  if (requestedAt && requestedAt > startedAt) return true;
  return (
    now.getTime() - Date.parse(startedAt) >=
    (withoutIndex || rereadsLeft > 0 ? pauseWhileUnfinished : usualInterval)
  );
}
