/**
 * The inside of a watched process: it does what its parent sends, one job at a time, and watches itself. The watchdog is
 * a thread of its own, from the same entry point, because it must see what a blocked job cannot.
 */
import process from 'node:process';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { Job, type Message, memorySignal, processorSignal } from './messages.ts';

/** Memory grows by some 50 MB in this time at worst. */
const watchEveryMs = 15;

/** Does one job. What it throws is a fault of the code, not of what it was given. */
export type Work = (work: unknown) => Promise<unknown>;

/** Loads the code with the first job, so that the watchdog's thread never does. */
export function serve(entry: URL, load: () => Promise<Work>): void {
  if (isMainThread) answerJobs(entry, load);
  else watch();
}

const WatchdogData = z.object({
  memoryBytes: z.number(),
  parent: z.number(),
  deadline: z.custom<BigInt64Array<SharedArrayBuffer>>((value) => value instanceof BigInt64Array),
});

function answerJobs(entry: URL, load: () => Promise<Work>): void {
  /** Microseconds of this process's processor time at which the job must be done; 0 between jobs. */
  const deadline = new BigInt64Array(new SharedArrayBuffer(8));
  const memoryBytes = Number(process.argv[2]);
  new Worker(entry, { workerData: { memoryBytes, parent: process.ppid, deadline } }).unref();
  // A promise that a parser forgot must not end the process while another job is done.
  process.on('unhandledRejection', () => undefined);
  // Ctrl-C reaches the whole group; the parent decides what becomes of the job in hand.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));

  let loaded: Promise<Work> | undefined;
  process.on('message', (message) => {
    const { id, processorMs, work } = Job.parse(message);
    Atomics.store(deadline, 0, processorTime() + BigInt(processorMs) * 1000n);
    loaded ??= load();
    void answer(id, loaded, work).then((told) => {
      Atomics.store(deadline, 0, 0n);
      process.send?.(told);
    });
  });
  process.send?.({ type: 'ready' } satisfies Message);
}

async function answer(id: number, loaded: Promise<Work>, work: unknown): Promise<Message> {
  try {
    const result = await (await loaded)(work);
    return { type: 'done', id, result, rss: process.memoryUsage.rss() };
  } catch (error) {
    return { type: 'failed', id, stack: placeOf(error), rss: process.memoryUsage.rss() };
  }
}

/** The kind of the error and where it was thrown, without its sentence. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, message, stack = '' } = error;
  const at = stack.indexOf(message);
  return at < 0 ? name : name + stack.slice(at + message.length);
}

/** Microseconds. */
function processorTime(): bigint {
  const { user, system } = process.cpuUsage();
  return BigInt(user + system);
}

/** Ends the process when it outgrows its memory, its time is over or its parent is gone, whatever blocks the rest of it. */
function watch(): void {
  const { memoryBytes, parent, deadline } = WatchdogData.parse(workerData);
  const end = (signal: NodeJS.Signals) => process.kill(process.pid, signal);
  setInterval(() => {
    const until = Atomics.load(deadline, 0);
    if (process.ppid !== parent) end('SIGKILL');
    else if (process.memoryUsage.rss() > memoryBytes) end(memorySignal);
    else if (until > 0n && processorTime() > until) end(processorSignal);
  }, watchEveryMs);
}
