/** What the page understands of every answer that is not an answer to its question. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SearchClient, SearchFailure } from '../../web/search-page/search-client.ts';

afterEach(() => vi.unstubAllGlobals());

async function failureAfter(response: Response): Promise<SearchFailure> {
  vi.stubGlobal('fetch', async () => response);
  const asking = new SearchClient('nl').suggest('zorg', new AbortController().signal);
  const failure: unknown = await asking.catch((error: unknown) => error);
  return failure instanceof SearchFailure ? failure : expect.fail(`No failure: ${failure}`);
}

describe('a server that is busy is asked again', () => {
  test.each([
    [429, 'Too Many Requests'],
    [503, 'Service Unavailable'],
  ])(
    'after five seconds when API Gateway answers %i, in a sentence of the page’s own',
    async (status, message) => {
      const failure = await failureAfter(Response.json({ message }, { status }));
      expect(failure).toMatchObject({ kind: 'busy', detail: null, retryAfterSeconds: 5 });
    },
  );

  test('when a function says, in its own words', async () => {
    const headers = { 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': '2' };
    const body = JSON.stringify({ detail: 'Even niet mogelijk.' });
    expect(await failureAfter(new Response(body, { status: 503, headers }))).toMatchObject({
      kind: 'busy',
      detail: 'Even niet mogelijk.',
      retryAfterSeconds: 2,
    });
  });
});

test.each([
  [413, 'Request Entity Too Large', 'refused'],
  [500, 'Internal Server Error', 'broken'],
])('API Gateway’s own %i is not asked again, and its English is not shown', async (status, message, kind) => {
  const failure = await failureAfter(Response.json({ message }, { status }));
  expect(failure).toMatchObject({ kind, detail: null, retryAfterSeconds: 0 });
});
