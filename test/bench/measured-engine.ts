/** An engine as the measurement uses it, whether empty or already filled. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexEntry } from '../../search-index/search-index.ts';
import type { Question, QuestionKind } from './search-questions.ts';

export const engineNames = ['embedded', 'meilisearch', 'minisearch', 'orama'] as const;
export type EngineName = (typeof engineNames)[number];

/** Hits on a page, each with passages. */
export const hitsShown = 10;
export const suggestionsShown = 10;

export interface MeasuredEngine {
  put(entries: readonly IndexEntry[]): Promise<void>;
  /** Resolves once a new process can answer from what was put. */
  save(): Promise<void>;
  bytesOnDisk(): Promise<number>;
  /** How many documents or suggestions were found. */
  ask(kind: QuestionKind, question: Question): Promise<number>;
  /** Resolves once the entry is found in place of the one with the same id. */
  replace(entry: IndexEntry): Promise<void>;
  close(): Promise<void>;
}

export function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
