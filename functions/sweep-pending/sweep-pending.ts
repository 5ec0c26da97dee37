/** Sends again what the engine does not show yet: the row is the outbox, so neither queue nor sender can lose work. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import type { ChangeQueue } from '../../shared/work-queues.ts';
import type { Measurement } from '../middleware/measurements.ts';

/** Minutes; the pause doubles from one minute up to this. */
const longestPause = 32;

export interface SweepDependencies {
  readonly catalogue: Catalogue;
  readonly changes: ChangeQueue;
  /** Finishes a move that was interrupted, or has its upload looked at (`shared/move-upload.ts`). */
  readonly finishMove: (row: DocumentRow) => Promise<unknown>;
  readonly now: () => Date;
}

export interface Swept {
  readonly due: number;
  readonly failures: readonly unknown[];
  readonly measurements: readonly Measurement[];
}

/** Looks at every pending row once; tells how many were due. One row's failure does not stop the others. */
export async function sweepPending(on: SweepDependencies): Promise<Swept> {
  const failures: unknown[] = [];
  let pending = 0;
  let oldestSeconds = 0;
  let due = 0;
  for await (const row of on.catalogue.pending()) {
    pending++;
    oldestSeconds = Math.max(oldestSeconds, secondsPending(row, on.now()));
    if (!isDue(row, on.now())) continue;
    due++;
    try {
      await on.catalogue.markResent(row, (row.resent?.times ?? 0) + 1, on.now());
      // One that nobody has read since its move ended shows nothing, and no event may ever tell of it.
      if (row.movedFrom?.done === false || row.state === 'received') await on.finishMove(row);
      await on.changes.send([{ id: row.id }]);
    } catch (error) {
      if (!(error instanceof RevisionConflictError)) failures.push(error);
    }
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

function secondsPending({ pendingSince, updatedAt }: DocumentRow, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(pendingSince ?? updatedAt)) / 1000));
}

function isDue({ pendingSince, resent }: DocumentRow, now: Date): boolean {
  const minutes = Math.min(longestPause, 2 ** (resent?.times ?? 0));
  const since = Date.parse(resent?.at ?? pendingSince ?? '');
  return now.getTime() - since >= minutes * 60_000;
}
