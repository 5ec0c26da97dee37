/** Speaks to a running Vindplaats as staff do, over HTTP, and tries again what may succeed in a moment. */
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { PlainError } from './plain-error.ts';

/** Tries before a fault that may pass counts as lasting; with their pauses about a minute in all. */
const attempts = 8;

/** Milliseconds; the pause doubles up to the longest, unless the server names its own. */
const firstPause = 500;
const longestPause = 15_000;

/** Milliseconds, at least, after an answer that the server is busy but not for how long: API Gateway never says. */
const pauseAfterBusy = 5_000;

/** What went wrong, as functions say it and as API Gateway does. */
const Explanation = z.union([
  z.looseObject({ detail: z.string() }).transform(({ detail }) => detail),
  z.looseObject({ message: z.string() }).transform(({ message }) => message),
]);

/** The server said no, and would say so again. */
export class RefusedRequestError extends Error {
  override readonly name = 'RefusedRequestError';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** A fault that the server cannot name may pass as well, but rather not. */
const attemptsAtUnknownFault = 3;

/** Sends a request that may be sent twice, and again while the answer is that the server cannot just now. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const last = attempt === attempts;
    let answered: Response | undefined;
    try {
      const response = await fetch(url, init);
      const mayPass = response.status === 429 || response.status >= 500;
      const isTriedEnough = last || (response.status === 500 && attempt >= attemptsAtUnknownFault);
      if (!mayPass || isTriedEnough) return response;
      await response.body?.cancel();
      answered = response;
    } catch (error) {
      if (last) throw error;
    }
    await pause(pauseAfter(attempt, answered));
  }
}

/** Milliseconds from this attempt, the first being 1, to the next one; without an answer nothing is known of the server. */
export function pauseAfter(attempt: number, answer?: Pick<Response, 'status' | 'headers'>): number {
  const named = answer?.headers.get('retry-after') ?? null;
  if (Number(named) > 0) return Math.min(60, Number(named)) * 1000;
  const pause = Math.min(longestPause, firstPause * 2 ** (attempt - 1));
  const isBusy = answer?.status === 429 || answer?.status === 503;
  return isBusy && named === null ? Math.max(pauseAfterBusy, pause) : pause;
}

export class StaffApiClient {
  readonly #api: string;
  readonly #token: string;

  constructor(api: string, token: string) {
    this.#api = api;
    this.#token = token;
  }

  /** The answer, as the schema reads it; undefined for 404. Throws RefusedRequestError for any other refusal. */
  async get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema> | undefined> {
    const response = await this.#request(path, { method: 'GET' });
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    return schema.parse(await jsonOf(response));
  }

  async post<Schema extends z.ZodType>(
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    const response = await this.#request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return schema.parse(await jsonOf(response));
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.#token}`);
    headers.set('accept', 'application/json');
    headers.set('accept-language', 'en');
    const response = await send(`${this.#api}${path}`, { ...init, headers }).catch((error: unknown) => {
      throw new PlainError(`${this.#api} does not answer any more. Start it again, then try again.`, {
        cause: error,
      });
    });
    if (response.status === 401) {
      throw new PlainError(
        `${this.#api} does not accept this staff token. It may have expired, or belong to another Vindplaats.`,
      );
    }
    if (response.status === 403) {
      const scope = missingScope(response);
      const why = scope ? `it lacks the scope ${scope}.` : await detailOf(response);
      throw new PlainError(`This staff token does not allow it: ${why}`);
    }
    return response;
  }
}

/** API Gateway names it in a header only. */
function missingScope({ headers }: Response): string | undefined {
  return /\bscope="([^"]+)"/.exec(headers.get('www-authenticate') ?? '')?.[1];
}

async function jsonOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new RefusedRequestError(response.status, await detailOf(response));
  return response.json();
}

async function detailOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    return Explanation.parse(JSON.parse(text));
  } catch {
    return `${response.status} ${response.statusText}`.trim();
  }
}
