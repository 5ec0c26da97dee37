/** Gives what waits in the dead-letter queues another try, once its cause has been mended. */
import type { WorkQueueName } from '../../shared/dead-letters.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

/** Milliseconds; the answer has to come before API Gateway stops waiting, and whoever asks may ask again. */
const within = 15_000;

/** How many messages went back to each queue; `more` when there was no time for all. */
export async function redrive({ deadLetters, now }: Pick<StaffDependencies, 'deadLetters' | 'now'>) {
  const deadline = now().getTime() + within;
  const moved: Record<WorkQueueName, number> = { uploads: 0, changes: 0 };
  let more = false;
  for (const queue of ['uploads', 'changes'] as const) {
    for (;;) {
      if (now().getTime() >= deadline) {
        more = true;
        break;
      }
      const some = await deadLetters[queue].moveSome();
      moved[queue] += some;
      if (some === 0) break;
    }
  }
  return { moved, more };
}
