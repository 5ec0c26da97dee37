/** What is said between the thread that answers requests and those that hold index files. */
import { NotFoundError } from '../../../shared/errors.ts';
import type {
  Candidates,
  EngineAnswer,
  EngineQuery,
  FacetCount,
  Frequencies,
  Misspelling,
  SuggestionCandidate,
} from '../../engine.ts';
import type { Query, QueryWord } from '../../query.ts';
import type { DocumentTitle, Facet, IndexChange, IndexEntry, MovedDocument } from '../../search-index.ts';

/** The generation that is served, or the one that is filled aside. */
export type Place = 'served' | 'aside';

export type Call =
  | { readonly method: 'apply'; readonly place: Place; readonly changes: readonly IndexChange[] }
  | { readonly method: 'query'; readonly place: Place; readonly query: EngineQuery }
  | { readonly method: 'candidates'; readonly ids: readonly string[]; readonly query: Query }
  | { readonly method: 'frequencies'; readonly words: readonly QueryWord[] }
  | { readonly method: 'resembling'; readonly word: Misspelling }
  | { readonly method: 'document'; readonly place: Place; readonly id: string }
  | {
      readonly method: 'suggest';
      readonly words: readonly (readonly string[])[];
      readonly size: number;
    }
  | { readonly method: 'values'; readonly facet: Facet }
  | { readonly method: 'titles'; readonly ids: readonly string[] }
  | { readonly method: 'entries'; readonly place: Place; readonly after: string }
  | { readonly method: 'health'; readonly place: Place }
  | { readonly method: 'markFilled'; readonly generation: string | undefined }
  | { readonly method: 'beginAside' }
  | { readonly method: 'promote' }
  | { readonly method: 'copyTo'; readonly to: string }
  | { readonly method: 'close' };

export type Answer =
  | { readonly method: 'apply'; readonly carriedOut: readonly boolean[] }
  | { readonly method: 'query'; readonly answer: EngineAnswer }
  | { readonly method: 'candidates'; readonly candidates: readonly Candidates[] }
  | { readonly method: 'frequencies'; readonly frequencies: Frequencies }
  | { readonly method: 'resembling'; readonly forms: readonly string[] }
  | { readonly method: 'document'; readonly document: IndexEntry | MovedDocument | 'gone' | undefined }
  | { readonly method: 'suggest'; readonly suggestions: readonly SuggestionCandidate[] }
  | { readonly method: 'values'; readonly values: readonly FacetCount[] }
  | { readonly method: 'titles'; readonly titles: readonly DocumentTitle[] }
  | {
      readonly method: 'entries';
      readonly entries: readonly { readonly id: string; readonly revision: number }[];
    }
  | {
      readonly method: 'health';
      readonly documents: number;
      readonly generation: string;
      readonly outdated: boolean;
      readonly refilling: boolean;
    }
  | { readonly method: 'markFilled' }
  | { readonly method: 'beginAside' }
  | { readonly method: 'promote' }
  | { readonly method: 'copyTo' }
  | { readonly method: 'close' };

export type Method = Call['method'];

const writing: ReadonlySet<Method> = new Set(['apply', 'markFilled', 'beginAside', 'promote', 'copyTo']);

/** Whether it may take as long as what it writes is large. */
export function isWriting({ method }: Call): boolean {
  return writing.has(method);
}

export type CallOf<M extends Method> = Extract<Call, { readonly method: M }>;
export type AnswerTo<M extends Method> = Extract<Answer, { readonly method: M }>;

/** Entries in one answer; fewer say that there are no more. */
export const entriesAtOnce = 1_000;

/** `file`: SQLite could not do it now; `none aside`: nothing was begun; `fault`: a mistake in Vindplaats. */
export interface Failure {
  readonly kind: 'file' | 'none aside' | 'fault';
  readonly message: string;
  readonly stack: string | undefined;
}

/** `path` is that of the index; `end`: no more is asked. */
export type Asked = { readonly number: number; readonly path: string; readonly call: Call } | 'end';
export type Told = { readonly number: number } & (
  | { readonly answer: Answer }
  | { readonly failure: Failure }
);

export function isAnswerTo<M extends Method>(method: M, answer: Answer): answer is AnswerTo<M> {
  return answer.method === method;
}

export function noneAside(): NotFoundError {
  return new NotFoundError({
    nl: 'Er wordt geen nieuwe zoekindex opgebouwd.',
    en: 'No new search index is being built.',
  });
}
