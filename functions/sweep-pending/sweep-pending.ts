/** Sends again what the engine does not show yet: the row is the outbox, so neither queue nor sender can lose work. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { isPublic } from '../../shared/catalogue/withdrawals.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import { forEachOf } from '../../shared/limiter.ts';
import type { Withdrawal } from '../../shared/withdrawal.ts';
import type { ChangeMessage, ChangeQueue, WorkQueue } from '../../shared/work-queues.ts';
import type { Measurement } from '../middleware/measurements.ts';

/** Minutes; the pause doubles from one minute up to this. */
const longestPause = 32;

/** Milliseconds after which nobody can be at work any more on what was read of a row before: index-documents' time-out. */
const longestIndexing = 180_000;

/** Rows that are read at the same time. */
const rowsAtATime = 16;

export interface SweepDependencies {
  readonly catalogue: Catalogue;
  readonly changes: ChangeQueue & Pick<WorkQueue<ChangeMessage>, 'depth'>;
  /** Finishes a move that was interrupted, or has its upload looked at (`shared/move-upload.ts`). */
  readonly finishMove: (row: DocumentRow) => Promise<unknown>;
  readonly now: () => Date;
}

export interface Swept {
  readonly due: number;
  readonly failures: readonly unknown[];
  readonly measurements: readonly Measurement[];
}

/**
 * Looks at every pending row once; tells how many were due. Only as many are sent as messages are missing, those that wait
 * the longest first. One row's failure does not stop the others.
 */
export async function sweepPending(on: SweepDependencies): Promise<Swept> {
  const failures: unknown[] = [];
  let missing = await missingMessages(on);
  let pending = 0;
  let oldestSeconds = 0;
  let due = 0;
  for await (const row of on.catalogue.pending()) {
    pending++;
    oldestSeconds = Math.max(oldestSeconds, secondsPending(row, on.now()));
    // One that nobody has read since its move ended shows nothing, and no event may ever tell of it.
    const isUnread = row.movedFrom?.done === false || row.state === 'received';
    if (!isDue(row, on.now()) || (missing <= 0 && !isUnread)) continue;
    due++;
    try {
      await on.catalogue.markResent(row, (row.resent?.times ?? 0) + 1, on.now());
      // Whoever wrote it may have been stopped before that was recorded.
      await on.catalogue.withdraw(row);
      if (isUnread) await on.finishMove(row);
      if (missing-- > 0) await on.changes.send([{ id: row.id }]);
    } catch (error) {
      if (!(error instanceof RevisionConflictError)) failures.push(error);
    }
  }
  try {
    await clearWithdrawals(on);
  } catch (error) {
    failures.push(error);
  }
  return {
    due,
    failures,
    measurements: [
      { name: 'PendingRows', value: pending },
      { name: 'OldestPending', value: oldestSeconds },
    ],
  };
}

/**
 * How many rows are pending without a message. What is in hand may be of a row that is applied already, so while anything
 * is, one row is sent all the same: a message that was lost is not waited for until nobody works.
 */
async function missingMessages({ catalogue, changes }: SweepDependencies): Promise<number> {
  const [pending, { waiting, inHand }] = await Promise.all([catalogue.countPending(), changes.depth()]);
  return Math.max(pending - waiting - inHand, Math.min(1, inHand));
}

/**
 * One that was recorded late is cleared when its document is public again by then; any other outlives whoever may still be
 * writing what was there before. None is cleared while its row is pending.
 */
async function clearWithdrawals({ catalogue, now }: SweepDependencies): Promise<void> {
  const withdrawals: Withdrawal[] = [];
  for await (const withdrawal of catalogue.withdrawals()) withdrawals.push(withdrawal);
  await forEachOf(withdrawals, rowsAtATime, async ({ id, revision, at }) => {
    const row = await catalogue.get(id);
    if (row?.pendingSince !== undefined) return;
    const isOld = now().getTime() - Date.parse(at) >= longestIndexing;
    if (isOld || (row && isPublic(row))) await catalogue.clearWithdrawal(id, revision);
  });
}

function secondsPending({ pendingSince, updatedAt }: DocumentRow, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(pendingSince ?? updatedAt)) / 1000));
}

function isDue({ pendingSince, resent }: DocumentRow, now: Date): boolean {
  const minutes = Math.min(longestPause, 2 ** (resent?.times ?? 0));
  const since = Date.parse(resent?.at ?? pendingSince ?? '');
  return now.getTime() - since >= minutes * 60_000;
}
