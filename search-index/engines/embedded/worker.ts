/**
 * Entry point of a thread that holds index files: SQLite blocks the thread that it runs in. Bundled beside the handler
 * as `worker.mjs`.
 */
import { parentPort } from 'node:worker_threads';
import { NotFoundError } from '../../../shared/errors.ts';
import {
  type Answer,
  type Asked,
  type Call,
  type Failure,
  isWriting,
  type Place,
  type Told,
} from './calls.ts';
import type { FileReader } from './file-reader.ts';
import { Generations, OpeningError } from './generations.ts';
import { isFaultOfFile } from './index-file.ts';

/** By path. */
const indexes = new Map<string, Generations>();

/** Milliseconds without a question after which what later ones need is read ahead. */
const idleAfter = 500;
let idle: NodeJS.Timeout | undefined;

parentPort?.on('message', (asked: Asked) => {
  if (asked === 'end') {
    clearTimeout(idle);
    for (const path of indexes.keys()) close(path);
    parentPort?.close();
    return;
  }
  tell(answerOrFailure(asked));
  if (isWriting(asked.call)) return;
  clearTimeout(idle);
  idle = setTimeout(readAhead, idleAfter);
});

/** Some at a time, so that a call never waits long. */
function readAhead(): void {
  try {
    if ([...indexes.values()].some((index) => index.readAhead())) idle = setTimeout(readAhead);
  } catch {
    // The call that needs it meets the same error, and has somebody to tell.
  }
}

function tell(told: Told): void {
  parentPort?.postMessage(told);
}

function answerOrFailure({ number, path, call }: Exclude<Asked, 'end'>): Told {
  try {
    if (call.method === 'close') {
      close(path);
      return { number, answer: { method: call.method } };
    }
    const index = indexes.get(path) ?? new Generations(path);
    indexes.set(path, index);
    return { number, answer: answer(index, call) };
  } catch (error) {
    return { number, failure: failureOf(error, indexes.has(path)) };
  }
}

function close(path: string): void {
  indexes.get(path)?.close();
  indexes.delete(path);
}

function answer(open: Generations, call: Exclude<Call, { method: 'close' }>): Answer {
  const read = <Result>(ask: (reader: FileReader) => Result, place: Place = 'served') =>
    open.use(place, (store) => store.read(ask));
  const { method } = call;
  switch (method) {
    case 'apply':
      return { method, carriedOut: open.use(call.place, (store) => store.apply(call.changes)) };
    case 'query':
      return { method, answer: read((reader) => reader.query(call.query), call.place) };
    case 'candidates':
      return { method, candidates: read((reader) => reader.candidates(call.ids, call.query)) };
    case 'frequencies':
      return { method, frequencies: read((reader) => reader.frequencies(call.words)) };
    case 'resembling':
      return { method, forms: read((reader) => reader.resembling(call.word)) };
    case 'titles':
      return { method, titles: read((reader) => reader.titles(call.ids)) };
    case 'document':
      return { method, document: read((reader) => reader.document(call.id), call.place) };
    case 'suggest':
      return { method, suggestions: read((reader) => reader.suggest(call.words, call.size)) };
    case 'values':
      return { method, values: read((reader) => reader.values(call.facet)) };
    case 'entries':
      return { method, entries: read((reader) => reader.entries(call.after), call.place) };
    case 'health':
      read((reader) => reader.probe(), call.place);
      return open.use(call.place, ({ documents, generation, outdated, filled }) => ({
        method,
        documents,
        generation,
        outdated,
        refilling: !filled,
      }));
    case 'markFilled':
      open.use('served', (store) => store.markFilled(call.generation));
      return { method };
    case 'beginAside':
      open.beginAside();
      return { method };
    case 'promote':
      open.promote();
      return { method };
    case 'copyTo':
      open.use('served', (store) => store.copyTo(call.to));
      return { method };
  }
}

function failureOf(error: unknown, isOpen: boolean): Failure {
  if (error instanceof Error)
    return { kind: kindOf(error, isOpen), message: error.message, stack: error.stack };
  return { kind: 'fault', message: String(error), stack: undefined };
}

/** A file that cannot be opened is no mistake of ours, whatever the error: the folder or this build of Node is wrong. */
function kindOf(error: Error, isOpen: boolean): Failure['kind'] {
  if (error instanceof NotFoundError) return 'none aside';
  return !isOpen || error instanceof OpeningError || isFaultOfFile(error) ? 'file' : 'fault';
}
