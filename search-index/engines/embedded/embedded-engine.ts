/**
 * The embedded engine: SQLite FTS5, one file per collection. One thread answers questions and another one writes, so that
 * no question waits for what is being written: it is answered from what was written before.
 */
import { Worker } from 'node:worker_threads';
import { NotFoundError, UnavailableError } from '../../../shared/errors.ts';
import type { Engine, Generation } from '../../engine.ts';
import type { IndexChange } from '../../search-index.ts';
import { ApplyQueue, type Limit } from '../apply-queue.ts';
import { reasonOf } from '../reason-of.ts';
import {
  type Answer,
  type AnswerTo,
  type Asked,
  type Call,
  type CallOf,
  entriesAtOnce,
  type Failure,
  isAnswerTo,
  isWriting,
  type Method,
  noneAside,
  type Place,
  type Told,
} from './calls.ts';

/** The engine, and what only one that is a file can do. */
export interface EmbeddedEngine extends Engine {
  /**
   * As `apply`. Answers of each change whether it was carried out: not when it was overtaken, nor when it is a removal
   * that is there already.
   */
  carryOut(changes: readonly IndexChange[]): Promise<readonly boolean[]>;
  /** Writes what is served, whole and in one state, to a new file at `path`. */
  copyTo(path: string): Promise<void>;
}

/**
 * Milliseconds. Slow is not dead: what waits is rejected as soon as the thread dies, so this leaves room for a machine
 * that is busy, and a function of ten seconds time to say so.
 */
const searchDeadline = 5_000;

/**
 * The index in the file at `path` and, once it was rebuilt, in files beside it; files and folder are made when the
 * first call needs them. It has two threads of its own, unless it is given one that others use too.
 */
export function embeddedEngine(path: string, shared?: IndexThread): EmbeddedEngine {
  const threads = new IndexInThreads(path, shared);
  return {
    ...generation(threads, 'served'),
    searchDeadline,
    async candidates(ids, query, signal) {
      if (ids.length === 0) return [];
      const { candidates } = await threads.ask({ method: 'candidates', ids, query }, signal);
      return candidates;
    },
    async frequencies(words, signal) {
      const { frequencies } = await threads.ask({ method: 'frequencies', words }, signal);
      return frequencies;
    },
    async resembling(word, signal) {
      const { forms } = await threads.ask({ method: 'resembling', word }, signal);
      return forms;
    },
    async suggest(words, size, signal) {
      const { suggestions } = await threads.ask({ method: 'suggest', words, size }, signal);
      return suggestions;
    },
    async values(facet, signal) {
      const { values } = await threads.ask({ method: 'values', facet }, signal);
      return values;
    },
    async titles(ids, signal) {
      const { titles } = await threads.ask({ method: 'titles', ids }, signal);
      return titles;
    },
    async markFilled(generation) {
      await threads.ask({ method: 'markFilled', generation });
    },
    aside: generation(threads, 'aside'),
    async beginAside() {
      await threads.ask({ method: 'beginAside' });
    },
    async promote() {
      await threads.ask({ method: 'promote' });
    },
    async carryOut(changes) {
      const { carriedOut } = await threads.ask({ method: 'apply', place: 'served', changes });
      return carriedOut;
    },
    async copyTo(to) {
      await threads.ask({ method: 'copyTo', to });
    },
    async close() {
      await threads.close();
    },
  };
}

/**
 * Most of a small transaction is waiting for the disk, so what comes meanwhile shares the next. A hundred passages are
 * written in a tenth of a second: a document never waits much longer than for the one before it.
 */
const transaction: Limit = {
  most: 100,
  weightOf: (change) => (change.type === 'put' ? change.entry.passages.length : 1),
};

function generation(threads: IndexInThreads, place: Place): Generation {
  const queue = new ApplyQueue(async (changes) => {
    await threads.ask({ method: 'apply', place, changes });
  }, transaction);
  return {
    async apply(changes) {
      if (changes.length > 0) await queue.apply(changes);
    },
    async query(query, signal) {
      const { answer } = await threads.ask({ method: 'query', place, query }, signal);
      return answer;
    },
    async document(id, signal) {
      const { document } = await threads.ask({ method: 'document', place, id }, signal);
      return document;
    },
    async *entries() {
      for (let after = ''; ; ) {
        const { entries } = await threads.ask({ method: 'entries', place, after });
        yield* entries;
        after = entries.at(-1)?.id ?? after;
        if (entries.length < entriesAtOnce) return;
      }
    },
    async health() {
      try {
        const { documents, outdated, refilling, ...rest } = await threads.ask({ method: 'health', place });
        return {
          searchable: true,
          documents,
          generation: rest.generation,
          ...(outdated ? { outdated } : {}),
          ...(refilling ? { refilling } : {}),
        };
      } catch (error) {
        if (error instanceof NotFoundError) throw error;
        return { searchable: false, documents: 0, reason: reasonOf(error) };
      }
    },
  };
}

/**
 * Megabytes for what the thread has just made: left to itself, it takes a hundred more while documents pour in, and is
 * no faster for it.
 */
const youngGeneration = 24;

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  /** Nothing waits any more. */
  readonly settled: () => void;
}

/** One index among those that its threads hold. */
class IndexInThreads {
  readonly #path: string;
  readonly #reading: IndexThread;
  readonly #writing: IndexThread;
  readonly #isShared: boolean;
  #isClosed = false;

  constructor(path: string, shared: IndexThread | undefined) {
    this.#path = path;
    this.#reading = shared ?? new IndexThread();
    this.#writing = shared ?? new IndexThread();
    this.#isShared = shared !== undefined;
  }

  async ask<M extends Method>(call: CallOf<M>, signal?: AbortSignal): Promise<AnswerTo<M>> {
    if (this.#isClosed) throw closed();
    const thread = isWriting(call) ? this.#writing : this.#reading;
    return thread.ask(this.#path, call, signal);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#isShared) {
      await this.#reading.ask(this.#path, { method: 'close' });
    } else {
      // Whoever closes the file last puts what is in its log into the file itself.
      await this.#reading.close();
      await this.#writing.close();
    }
  }
}

/** Starts with the first call, keeps the process alive only while one waits, and starts again after a crash. */
export class IndexThread {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #calls = 0;
  #closed = false;

  /** When the signal aborts, an answer that comes later is dropped. */
  async ask<M extends Method>(path: string, call: CallOf<M>, signal?: AbortSignal): Promise<AnswerTo<M>> {
    const answer = await this.#send(path, call, signal);
    if (!isAnswerTo(call.method, answer)) throw new Error(`${call.method} was answered as ${answer.method}`);
    return answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.ref();
    post(worker, 'end');
    await ended;
  }

  #send(path: string, call: Call, signal: AbortSignal | undefined): Promise<Answer> {
    if (this.#closed) return Promise.reject(closed());
    if (signal?.aborted) return Promise.reject(aborted(signal));
    return new Promise((resolve, reject) => {
      const worker = this.#worker ?? this.#start();
      this.#calls += 1;
      const number = this.#calls;
      post(worker, { number, path, call });
      const abort = () => {
        if (signal) this.#take(worker, number)?.reject(aborted(signal));
      };
      const settled = () => signal?.removeEventListener('abort', abort);
      this.#pending.set(number, { resolve, reject, settled });
      signal?.addEventListener('abort', abort, { once: true });
      worker.ref();
    });
  }

  /** What waits under this number, which waits no longer. */
  #take(worker: Worker, number: number): Pending | undefined {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    pending?.settled();
    if (this.#pending.size === 0) worker.unref();
    return pending;
  }

  #start(): Worker {
    const worker = new Worker(workerFile(), {
      resourceLimits: { maxYoungGenerationSizeMb: youngGeneration },
    });
    let cause = new Error('its thread ended');
    worker.on('message', (told: Told) => this.#settle(worker, told));
    worker.on('error', (error) => {
      cause = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', () => this.#ended(worker, cause));
    this.#worker = worker;
    return worker;
  }

  #settle(worker: Worker, told: Told): void {
    const pending = this.#take(worker, told.number);
    if ('answer' in told) pending?.resolve(told.answer);
    else pending?.reject(errorOf(told.failure));
  }

  #ended(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject, settled } of waiting) {
      settled();
      reject(unavailable(cause));
    }
  }
}

/** Beside this file in the sources, beside the handler in a bundle. */
function workerFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.mjs', import.meta.url);
}

function post(worker: Worker, asked: Asked): void {
  worker.postMessage(asked);
}

function errorOf({ kind, message, stack }: Failure): Error {
  if (kind === 'none aside') return noneAside();
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return kind === 'file' ? unavailable(cause) : cause;
}

function closed(): UnavailableError {
  return unavailable(new Error('the search index was closed'));
}

function aborted({ reason }: AbortSignal): UnavailableError {
  return unavailable(reason instanceof Error ? reason : new Error('nobody waits for the answer'));
}

function unavailable(cause: Error): UnavailableError {
  return new UnavailableError('The embedded search index', { cause });
}
