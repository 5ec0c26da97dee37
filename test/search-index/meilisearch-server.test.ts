import { inspect } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  ConnectionError,
  ConnectTimeoutError,
  type HttpAnswer,
  type HttpExchange,
} from '../../search-index/engines/meilisearch/http-exchange.ts';
import { meilisearchEngine } from '../../search-index/engines/meilisearch/meilisearch-engine.ts';
import { NoSuchIndexError, Server } from '../../search-index/engines/meilisearch/server.ts';
import { succeeded } from '../../search-index/engines/meilisearch/tasks.ts';
import { TooSlowError, UnavailableError } from '../../shared/errors.ts';

const found: HttpAnswer = { status: 200, body: '{"results":[]}' };
const refusal = (status: number, code: string): HttpAnswer => {
  return { status, body: JSON.stringify({ code, message: `it is ${code}` }) };
};

/** A server that answers in turn; an Error is thrown. */
function answering(...answers: (HttpAnswer | Error)[]) {
  const asked: string[] = [];
  let now = 0;
  let chance = 0.5;
  const exchange: HttpExchange = async ({ headers }) => {
    asked.push(headers.authorization ?? '');
    const answer = answers.shift() ?? found;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const server = (key?: ConstructorParameters<typeof Server>[0]['key']) =>
    new Server({ url: 'http://127.0.0.1:7700', key, exchange, now: () => now, random: () => chance });
  return {
    asked,
    server,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    draw: (next: number) => {
      chance = next;
    },
  };
}

const broken = () => new ConnectionError('read ECONNRESET');
const timedOut = () => new DOMException('The operation was aborted due to timeout', 'TimeoutError');

describe('Tasks of a Meilisearch server', () => {
  afterEach(() => vi.useRealTimers());

  test('that take longer than a minute are told from a server that does not answer', async () => {
    vi.useFakeTimers();
    const underWay = [{ uid: 1, type: 'documentAdditionOrUpdate', status: 'processing', error: null }];
    const exchange: HttpExchange = async () => {
      return { status: 200, body: JSON.stringify({ results: underWay }) };
    };
    const server = new Server({ url: 'http://127.0.0.1:7700', key: undefined, exchange });
    const waited = succeeded(server, [{ taskUid: 1 }]).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await waited).toBeInstanceOf(TooSlowError);
    expect(await waited).toBeInstanceOf(UnavailableError);
  });
});

describe('A request to a Meilisearch server', () => {
  test('is made once more when the connection broke, and not when the server refused', async () => {
    const { asked, server } = answering(broken(), found);
    expect(await server().search([])).toEqual([]);
    expect(asked).toHaveLength(2);
    const refusing = answering(refusal(400, 'invalid_search_filter'));
    await expect(refusing.server().search([])).rejects.toThrow(/answered 400: invalid_search_filter$/);
    expect(refusing.asked).toHaveLength(1);
  });

  test('that is refused never tells of what was asked, for its error stands in the log', async () => {
    const quoting = { code: 'invalid_search_filter', message: 'Was expecting `=` at `zoekvraagwoord`' };
    const { server } = answering(
      { status: 400, body: JSON.stringify(quoting) },
      { status: 500, body: '<p>zoekvraagwoord</p>' },
    );
    const one = server();
    for (let time = 0; time < 2; time++) {
      const error = await one.search([]).catch((thrown: unknown) => thrown);
      expect(inspect(error)).not.toContain('zoekvraagwoord');
    }
  });

  test('of a search is not made at all for a second after three refused connections', async () => {
    const failures = Array.from({ length: 6 }, broken);
    const { asked, server, pass } = answering(...failures);
    const one = server();
    const search = () => one.search([], AbortSignal.timeout(60_000));
    for (let time = 0; time < 3; time++) await expect(search()).rejects.toThrow(UnavailableError);
    expect(asked).toHaveLength(6);
    await expect(search()).rejects.toThrow(UnavailableError);
    expect(asked).toHaveLength(6);
    // What has no deadline of its own, such as a write, is tried all the same.
    expect(await one.search([])).toEqual([]);
    pass(1_000);
    expect(await search()).toEqual([]);
  });

  test.each<[string, () => HttpAnswer | Error]>([
    ['is not answered in time', timedOut],
    ['gets no connection in time', () => new ConnectTimeoutError('no connection within 250 ms')],
    ['is answered that the server is too busy', () => refusal(429, 'too_many_requests')],
  ])(
    'of a search is left out by chance, and by chance only, when every search before %s',
    async (_, slow) => {
      const { asked, server, draw, pass } = answering(...Array.from({ length: 80 }, slow));
      const one = server();
      const search = () => one.search([], AbortSignal.timeout(60_000)).catch(() => 'unavailable');
      draw(0);
      for (let time = 0; time < 4; time++) await search();
      const tries = asked.length;
      await search();
      expect(asked.length, 'a few say little').toBeGreaterThan(tries);
      draw(0.99);
      for (let time = 0; time < 30; time++) await search();
      const tried = asked.length;
      draw(0.5);
      await search();
      expect(asked).toHaveLength(tried);
      // Slow is not dead: whatever went before, some are tried.
      draw(0.99);
      await search();
      expect(asked.length).toBeGreaterThan(tried);
      pass(60_000);
      draw(0);
      const before = asked.length;
      await search();
      expect(asked.length, 'what is long past counts no more').toBeGreaterThan(before);
    },
  );

  test('of a search that was begun is made, whatever chance would say then', async () => {
    const { asked, server, draw } = answering(...Array.from({ length: 30 }, timedOut));
    const one = server();
    const signal = AbortSignal.timeout(60_000);
    draw(0.99);
    for (let time = 0; time < 30; time++) await one.search([], signal).catch(() => {});
    draw(0);
    expect(await one.search([], signal)).toEqual([]);
    await expect(one.search([], AbortSignal.timeout(60_000))).rejects.toThrow(UnavailableError);
    expect(asked).toHaveLength(31);
  });

  test('of a search is always made while half of them are answered', async () => {
    const { asked, server, draw } = answering(
      ...Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? found : timedOut())),
    );
    const one = server();
    draw(0);
    for (let time = 0; time < 200; time++) await one.search([], AbortSignal.timeout(60_000)).catch(() => {});
    expect(asked).toHaveLength(200);
  });

  test('says what is unavailable, what is missing and what is a fault', async () => {
    for (const status of [408, 429, 502, 503, 504]) {
      const { server } = answering({ status, body: '<html>' });
      await expect(server().search([]), String(status)).rejects.toThrow(UnavailableError);
    }
    const missing = answering(refusal(404, 'index_not_found')).server();
    await expect(missing.search([])).rejects.toThrow(NoSuchIndexError);
    const forbidden = answering(refusal(403, 'invalid_api_key')).server('a key');
    await expect(forbidden.search([])).rejects.toMatchObject({
      name: 'UnavailableError',
      cause: { message: 'The key that was given lacks what POST /multi-search needs' },
    });
  });

  test('reads its key when it is first needed, and again when the server refuses it', async () => {
    let keys = 0;
    const { asked, server } = answering(found, refusal(403, 'invalid_api_key'), found);
    const one = server(async () => {
      keys += 1;
      return `key ${keys}`;
    });
    expect(keys).toBe(0);
    await one.search([]);
    await one.search([]);
    expect(asked).toEqual(['Bearer key 1', 'Bearer key 1', 'Bearer key 2']);
  });

  test('is not made when nobody waits any more', async () => {
    const { asked, server } = answering();
    await expect(server().search([], AbortSignal.abort())).rejects.toThrow(UnavailableError);
    expect(asked).toEqual([]);
  });

  test('ends within its time when nothing listens, and health says why', async () => {
    const engine = meilisearchEngine({ url: 'http://127.0.0.1:9', collection: 'public' });
    const started = performance.now();
    expect(await engine.health()).toEqual({
      searchable: false,
      documents: 0,
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    await expect(engine.values('theme')).rejects.toThrow(UnavailableError);
    expect(performance.now() - started).toBeLessThan(2_000);
    await engine.close();
    await expect(engine.values('theme')).rejects.toMatchObject({
      cause: { message: 'the search index was closed' },
    });
  });
});
