/** Processes for work on what strangers send: watched for time and memory, kept warm, and replaced when they end. */
import { limiter } from '../../shared/limiter.ts';
import {
  type Outcome,
  type TimeLimits,
  WatchedProcess,
  type WatchedProcessOptions,
} from './watched-process.ts';

export interface ProcessPoolOptions extends Omit<WatchedProcessOptions, 'startMs'> {
  /** Jobs done side by side, each in a process. */
  readonly concurrency: number;
  readonly startMs?: number;
  /** A process is replaced after so many jobs, so that what a parser keeps cannot grow without end. */
  readonly jobsPerProcess?: number;
  /** And when it holds more than so many bytes between two jobs. */
  readonly restingBytes?: number;
}

/** Work that a process must have done before a task; the same object is not given to a process twice. */
export interface Preparation {
  readonly work: unknown;
  readonly limits: TimeLimits;
}

/** `unprepared`: the task was not begun, for its preparation ended so. */
export type TaskOutcome = Outcome & { readonly unprepared?: true };

export interface Task {
  readonly work: unknown;
  readonly limits: TimeLimits;
  readonly preparation?: Preparation;
}

/** Slower than any honest start, also on a busy machine: a process that is not ready by then is replaced. */
export const longestStartMs = 20_000;

export class ProcessPool {
  readonly #options: ProcessPoolOptions;
  readonly #inTurn: ReturnType<typeof limiter>;
  readonly #all = new Set<WatchedProcess>();
  readonly #idle: WatchedProcess[] = [];
  readonly #prepared = new WeakMap<WatchedProcess, Preparation>();
  #closed = false;

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
    this.#inTurn = limiter(options.concurrency);
  }

  /**
   * Does the task in the next process that is free, and once more in a fresh one when a used one did not survive it: what
   * earlier tasks left behind is not held against this one. Rejects for what is no fault of the task.
   */
  run(task: Task): Promise<TaskOutcome> {
    return this.#inTurn(async () => {
      const warm = this.#takeWarm();
      const outcome = await this.#runIn(warm ?? this.#start(), task);
      return warm && hasDied(outcome) ? this.#runIn(this.#start(), task) : outcome;
    });
  }

  /** Ends the processes; what is still being done is given up. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((process) => process.end()));
    this.#all.clear();
  }

  #takeWarm(): WatchedProcess | undefined {
    for (let warm = this.#idle.pop(); warm; warm = this.#idle.pop()) {
      if (!warm.isGone) return warm;
      this.#all.delete(warm);
    }
    return undefined;
  }

  #start(): WatchedProcess {
    if (this.#closed) throw new Error('These processes are closed');
    const started = new WatchedProcess({ startMs: longestStartMs, ...this.#options });
    this.#all.add(started);
    return started;
  }

  async #runIn(process: WatchedProcess, { work, limits, preparation }: Task): Promise<TaskOutcome> {
    try {
      if (preparation && this.#prepared.get(process) !== preparation) {
        const outcome = await process.ask(preparation.work, preparation.limits);
        if (outcome.type !== 'done') return { ...outcome, unprepared: true };
        this.#prepared.set(process, preparation);
      }
      return await process.ask(work, limits);
    } finally {
      this.#giveBack(process);
    }
  }

  #giveBack(process: WatchedProcess): void {
    const { jobsPerProcess = Infinity, restingBytes = Infinity } = this.#options;
    if (process.jobs >= jobsPerProcess || process.restingBytes > restingBytes) process.kill('given-up');
    if (process.isGone) this.#all.delete(process);
    else this.#idle.push(process);
  }
}

/** Of a fault that another process might not have. */
function hasDied({ type }: Outcome): boolean {
  return type === 'out-of-memory' || type === 'died';
}
