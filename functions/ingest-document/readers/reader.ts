import type { Reading } from '../../../shared/document.ts';

/** What a reader may know beside the bytes, so that the same bytes read twice on one day give the same. */
export interface ReadingContext {
  /** The upload's key; its name is the last resort for a title. */
  readonly key: string;
  /** `YYYY-MM-DD`: a document cannot have been published after it. */
  readonly today: string;
}

/** Reads one kind of file; throws RefusedError when it cannot become a document. */
export type Reader = (bytes: Uint8Array, context: ReadingContext) => Reading | Promise<Reading>;
