/** Waits until the server has done what it was asked to write. */
import type { EnqueuedTask } from 'meilisearch';
import { TooSlowError } from '../../../shared/errors.ts';
import { type Server, unavailable } from './server.ts';

/** Milliseconds for all tasks of one change together: behind a large batch of others they wait their turn. */
const patience = 60_000;
/** Milliseconds between two looks: a small task is done at once, and a long one is not asked after all the time. */
const firstLook = 5;
const longestPause = 250;

/** Faults of the machine that the server runs on, not of what was asked: later the same may succeed. */
const passing: ReadonlySet<string> = new Set([
  'no_space_left_on_device',
  'io_error',
  'too_many_open_files',
  'index_not_accessible',
  'database_size_limit_reached',
]);

/**
 * Throws TooSlowError when they take too long, and an Error with the server's code when one of them failed, unless
 * with one of the `forgiven` codes.
 */
export async function succeeded(
  server: Server,
  enqueued: readonly Pick<EnqueuedTask, 'taskUid'>[],
  forgiven: readonly string[] = [],
): Promise<void> {
  if (enqueued.length === 0) return;
  const uids = enqueued.map(({ taskUid }) => taskUid);
  const isForgiven = (error: { code: string } | null) => forgiven.includes(error?.code ?? '');
  const deadline = Date.now() + patience;
  for (let pause = firstLook; ; pause = Math.min(pause * 1.5, longestPause)) {
    const { results: tasks } = await server.tasks(uids);
    for (const { uid, type, status, error } of tasks) {
      if ((status !== 'failed' && status !== 'canceled') || isForgiven(error)) continue;
      // Its code and not its words, which may quote the document; on the server `GET /tasks/{uid}` tells the rest.
      const failure = new Error(`Task ${uid} (${type}) ${status}: ${error?.code ?? 'by hand'}`);
      throw passing.has(error?.code ?? '') ? unavailable(failure) : failure;
    }
    const done = tasks.filter(({ status, error }) => status === 'succeeded' || isForgiven(error));
    if (done.length === uids.length) return;
    if (Date.now() > deadline) {
      const cause = new Error(`tasks ${uids.join()} are not done in ${patience} ms`);
      throw new TooSlowError('The search engine', { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
