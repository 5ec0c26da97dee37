/**
 * Loaded before `local/start.ts` (`node --import`): a file with this in its name ends the whole process while it is read, as
 * a fault in what surrounds the readers would.
 */
import * as z from 'zod';
import { ProcessPool } from '../../functions/isolation/process-pool.ts';

const Reading = z.object({ work: z.object({ key: z.string() }) });

const { run } = ProcessPool.prototype;
ProcessPool.prototype.run = function (this: ProcessPool, task) {
  const { key = '' } = Reading.safeParse(task).data?.work ?? {};
  if (key.includes('gooit')) {
    setImmediate(() => {
      throw new Error('A fault that nobody catches');
    });
    return new Promise(() => undefined);
  }
  if (key.includes('vult')) {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(100_000).fill(kept.length));
  }
  return run.call(this, task);
};
