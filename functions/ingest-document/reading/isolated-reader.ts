/** Reads files in processes of their own, watched for time and memory, kept warm, and replaced when they are killed. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Reading, RefusalReason } from '../../../shared/document.ts';
import { largestUpload } from '../../../shared/largest-upload.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { Answer, type Job } from './protocol.ts';

export interface IsolatedReaderOptions {
  /** Files read side by side, each in a process. */
  readonly concurrency?: number;
  readonly timeoutMs?: number;
  /** Resident memory of one process. */
  readonly memoryBytes?: number;
  readonly fileBytes?: number;
  /** A fault in a reader: the file is refused as damaged, and someone should look at the reader. */
  readonly onFault?: (fault: { key: string; stack: string }) => void;
  /** Another entry point, for tests of the isolation itself. */
  readonly entry?: URL;
}

export interface IsolatedReader {
  /** Throws RefusedError when the file cannot become a document; `bytes` are left as they are. */
  read(bytes: Uint8Array, key: string, contentType?: string | null): Promise<Reading>;
  /** Ends the processes; what is still being read is given up. */
  close(): Promise<void>;
}

const MiB = 1024 * 1024;
/** Faster than any honest start, slower than none: a process that is not ready by then is replaced. */
const startMs = 20_000;
/** A process that has read this many files is replaced, so that what a parser keeps cannot grow without end. */
const filesPerProcess = 2_000;

/** Beside this file in source, beside the bundled handler in a bundle. */
const defaultEntry = new URL(
  import.meta.url.endsWith('.ts') ? './reading-process.ts' : './reading-process.mjs',
  import.meta.url,
);

export function isolatedReader({
  concurrency = 1,
  timeoutMs = 30_000,
  memoryBytes = 512 * MiB,
  fileBytes = largestUpload,
  onFault,
  entry = defaultEntry,
}: IsolatedReaderOptions = {}): IsolatedReader {
  const idle: ReadingProcess[] = [];
  const all = new Set<ReadingProcess>();
  const waiting: ((process: ReadingProcess) => void)[] = [];
  let closed = false;

  function acquire(): Promise<ReadingProcess> {
    for (let warm = idle.pop(); warm; warm = idle.pop()) {
      if (!warm.spent) return Promise.resolve(warm);
      all.delete(warm);
    }
    if (all.size < concurrency) return Promise.resolve(add());
    return new Promise((resolve) => waiting.push(resolve));
  }

  function add(): ReadingProcess {
    const added = new ReadingProcess(entry, memoryBytes);
    all.add(added);
    return added;
  }

  function release(used: ReadingProcess): void {
    if (used.spent) {
      all.delete(used);
      used.kill('given-up');
    }
    const next = waiting.shift();
    if (next) next(used.spent ? add() : used);
    else if (!used.spent) idle.push(used);
  }

  async function readOnce(file: Omit<Job, 'id'>) {
    const reading = await acquire();
    const fresh = reading.fresh;
    try {
      const answer = await reading.ask(file, timeoutMs);
      return {
        answer,
        fresh,
        outOfMemory: answer.outcome === 'refused' && answer.reason === 'out-of-memory',
      };
    } finally {
      release(reading);
    }
  }

  return {
    async read(bytes, key, contentType = null) {
      if (closed) throw new Error('This reader is closed');
      if (bytes.length > fileBytes) throw new RefusedError('too-large');
      if (bytes.length === 0) throw new RefusedError('empty');
      const file = { key, contentType, bytes };
      const first = await readOnce(file);
      // Memory that earlier files left behind must not be held against this one.
      const { answer } = first.outOfMemory && !first.fresh ? await readOnce(file) : first;
      if (answer.outcome === 'read') return answer.reading;
      if (answer.outcome === 'refused') throw new RefusedError(answer.reason);
      onFault?.({ key, stack: answer.stack });
      throw new RefusedError('corrupt', { cause: new Error(answer.stack) });
    },
    async close() {
      closed = true;
      await Promise.all([...all].map((reading) => reading.end()));
      all.clear();
    },
  };
}

type FileAnswer =
  | Exclude<Answer, { outcome: 'ready' }>
  | { outcome: 'refused'; id: number; reason: RefusalReason; rss: 0 };

interface Pending {
  id: number;
  resolve: (answer: FileAnswer) => void;
  reject: (error: Error) => void;
}

/** How Node ends when its heap is full, and how a watchdog or a system short of memory ends it. */
const memorySignals: readonly (NodeJS.Signals | null)[] = ['SIGKILL', 'SIGABRT', 'SIGTRAP', 'SIGILL'];
/** 128 + SIGABRT, where a shell stands in between. */
const abortedCode = 134;

/** One child process, which reads one file at a time. */
class ReadingProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<boolean>;
  readonly #gone: Promise<void>;
  readonly #memoryBytes: number;
  #pending: Pending | undefined;
  #files = 0;
  #ending: 'timeout' | 'given-up' | undefined;
  #ended = false;
  #bloated = false;

  constructor(entry: URL, memoryBytes: number) {
    this.#memoryBytes = memoryBytes;
    this.#child = fork(fileURLToPath(entry), [String(memoryBytes)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // The heap alone may not reach the limit either; the watchdog, which sees all memory, is there sooner than V8,
      // which would first collect garbage for seconds.
      execArgv: [
        `--max-old-space-size=${Math.floor(memoryBytes / MiB)}`,
        '--disable-warning=ExperimentalWarning',
      ],
      // A reader needs no credentials, so it gets no environment.
      env: {},
    });
    this.#gone = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#ended = true;
        this.#settleAsGone(code, signal);
        resolve();
      });
      this.#child.once('error', (error) => {
        this.#ended = true;
        this.#giveUp(error);
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
      this.#child.on('message', (message) => {
        const answer = Answer.parse(message);
        if (answer.outcome === 'ready') {
          clearTimeout(late);
          resolve(true);
        } else this.#settle(answer);
      });
    });
    // A warm process must not keep its parent from ending.
    this.#hold(false);
  }

  /** It has read nothing yet. */
  get fresh(): boolean {
    return this.#files === 0;
  }

  get spent(): boolean {
    return this.#ended || this.#child.killed || this.#bloated || this.#files >= filesPerProcess;
  }

  async ask(file: Omit<Job, 'id'>, timeoutMs: number): Promise<FileAnswer> {
    this.#hold(true);
    try {
      if (!(await this.#ready)) throw new Error('The reading process did not start');
      const id = ++this.#files;
      return await new Promise<FileAnswer>((resolve, reject) => {
        const timer = setTimeout(() => this.kill('timeout'), timeoutMs);
        const settled =
          <Value>(settle: (value: Value) => void) =>
          (value: Value) => {
            clearTimeout(timer);
            settle(value);
          };
        this.#pending = { id, resolve: settled(resolve), reject: settled(reject) };
        // A process that is gone says so by its exit, which also tells why.
        this.#child.send({ ...file, id }, (error) => {
          if (error && this.#ended) this.#giveUp(error);
        });
      });
    } finally {
      this.#hold(false);
    }
  }

  kill(why: 'timeout' | 'given-up'): void {
    this.#ending ??= why;
    this.#child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    this.#hold(true);
    if (!this.#ended) this.kill('given-up');
    await this.#gone;
  }

  #hold(held: boolean): void {
    const call = held ? 'ref' : 'unref';
    this.#child[call]();
    this.#child.channel?.[call]();
  }

  #settle(answer: FileAnswer): void {
    const pending = this.#pending;
    if (!pending || pending.id !== answer.id) return;
    this.#pending = undefined;
    this.#bloated = answer.rss > this.#memoryBytes / 2;
    pending.resolve(answer);
  }

  #giveUp(error: Error): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(error);
  }

  #settleAsGone(code: number | null, signal: NodeJS.Signals | null): void {
    const id = this.#pending?.id;
    if (id === undefined) return;
    if (this.#ending === 'timeout') this.#settle({ outcome: 'refused', id, reason: 'timeout', rss: 0 });
    else if (this.#ending === 'given-up') this.#giveUp(new Error('The reading process was ended'));
    else if (memorySignals.includes(signal) || code === abortedCode) {
      this.#settle({ outcome: 'refused', id, reason: 'out-of-memory', rss: 0 });
    } else this.#settle({ outcome: 'failed', id, stack: `ended with ${signal ?? `code ${code}`}`, rss: 0 });
  }
}
