/** What is done about each message of the changes queue, and what when it cannot be. */
import type { ChangeMessage } from '../../shared/work-queues.ts';
import type { QueueConsumer } from '../middleware/consume-queue.ts';
import { giveUpIndexing } from './give-up-indexing.ts';
import { type IndexDependencies, indexChange } from './index-document.ts';
import { postponeIndexing } from './postpone-indexing.ts';
import { besideWithdrawals } from './take-out-withdrawn.ts';
import { whatBecameOf } from './what-became-of.ts';

type ChangeWork = Pick<QueueConsumer<typeof ChangeMessage>, 'handle' | 'onPostponed' | 'onGivenUp'>;

export function changeWork(on: IndexDependencies): ChangeWork {
  return {
    handle: besideWithdrawals(async (change) => whatBecameOf(await indexChange(change, on), on.now()), on),
    onPostponed: ({ id }) => postponeIndexing(id, on),
    onGivenUp: ({ id }, error) => giveUpIndexing(id, error, on),
  };
}
