/** Gives another try to what waits in the dead-letter queues, and to files on which a reader failed. */
import { forgiven, isRetryDue } from '../../shared/catalogue/attempt.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import type { WorkQueueName } from '../../shared/dead-letters.ts';
import type { RefusalReason } from '../../shared/document.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import { lookAgain } from '../../shared/upload-event.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

/** Milliseconds; the answer has to come before API Gateway stops waiting, and whoever asks may ask again. */
const within = 15_000;

/** Reasons that lie in the machine or the readers as much as in the file. */
const mayBeChance: readonly (RefusalReason | null)[] = ['timeout', 'out-of-memory', 'crashed'];

type RedriveDependencies = Pick<StaffDependencies, 'catalogue' | 'looks' | 'bucket' | 'deadLetters' | 'now'>;

/**
 * How many messages went back to each queue, and how many refused files are read once more; `more` when there was no time
 * for all.
 */
export async function redrive(on: RedriveDependencies) {
  const deadline = on.now().getTime() + within;
  const isLate = () => on.now().getTime() >= deadline;
  const moved: Record<WorkQueueName, number> = { uploads: 0, changes: 0 };
  let more = false;
  for (const queue of ['uploads', 'changes'] as const) {
    for (;;) {
      if (isLate()) {
        more = true;
        break;
      }
      const some = await on.deadLetters[queue].moveSome();
      moved[queue] += some;
      if (some === 0) break;
    }
  }
  let refused = 0;
  for await (const row of on.catalogue.all()) {
    if (isLate()) {
      more = true;
      break;
    }
    if (await readAgain(row, on)) refused++;
  }
  return { moved, refused, more };
}

/** Whether the file of this row is read once more; one that already waits for that is left. */
async function readAgain(row: DocumentRow, on: RedriveDependencies): Promise<boolean> {
  if (!mayBeChance.includes(row.refusal) || isRetryDue(row, on.now())) return false;
  try {
    await on.catalogue.markAttempt(row, forgiven(row, on.now()));
  } catch (error) {
    // There is another version of it, or another row by now.
    if (error instanceof RevisionConflictError) return false;
    throw error;
  }
  await on.looks.send([lookAgain(on.bucket, row.key)]);
  return true;
}
