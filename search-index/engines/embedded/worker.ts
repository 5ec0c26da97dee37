/**
 * Entry point of the thread that holds one index file: SQLite blocks the thread that it runs in. Bundled beside the
 * handler as `worker.mjs`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Answer, type Asked, type Call, type Failure, type Told, WorkerData } from './calls.ts';
import { isDamage, isSqliteError, removeIndexFile } from './index-file.ts';
import { Store } from './store.ts';

const { path } = WorkerData.parse(workerData);
let store: Store | undefined;

parentPort?.on('message', (asked: Asked) => {
  if (asked === 'close') {
    store?.close();
    parentPort?.close();
    return;
  }
  tell(answerOrFailure(asked.number, asked.call));
});

function tell(told: Told): void {
  parentPort?.postMessage(told);
}

function answerOrFailure(number: number, call: Call): Told {
  try {
    store ??= new Store(path);
    return { number, answer: answer(store, call) };
  } catch (error) {
    const failure = failureOf(error, store === undefined);
    if (isDamage(error)) {
      store?.close();
      store = undefined;
      removeIndexFile(path);
    }
    return { number, failure };
  }
}

function answer(open: Store, call: Call): Answer {
  switch (call.method) {
    case 'apply':
      open.apply(call.changes);
      return { method: 'apply' };
    case 'query':
      return { method: 'query', answer: open.read((reader) => reader.query(call.query)) };
    case 'candidates':
      return {
        method: 'candidates',
        candidates: open.read((reader) => reader.candidates(call.ids, call.query)),
      };
    case 'document':
      return { method: 'document', document: open.read((reader) => reader.document(call.id)) };
    case 'suggest':
      return {
        method: 'suggest',
        suggestions: open.read((reader) => reader.suggest(call.beginnings, call.size)),
      };
    case 'values':
      return { method: 'values', values: open.read((reader) => reader.values(call.facet)) };
    case 'entries':
      return { method: 'entries', entries: open.read((reader) => reader.entries(call.after)) };
    case 'health':
      open.read((reader) => reader.probe());
      return { method: 'health', documents: open.documents, generation: open.generation };
  }
}

/** A file that cannot be opened is no mistake of ours, whatever the error: the folder or this build of Node is wrong. */
function failureOf(error: unknown, opening: boolean): Failure {
  const kind = opening || isSqliteError(error) ? 'file' : 'fault';
  if (error instanceof Error) return { kind, message: error.message, stack: error.stack };
  return { kind, message: String(error), stack: undefined };
}
