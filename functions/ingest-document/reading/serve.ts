/**
 * The inside of a reading process: it reads what its parent sends, one file at a time, and watches itself. The watchdog
 * is a thread of its own, from the same entry point, because it must see what a blocked parse cannot.
 */
import process from 'node:process';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import * as z from 'zod';
import type { Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { type Answer, Job } from './protocol.ts';

/** Memory grows by some 50 MB in this time at worst. */
const watchEveryMs = 15;

export type Read = (upload: Omit<Job, 'id'>) => Promise<Reading>;

/** Loads the readers with the first file, so that the watchdog's thread never does. */
export function serveOrWatch(entry: URL, load: () => Promise<Read>): void {
  if (isMainThread) serve(entry, load);
  else watch();
}

function serve(entry: URL, load: () => Promise<Read>): void {
  const memoryBytes = Number(process.argv[2]);
  new Worker(entry, { workerData: { memoryBytes, parent: process.ppid } }).unref();
  // A promise that a parser forgot must not end the process while another file is read.
  process.on('unhandledRejection', () => undefined);
  // Ctrl-C reaches the whole group; the parent decides what becomes of the file that is being read.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message) => void answer(message, load));
  send({ outcome: 'ready' });
}

const send = (message: Answer) => process.send?.(message);

async function answer(message: unknown, load: () => Promise<Read>): Promise<void> {
  const { id, ...upload } = Job.parse(message);
  const outcome = await attempt(upload, load);
  send({ ...outcome, id, rss: process.memoryUsage.rss() });
}

async function attempt(upload: Omit<Job, 'id'>, load: () => Promise<Read>) {
  try {
    const read = await load();
    return { outcome: 'read' as const, reading: await read(upload) };
  } catch (error) {
    if (error instanceof RefusedError) return { outcome: 'refused' as const, reason: error.reason };
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { outcome: 'failed' as const, stack };
  }
}

/** Kills the process when it outgrows its memory or its parent is gone, even while a parse blocks everything else. */
function watch(): void {
  const { memoryBytes, parent } = z.object({ memoryBytes: z.number(), parent: z.number() }).parse(workerData);
  setInterval(() => {
    if (process.memoryUsage.rss() > memoryBytes || process.ppid !== parent) {
      process.kill(process.pid, 'SIGKILL');
    }
  }, watchEveryMs);
}
