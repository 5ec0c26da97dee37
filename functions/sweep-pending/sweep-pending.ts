/** Sends again what the engine does not show yet: the row is the outbox, so neither queue nor sender can lose work. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import type { ChangeQueue } from '../../shared/work-queues.ts';

/** Minutes; the pause doubles from one minute up to this. */
const longestPause = 32;

export interface SweepDependencies {
  readonly catalogue: Catalogue;
  readonly changes: ChangeQueue;
  /** Finishes a move that was interrupted (`shared/move-upload.ts`). */
  readonly finishMove: (row: DocumentRow) => Promise<void>;
  readonly now: () => Date;
}

/** Looks at every pending row once; returns how many were due. One row's failure does not stop the others. */
export async function sweepPending(on: SweepDependencies): Promise<{ due: number; failures: unknown[] }> {
  const failures: unknown[] = [];
  let due = 0;
  for await (const row of on.catalogue.pending()) {
    if (!isDue(row, on.now())) continue;
    due++;
    try {
      await on.catalogue.markResent(row, on.now());
      if (row.movedFrom && !row.movedFrom.done) await on.finishMove(row);
      if (row.state !== 'received') await on.changes.send([{ id: row.id }]);
    } catch (error) {
      if (!(error instanceof RevisionConflictError)) failures.push(error);
    }
  }
  return { due, failures };
}

function isDue({ pendingSince, resent }: DocumentRow, now: Date): boolean {
  const minutes = Math.min(longestPause, 2 ** (resent?.times ?? 0));
  const since = Date.parse(resent?.at ?? pendingSince ?? '');
  return now.getTime() - since >= minutes * 60_000;
}
