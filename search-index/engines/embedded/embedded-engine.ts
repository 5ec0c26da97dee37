/** The embedded engine: SQLite FTS5 in a thread of its own, one file per collection. */
import { Worker } from 'node:worker_threads';
import { UnavailableError } from '../../../shared/errors.ts';
import type { Engine } from '../../engine.ts';
import {
  type Answer,
  type AnswerTo,
  type Asked,
  type Call,
  type CallOf,
  entriesAtOnce,
  type Failure,
  isAnswerTo,
  type Method,
  type Told,
  type WorkerData,
} from './calls.ts';

/** The index in the file at `path`; the file and its folder are made when the first call needs them. */
export function embeddedEngine(path: string): Engine {
  const thread = new IndexThread(path);
  return {
    async apply(changes) {
      if (changes.length > 0) await thread.ask({ method: 'apply', changes });
    },
    async query(query) {
      const { answer } = await thread.ask({ method: 'query', query });
      return answer;
    },
    async candidates(ids, query) {
      if (ids.length === 0) return [];
      const { candidates } = await thread.ask({ method: 'candidates', ids, query });
      return candidates;
    },
    async document(id) {
      const { document } = await thread.ask({ method: 'document', id });
      return document;
    },
    async suggest(beginnings, size) {
      const { suggestions } = await thread.ask({ method: 'suggest', beginnings, size });
      return suggestions;
    },
    async values(facet) {
      const { values } = await thread.ask({ method: 'values', facet });
      return values;
    },
    async *entries() {
      for (let after = ''; ; ) {
        const { entries } = await thread.ask({ method: 'entries', after });
        yield* entries;
        after = entries.at(-1)?.id ?? after;
        if (entries.length < entriesAtOnce) return;
      }
    },
    async health() {
      try {
        const { documents, generation } = await thread.ask({ method: 'health' });
        return { searchable: true, documents, generation };
      } catch (error) {
        return { searchable: false, documents: 0, reason: reasonOf(error) };
      }
    },
    async close() {
      await thread.close();
    },
  };
}

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Starts with the first call, keeps the process alive only while one waits, and starts again after a crash. */
class IndexThread {
  readonly #path: string;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #calls = 0;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
  }

  async ask<M extends Method>(call: CallOf<M>): Promise<AnswerTo<M>> {
    const answer = await this.#send(call);
    if (!isAnswerTo(call.method, answer)) throw new Error(`${call.method} was answered as ${answer.method}`);
    return answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.ref();
    post(worker, 'close');
    await ended;
  }

  #send(call: Call): Promise<Answer> {
    if (this.#closed) return Promise.reject(unavailable(new Error('the search index was closed')));
    return new Promise((resolve, reject) => {
      const worker = this.#worker ?? this.#start();
      this.#calls += 1;
      post(worker, { number: this.#calls, call });
      this.#pending.set(this.#calls, { resolve, reject });
      worker.ref();
    });
  }

  #start(): Worker {
    const workerData: WorkerData = { path: this.#path };
    const worker = new Worker(workerFile(), { workerData });
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
    const pending = this.#pending.get(told.number);
    this.#pending.delete(told.number);
    if (this.#pending.size === 0) worker.unref();
    if ('answer' in told) pending?.resolve(told.answer);
    else pending?.reject(errorOf(told.failure));
  }

  #ended(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(unavailable(cause));
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
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return kind === 'file' ? unavailable(cause) : cause;
}

function unavailable(cause: Error): UnavailableError {
  return new UnavailableError('The embedded search index', { cause });
}

function reasonOf(error: unknown): string {
  if (error instanceof UnavailableError && error.cause instanceof Error) return error.cause.message;
  return error instanceof Error ? error.message : String(error);
}
