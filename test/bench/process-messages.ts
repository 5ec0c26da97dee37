/** What the measurement and the process of one engine say to each other: one message, one answer. */
import type { IndexEntry } from '../../search-index/search-index.ts';
import type { EngineName } from './measured-engine.ts';
import type { Question, QuestionKind } from './search-questions.ts';

export type Order =
  | { readonly do: 'open'; readonly engine: EngineName; readonly folder: string }
  | { readonly do: 'put'; readonly entries: readonly IndexEntry[] }
  | { readonly do: 'save' }
  | {
      readonly do: 'ask';
      readonly kind: QuestionKind;
      readonly questions: readonly Question[];
      readonly warmUp: number;
    }
  | { readonly do: 'replace'; readonly entries: readonly IndexEntry[]; readonly warmUp: number }
  | { readonly do: 'own query'; readonly questions: readonly Question[]; readonly warmUp: number }
  | { readonly do: 'handler'; readonly questions: readonly Question[]; readonly warmUp: number }
  | { readonly do: 'memory' };

/** Times in milliseconds; `found`: how many of the questions found anything. */
export interface Done {
  readonly times: readonly number[];
  readonly found: number;
  /** Bytes on disk after saving, peak memory in bytes; else 0. */
  readonly bytes: number;
}

export type Reply = { readonly done: Done } | { readonly error: string };
