/** Requests to a Meilisearch server: when to try again, when to give up, and what its refusals mean. */
import type {
  EnqueuedTask,
  FederatedMultiSearchParams,
  Meilisearch,
  MultiSearchQuery,
  RecordAny,
  SearchForFacetValuesParams,
  Settings,
} from 'meilisearch';
import * as z from 'zod/mini';
import { UnavailableError } from '../../../shared/errors.ts';
import {
  ConnectionError,
  ConnectTimeoutError,
  type HttpAnswer,
  type HttpExchange,
  type HttpRequest,
} from './http-exchange.ts';
import { LoadShedder, type Outcome } from './load-shedder.ts';

/** The index that was asked does not exist, or nobody set it up: nothing was ever put into it that can be found. */
export class NoSuchIndexError extends Error {
  override readonly name = 'NoSuchIndexError';
}

/** Milliseconds for a request without a deadline of its own. */
const patience = 10_000;

const tooBusy: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);
const notAllowed: ReadonlySet<number> = new Set([401, 403]);

const Refusal = z.object({ code: z.string(), message: z.string() });
const Answers = z.object({ results: z.array(z.unknown()) });

/** The key itself, or where it is read when it is first needed, and again when the server refuses it. */
export type Key = string | (() => Promise<string>);

export interface ServerOptions {
  readonly url: string;
  readonly key: Key | undefined;
  readonly exchange: HttpExchange;
  readonly now?: () => number;
  readonly random?: () => number;
}

/**
 * What Vindplaats asks of a server. Every method throws the errors of `shared/errors.ts`, or NoSuchIndexError. A search is
 * sent as it is; Meilisearch's own client, which the rest goes through, would be 30 KiB of every visitor's cold start, and
 * is loaded with the first change.
 */
export class Server {
  readonly #url: string;
  readonly #exchange: HttpExchange;
  readonly #shedder: LoadShedder;
  readonly #key: HeldKey;
  #client: Meilisearch | undefined;

  constructor({ url, key, exchange, now = Date.now, random = Math.random }: ServerOptions) {
    this.#url = url.endsWith('/') ? url : `${url}/`;
    this.#exchange = exchange;
    this.#shedder = new LoadShedder({ now, random });
    this.#key = new HeldKey(key);
  }

  /** Each query's own answer, in their order. */
  async search(queries: readonly MultiSearchQuery[], signal?: AbortSignal): Promise<readonly unknown[]> {
    return Answers.parse(await this.#ask('multi-search', { queries }, signal)).results;
  }

  /** The answers to all queries as one. */
  searchTogether(params: FederatedMultiSearchParams, signal?: AbortSignal): Promise<unknown> {
    return this.#ask('multi-search', params, signal);
  }

  searchFacetValues(
    index: string,
    params: SearchForFacetValuesParams,
    signal?: AbortSignal,
  ): Promise<unknown> {
    return this.#ask(`indexes/${index}/facet-search`, params, signal);
  }

  put(index: string, records: readonly RecordAny[]): Promise<EnqueuedTask> {
    return this.#told((client) => client.index(index).addDocuments([...records]));
  }

  /** Into records that are there: fields that are not given stay. */
  update(index: string, records: readonly RecordAny[]): Promise<EnqueuedTask> {
    return this.#told((client) => client.index(index).updateDocuments([...records]));
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
    const { Meilisearch, MeilisearchRequestError } = await import('meilisearch');
    this.#client ??= new Meilisearch({
      host: this.#url,
      httpClient: (target, { method = 'GET', headers, body } = {}) => {
        const sent = Object.fromEntries(new Headers(headers));
        const content = typeof body === 'string' ? body : undefined;
        return this.#send({ method, url: new URL(String(target)), headers: sent, body: content });
      },
    });
    try {
      return await ask(this.#client);
    } catch (error) {
      throw error instanceof MeilisearchRequestError ? error.cause : error;
    }
  }

  async #ask(path: string, question: object, signal: AbortSignal | undefined): Promise<unknown> {
    if (signal?.aborted) throw unavailable(signal.reason);
    const headers = { 'content-type': 'application/json' };
    const url = new URL(path, this.#url);
    return this.#send({ method: 'POST', url, headers, body: JSON.stringify(question) }, signal);
  }

  async #send(request: HttpRequest, signal?: AbortSignal): Promise<unknown> {
    const deadline = signal ?? AbortSignal.timeout(patience);
    const ask = async () => {
      const keyed = { ...request, headers: { ...request.headers, ...(await this.#key.header()) } };
      const attempt = () => twice(() => this.#exchange(keyed, deadline), deadline);
      // Only who waits for a search is better served by an answer at once; a write has time.
      return signal ? this.#unlessShed(attempt, signal) : orUnavailable(attempt);
    };
    const answer = await ask();
    const again = notAllowed.has(answer.status) && this.#key.forget();
    return contentOf(again ? await ask() : answer, `${request.method} ${request.url.pathname}`);
  }

  async #unlessShed(attempt: () => Promise<HttpAnswer>, signal: AbortSignal): Promise<HttpAnswer> {
    const objection = this.#shedder.objection(signal);
    if (objection !== undefined) throw unavailable(new Error(objection));
    try {
      const answer = await attempt();
      this.#shedder.record(tooBusy.has(answer.status) ? 'too slow' : 'accepted');
      return answer;
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome) this.#shedder.record(outcome);
      throw unavailable(error);
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

/** Once more when the connection broke: it may be one that the server had just closed. */
async function twice(attempt: () => Promise<HttpAnswer>, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof ConnectionError) || signal.aborted) throw error;
    return attempt();
  }
}

/** Undefined when the caller lost interest, which says nothing of the server. */
function outcomeOf(error: unknown): Outcome | undefined {
  if (error instanceof ConnectTimeoutError) return 'too slow';
  if (error instanceof ConnectionError) return 'refused';
  return error instanceof DOMException && error.name === 'TimeoutError' ? 'too slow' : undefined;
}

async function orUnavailable(attempt: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await attempt();
  } catch (error) {
    throw unavailable(error);
  }
}

function contentOf({ status, body }: HttpAnswer, request: string): unknown {
  if (status < 400) return body === '' ? undefined : jsonIn(body, request);
  const refusal = refusalIn(body);
  if (refusal && isOfNoIndex(refusal)) throw new NoSuchIndexError(refusal.message);
  // Its code and not its words, which quote the filter or the document that it refuses, and stand in the log then.
  const said = new Error(`${request} was answered ${status}: ${refusal?.code ?? 'no answer of Meilisearch'}`);
  if (notAllowed.has(status)) {
    const cause = new Error(`The key that was given lacks what ${request} needs`, { cause: said });
    throw new UnavailableError('The search engine', { reason: 'wrong-key', cause });
  }
  // Something else answers in its place, such as a proxy that does not reach it.
  if (tooBusy.has(status) || !refusal) throw unavailable(said);
  throw said;
}

function jsonIn(body: string, request: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The words of JavaScript would quote what was read.
    throw unavailable(new Error(`${request} was answered by something else than Meilisearch`));
  }
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

/** What says already that it cannot be used says it best. */
export function unavailable(cause: unknown): UnavailableError {
  if (cause instanceof UnavailableError) return cause;
  return new UnavailableError('The search engine', { cause });
}
