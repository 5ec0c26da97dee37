/** Requests to a Meilisearch server: when to try again, when to give up, and what its refusals mean. */
import {
  type EnqueuedTask,
  type FederatedMultiSearchParams,
  Meilisearch,
  MeilisearchRequestError,
  type MultiSearchQuery,
  type RecordAny,
  type SearchForFacetValuesParams,
  type Settings,
} from 'meilisearch';
import * as z from 'zod';
import { UnavailableError } from '../../../shared/errors.ts';
import { ConnectionError, type HttpAnswer, type HttpExchange } from './http-exchange.ts';

/** The index that was asked does not exist, or nobody set it up: nothing was ever put into it that can be found. */
export class NoSuchIndexError extends Error {
  override readonly name = 'NoSuchIndexError';
}

/** Milliseconds for a request without a deadline of its own. */
const patience = 10_000;

/** So many searches in a row without an answer, and none is tried for so many milliseconds. */
const failuresAtMost = 3;
const restFor = 1_000;

const tooBusy: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);
const notAllowed: ReadonlySet<number> = new Set([401, 403]);

const Refusal = z.object({ code: z.string(), message: z.string() });

/** The key itself, or where it is read when it is first needed, and again when the server refuses it. */
export type Key = string | (() => Promise<string>);

export interface ServerOptions {
  readonly url: string;
  readonly key: Key | undefined;
  readonly exchange: HttpExchange;
  readonly now?: () => number;
}

/** What Vindplaats asks of a server. Every method throws the errors of `shared/errors.ts`, or NoSuchIndexError. */
export class Server {
  readonly #client: Meilisearch;

  constructor({ url, key, exchange, now = Date.now }: ServerOptions) {
    const breaker = new Breaker(now);
    const held = new HeldKey(key);
    this.#client = new Meilisearch({
      host: url,
      httpClient: async (target, init = {}) => {
        const path = new URL(String(target));
        const method = init.method ?? 'GET';
        const signal = init.signal ?? AbortSignal.timeout(patience);
        const ask = async () => {
          const headers = { ...Object.fromEntries(new Headers(init.headers)), ...(await held.header()) };
          const body = typeof init.body === 'string' ? init.body : undefined;
          const request = { method, url: path, headers, body };
          const attempt = () => twice(() => exchange(request, signal), signal);
          // Only who waits for a search is better served by an answer at once; a write has time.
          return init.signal ? breaker.guard(attempt) : orUnavailable(attempt);
        };
        const answer = await ask();
        const again = notAllowed.has(answer.status) && held.forget();
        return contentOf(again ? await ask() : answer, `${method} ${path.pathname}`);
      },
    });
  }

  search(queries: readonly MultiSearchQuery[], signal?: AbortSignal) {
    return this.#told((client) => client.multiSearch({ queries: [...queries] }, waitingFor(signal)));
  }

  /** The answers to all queries as one. */
  searchTogether(params: FederatedMultiSearchParams, signal?: AbortSignal) {
    return this.#told((client) => client.multiSearch(params, waitingFor(signal)));
  }

  searchFacetValues(index: string, params: SearchForFacetValuesParams, signal?: AbortSignal) {
    return this.#told((client) => client.index(index).searchForFacetValues(params, waitingFor(signal)));
  }

  put(index: string, records: readonly RecordAny[]): Promise<EnqueuedTask> {
    return this.#told((client) => client.index(index).addDocuments([...records]));
  }

  remove(index: string, filter: string): Promise<EnqueuedTask> {
    return this.#told((client) => client.index(index).deleteDocuments({ filter }));
  }

  createIndex(index: string): Promise<EnqueuedTask> {
    return this.#told((client) => client.createIndex(index, { primaryKey: 'id' }));
  }

  setUp(index: string, settings: Settings): Promise<EnqueuedTask> {
    return this.#told((client) => client.index(index).updateSettings(settings));
  }

  deleteIndex(index: string): Promise<EnqueuedTask> {
    return this.#told((client) => client.deleteIndex(index));
  }

  /** Exchanges the names of the two indexes of every pair, all in one step. */
  swap(pairs: readonly (readonly [string, string])[]): Promise<EnqueuedTask> {
    return this.#told((client) =>
      client.swapIndexes(pairs.map(([one, other]) => ({ indexes: [one, other], rename: false }))),
    );
  }

  tasks(uids: readonly number[]) {
    return this.#told((client) => client.tasks.getTasks({ uids: [...uids], limit: uids.length }));
  }

  /** The client wraps whatever went wrong in an error of its own. */
  async #told<Answer>(ask: (client: Meilisearch) => PromiseLike<Answer>): Promise<Answer> {
    try {
      return await ask(this.#client);
    } catch (error) {
      throw error instanceof MeilisearchRequestError ? error.cause : error;
    }
  }
}

class HeldKey {
  readonly #key: Key | undefined;
  #read: Promise<string> | undefined;

  constructor(key: Key | undefined) {
    this.#key = key;
  }

  async header(): Promise<Record<string, string>> {
    const key = typeof this.#key === 'function' ? await this.#readOnce(this.#key) : this.#key;
    return key === undefined ? {} : { authorization: `Bearer ${key}` };
  }

  /** Whether another one may be read. */
  forget(): boolean {
    this.#read = undefined;
    return typeof this.#key === 'function';
  }

  async #readOnce(read: () => Promise<string>): Promise<string> {
    this.#read ??= read();
    try {
      return await this.#read;
    } catch (error) {
      this.#read = undefined;
      throw unavailable(error);
    }
  }
}

function waitingFor(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  if (signal?.aborted) throw unavailable(signal.reason);
  return signal ? { signal } : {};
}

/** Once more when the connection broke: it may be one that the server had just closed. */
async function twice(attempt: () => Promise<HttpAnswer>, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof ConnectionError) || signal.aborted) throw error;
    return attempt();
  }
}

class Breaker {
  readonly #now: () => number;
  #failures = 0;
  #restsUntil = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async guard(attempt: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    if (this.#now() < this.#restsUntil) {
      throw unavailable(new Error(`it could not be reached ${this.#failures} times in a row`));
    }
    try {
      const answer = await attempt();
      this.#failures = 0;
      return answer;
    } catch (error) {
      if (isFailure(error)) {
        this.#failures += 1;
        if (this.#failures >= failuresAtMost) this.#restsUntil = this.#now() + restFor;
      }
      throw unavailable(error);
    }
  }
}

/** Not when the caller lost interest. */
function isFailure(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof DOMException && error.name === 'TimeoutError');
}

async function orUnavailable(attempt: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await attempt();
  } catch (error) {
    throw unavailable(error);
  }
}

function contentOf({ status, body }: HttpAnswer, request: string): unknown {
  if (status < 400) return body === '' ? undefined : JSON.parse(body);
  const refusal = refusalIn(body);
  if (refusal && isOfNoIndex(refusal)) throw new NoSuchIndexError(refusal.message);
  const said = new Error(`${request} was answered ${status}: ${refusal?.message ?? body.slice(0, 200)}`);
  if (notAllowed.has(status)) {
    throw unavailable(new Error(`The key that was given lacks what ${request} needs`, { cause: said }));
  }
  if (tooBusy.has(status)) throw unavailable(said);
  throw said;
}

/**
 * A server whose data was lost while something was written makes an index for it by itself, without any settings; so is
 * every index for a moment when it begins. Every question has a filter, so it is refused in these words.
 */
function isOfNoIndex({ code, message }: z.infer<typeof Refusal>): boolean {
  return code === 'index_not_found' || message.includes('does not have configured filterable attributes');
}

function refusalIn(body: string): z.infer<typeof Refusal> | undefined {
  try {
    return Refusal.safeParse(JSON.parse(body)).data;
  } catch (error) {
    // A proxy before the server answers in words of its own.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function unavailable(cause: unknown): UnavailableError {
  return new UnavailableError('The search engine', { cause });
}
