import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Job, Message, memorySignal, processorSignal } from './messages.ts';

/** How long one job may take, in milliseconds. */
export interface TimeLimits {
  /** Of processor time, so that a busy machine is not held against a job. */
  readonly processorMs: number;
  /** By the clock, for what waits without working. */
  readonly clockMs: number;
}

/** How a job ended: `result` is what the process said and nobody checked; `failed` threw; in all other cases the process is gone. */
export type Outcome =
  | { readonly type: 'done'; readonly result: unknown }
  | { readonly type: 'failed'; readonly stack: string }
  | { readonly type: 'timeout' }
  | { readonly type: 'out-of-memory' }
  | { readonly type: 'died'; readonly how: string };

export interface WatchedProcessOptions {
  /** A module that calls `serve`. */
  readonly entry: URL;
  /** Resident memory. */
  readonly memoryBytes: number;
  /** Milliseconds until it must be ready, code and watchdog. */
  readonly startMs: number;
}

interface Pending {
  readonly id: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

const MiB = 1024 * 1024;

/** How Node ends when its heap is full. */
const abortSignals: readonly (NodeJS.Signals | null)[] = ['SIGABRT', 'SIGTRAP', 'SIGILL'];
/** 128 + SIGABRT, where a shell stands in between. */
const abortedCode = 134;

/** One child process, which does one job at a time. Whatever it says or does, nothing is thrown where nobody listens. */
export class WatchedProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<boolean>;
  readonly #gone: Promise<void>;
  #pending: Pending | undefined;
  #jobs = 0;
  #ending: 'timeout' | 'given-up' | 'out-of-step' | undefined;
  #ended = false;
  #restingBytes = 0;

  constructor({ entry, memoryBytes, startMs }: WatchedProcessOptions) {
    this.#child = fork(fileURLToPath(entry), [String(memoryBytes)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // The heap alone may not reach the limit either; the watchdog, which sees all memory, is there sooner than V8,
      // which would first collect garbage for seconds.
      execArgv: [
        `--max-old-space-size=${Math.floor(memoryBytes / MiB)}`,
        // The young generation counts too, in three halves; Node lets each grow to more, and a text of 6 MB takes it all.
        '--max-semi-space-size=8',
        '--disable-warning=ExperimentalWarning',
      ],
      // What works on a stranger's file needs no credentials, so it gets no environment.
      env: {},
    });
    this.#gone = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#ended = true;
        this.#settleAsGone(code, signal);
        resolve();
      });
      // Also when it cannot be started, or a message does not reach it.
      this.#child.on('error', (error) => {
        this.#giveUp(error);
        this.kill('given-up');
        if (this.#child.pid !== undefined) return;
        this.#ended = true;
        resolve();
      });
    });
    this.#ready = new Promise((resolve) => {
      const late = setTimeout(() => this.kill('given-up'), startMs);
      late.unref();
      void this.#gone.then(() => {
        clearTimeout(late);
        resolve(false);
      });
      this.#child.on('message', (received) => {
        // What a process says that is being ended counts no more.
        if (this.#ending !== undefined) return;
        const { data: message } = Message.safeParse(received);
        if (message?.type === 'ready') {
          clearTimeout(late);
          resolve(true);
        } else if (message && message.id === this.#pending?.id) {
          this.#restingBytes = message.rss;
          this.#settle(message);
        } else this.kill('out-of-step');
      });
    });
    // A warm process must not keep its parent from ending.
    this.#hold(false);
  }

  /** Jobs that it was given. */
  get jobs(): number {
    return this.#jobs;
  }

  /** Bytes that it held after its last job. */
  get restingBytes(): number {
    return this.#restingBytes;
  }

  get isGone(): boolean {
    return this.#ended || this.#ending !== undefined;
  }

  /** Rejects when the process did not start, or was ended from outside, which is no fault of the job. */
  async ask(work: unknown, { processorMs, clockMs }: TimeLimits): Promise<Outcome> {
    this.#hold(true);
    try {
      if (!(await this.#ready)) throw new Error('A watched process did not start');
      if (this.#ended) return { type: 'died', how: 'ended between two jobs' };
      const id = ++this.#jobs;
      return await new Promise<Outcome>((resolve, reject) => {
        const timer = setTimeout(() => this.kill('timeout'), clockMs);
        const settled =
          <Value>(settle: (value: Value) => void) =>
          (value: Value) => {
            clearTimeout(timer);
            settle(value);
          };
        this.#pending = { id, resolve: settled(resolve), reject: settled(reject) };
        const job: Job = { id, processorMs, work };
        // How it ended is told by its exit.
        this.#child.send(job, (error) => {
          if (error) this.kill('out-of-step');
        });
      });
    } finally {
      this.#hold(false);
    }
  }

  kill(why: 'timeout' | 'given-up' | 'out-of-step'): void {
    if (this.#ending !== undefined) return;
    this.#ending = why;
    this.#child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    this.#hold(true);
    this.kill('given-up');
    await this.#gone;
  }

  #hold(held: boolean): void {
    const call = held ? 'ref' : 'unref';
    this.#child[call]();
    this.#child.channel?.[call]();
  }

  #settle(outcome: Outcome): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve(outcome);
  }

  #giveUp(error: Error): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(error);
  }

  #settleAsGone(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#ending === 'given-up') this.#giveUp(new Error('The watched process was ended'));
    else if (this.#ending === 'timeout' || signal === processorSignal) this.#settle({ type: 'timeout' });
    else if (this.#ending === 'out-of-step') {
      this.#settle({ type: 'died', how: 'said what no process should say' });
    } else if (signal === memorySignal || abortSignals.includes(signal) || code === abortedCode) {
      this.#settle({ type: 'out-of-memory' });
    } else if (signal === 'SIGKILL') {
      this.#giveUp(new Error('The watched process was killed from outside'));
    } else this.#settle({ type: 'died', how: `ended with ${signal ?? `code ${code}`}` });
  }
}
