/** Reads files in watched processes, so that no file can stop, freeze or starve what reads it. */
import { documentId } from '../../../shared/document.ts';
import { largestUpload } from '../../../shared/largest-upload.ts';
import { ReaderFailedError, RefusedError } from '../../../shared/refusal.ts';
import { ProcessPool } from '../../isolation/process-pool.ts';
import type { Outcome } from '../../isolation/watched-process.ts';
import { Answer, type FileToRead, type MadeDocument } from './protocol.ts';
import { type ReadingLimits, readingLimits } from './reading-limits.ts';

export interface IsolatedReaderOptions {
  /** Files read side by side, each in a process. */
  readonly concurrency?: number;
  readonly limits?: Partial<ReadingLimits>;
  readonly startMs?: number;
  readonly fileBytes?: number;
  /** Told of a fault in a reader, for which a file was refused: the document's id, and what happened in the code. */
  readonly onFault?: (document: string, what: string) => void;
  /** Another entry point, for tests of the isolation itself. */
  readonly entry?: URL;
}

export interface IsolatedReader {
  /**
   * Throws RefusedError when the file cannot become a document, and ReaderFailedError when its reader died or ran out of
   * time; `bytes` are left as they are.
   */
  read(file: FileToRead): Promise<MadeDocument>;
  /** Ends the processes; what is still being read is given up. */
  close(): Promise<void>;
}

/** A process that has read this many files is replaced, so that what a parser keeps cannot grow without end. */
const filesPerProcess = 2_000;

/** Beside this file in source, beside the bundled handler in a bundle. */
const defaultEntry = new URL(
  import.meta.url.endsWith('.ts') ? './reading-process.ts' : './reading-process.mjs',
  import.meta.url,
);

export function isolatedReader({
  concurrency = 1,
  limits: given = {},
  startMs,
  fileBytes = largestUpload,
  onFault,
  entry = defaultEntry,
}: IsolatedReaderOptions = {}): IsolatedReader {
  const { memoryBytes, ...limits } = { ...readingLimits, ...given };
  const pool = new ProcessPool({
    entry,
    concurrency,
    memoryBytes,
    ...(startMs !== undefined && { startMs }),
    jobsPerProcess: filesPerProcess,
    restingBytes: memoryBytes / 2,
  });
  return {
    async read(file) {
      if (file.bytes.length > fileBytes) throw new RefusedError('too-large');
      if (file.bytes.length === 0) throw new RefusedError('empty');
      const end = endOf(await pool.run({ work: file, limits }));
      if (end.type === 'read') return end.document;
      if (end.fault !== undefined) onFault?.(documentId(file.key), end.fault);
      throw end.error;
    },
    close: () => pool.close(),
  };
}

type End =
  | { readonly type: 'read'; readonly document: MadeDocument }
  | { readonly type: 'refused'; readonly error: RefusedError; readonly fault?: string };

/** What the outcome means for the file; `fault` when a developer should know of it. */
function endOf(outcome: Outcome): End {
  switch (outcome.type) {
    case 'done':
      return endOfAnswer(outcome.result);
    case 'timeout':
    case 'out-of-memory':
      return { type: 'refused', error: new ReaderFailedError(outcome.type) };
    case 'died':
      return {
        type: 'refused',
        error: new ReaderFailedError('crashed', { cause: new Error(outcome.how) }),
        fault: outcome.how,
      };
    case 'failed':
      return atFault(outcome.stack);
  }
}

function endOfAnswer(result: unknown): End {
  const { data: answer } = Answer.safeParse(result);
  switch (answer?.outcome) {
    case 'read':
      return { type: 'read', document: answer.document };
    case 'refused':
      return { type: 'refused', error: new RefusedError(answer.reason) };
    default:
      return atFault(`It broke the schema at ${answer?.places.join(', ') ?? 'the answer itself'}`);
  }
}

function atFault(fault: string): End {
  return { type: 'refused', error: new RefusedError('reader-fault', { cause: new Error(fault) }), fault };
}
