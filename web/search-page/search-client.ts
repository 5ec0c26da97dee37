/** Asking the public API. Every way in which it can fail becomes a SearchFailure that says what to tell the visitor. */
import { problemDetail, type SearchAnswer, type Suggestion, searchAnswer, suggestAnswer } from './answers.ts';
import type { Decode } from './decode.ts';
import type { Language } from './language.ts';
import { effectiveSort, formatState, type SearchState } from './search-state.ts';

/** Seconds until a retry when the server names none, and the most that the page will wait for. */
const usualWait = 5;
const longestWait = 120;

/**
 * `refused`: the question must change; `busy`: the same question may succeed after `retryAfterSeconds`;
 * `unreachable`: no answer came; `broken`: an answer came that makes no sense.
 */
export type FailureKind = 'refused' | 'busy' | 'unreachable' | 'broken';

export class SearchFailure extends Error {
  override readonly name = 'SearchFailure';
  readonly kind: FailureKind;
  /** The server's own sentence, in the page's language. */
  readonly detail: string | null;
  readonly retryAfterSeconds: number;

  constructor(kind: FailureKind, { detail = null, retryAfterSeconds = 0, cause }: FailureDetails = {}) {
    super(detail ?? kind, { cause });
    this.kind = kind;
    this.detail = detail;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface FailureDetails {
  readonly detail?: string | null;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** Hits on a page. */
const size = 10;

export class SearchClient {
  readonly #language: Language;

  constructor(language: Language) {
    this.#language = language;
  }

  search(state: SearchState, signal: AbortSignal): Promise<SearchAnswer> {
    const query = formatState(state);
    query.set('sort', effectiveSort(state));
    query.set('size', String(size));
    return this.#ask(`/search?${query}`, searchAnswer, signal);
  }

  suggest(q: string, signal: AbortSignal): Promise<readonly Suggestion[]> {
    return this.#ask(`/suggest?${new URLSearchParams({ q })}`, suggestAnswer, signal);
  }

  async #ask<T>(address: string, decode: Decode<T>, signal: AbortSignal): Promise<T> {
    let response: Response;
    try {
      response = await fetch(address, {
        signal,
        headers: { accept: 'application/json', 'accept-language': this.#language },
      });
    } catch (cause) {
      throw new SearchFailure('unreachable', { cause });
    }
    if (!response.ok) throw await failureOf(response);
    try {
      return decode(await response.json());
    } catch (cause) {
      throw new SearchFailure('broken', { cause });
    }
  }
}

async function failureOf(response: Response): Promise<SearchFailure> {
  const detail = await detailOf(response);
  if (response.status === 429 || response.status === 503) {
    return new SearchFailure('busy', {
      detail,
      retryAfterSeconds: waitOf(response.headers.get('retry-after')),
    });
  }
  const isTheQuestion = response.status >= 400 && response.status < 500;
  return new SearchFailure(isTheQuestion ? 'refused' : 'broken', { detail });
}

async function detailOf(response: Response): Promise<string | null> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return null;
  try {
    return problemDetail(await response.json());
  } catch {
    // The status alone says enough for a sentence of the page's own.
    return null;
  }
}

/** `Retry-After` is a number of seconds or a date. */
function waitOf(retryAfter: string | null): number {
  if (retryAfter === null) return usualWait;
  const seconds = /^\d+$/.test(retryAfter.trim())
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? usualWait : Math.min(longestWait, Math.max(1, Math.ceil(seconds)));
}
