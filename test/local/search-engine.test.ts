import { createServer, type RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { closeServer, listenOnLoopback } from '../../local/listen.ts';
import { PlainError } from '../../local/plain-error.ts';
import { chooseSearchEngine, followSearchEngine } from '../../local/search-engine.ts';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import { entry, put } from '../search-index/entries.ts';
import { temporaryFolder } from './temporary.ts';

describe('the search engine is', () => {
  test('the embedded one in the data folder when nothing else is said', async () => {
    const folder = temporaryFolder();
    expect(await chooseSearchEngine({}, folder)).toEqual({ url: `sqlite:${folder}`, key: undefined });
  });

  test('the one at SEARCH_ENGINE_URL', async () => {
    const environment = { SEARCH_ENGINE_URL: 'http://127.0.0.1:9', SEARCH_ENGINE_KEY: 'key' };
    expect(await chooseSearchEngine(environment, 'folder')).toEqual({
      url: 'http://127.0.0.1:9',
      key: 'key',
    });
  });

  test.each([
    ['an empty address', { SEARCH_ENGINE_URL: '' }, 'SEARCH_ENGINE_URL is empty'],
    ['a blank address', { SEARCH_ENGINE_URL: ' ' }, 'SEARCH_ENGINE_URL is empty'],
    ['an address without its scheme', { SEARCH_ENGINE_URL: 'localhost:7700' }, 'cannot be used'],
    ['a scheme without an address', { SEARCH_ENGINE_URL: 'http://' }, 'cannot be used'],
    ['another scheme', { SEARCH_ENGINE_URL: 'ftp://127.0.0.1' }, 'cannot be used'],
    ['a port that is none', { SEARCH_ENGINE_URL: 'http://127.0.0.1:77000' }, 'cannot be used'],
    ['an empty key', { SEARCH_ENGINE_KEY: '' }, 'SEARCH_ENGINE_KEY is empty'],
  ])('refused in one line for %s', async (_what, environment, words) => {
    const choosing = chooseSearchEngine(environment, temporaryFolder());
    await expect(choosing).rejects.toThrow(PlainError);
    await expect(choosing).rejects.toThrow(words);
    await expect(choosing).rejects.toThrow(/^[^\n]+\.$/);
  });
});

/** A server that answers as it is told to, and can be away. */
async function engine(first: RequestListener | 'away', documents = 0) {
  let answer = first;
  const server = createServer((request, response) => {
    if (answer === 'away') request.socket.destroy();
    else answer(request, response);
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  onTestFinished(() => closeServer(server));
  const said: string[] = [];
  const onError = vi.fn();
  let looks = 0;
  return {
    url,
    said,
    onError,
    follow(key?: string) {
      const following = followSearchEngine({
        url: url.replace('//', '//name:secret@'),
        key,
        say: (sentence) => said.push(sentence),
        onError,
        countDocuments: async () => documents,
        showProgress: () => undefined,
        every: 5,
      });
      onTestFinished(() => following.stop());
    },
    becomes(next: typeof answer) {
      answer = next;
    },
    /** Resolves after so many more requests. */
    async asked(times: number) {
      const until = looks + times;
      const counted = () => void looks++;
      server.on('request', counted);
      await expect.poll(() => looks, { timeout: 20_000, interval: 5 }).toBeGreaterThan(until);
      server.off('request', counted);
    },
  };
}

const answering =
  (status: number, code: string): RequestListener =>
  (_request, response) => {
    response.statusCode = status;
    response.end(JSON.stringify({ code, message: code }));
  };
/** An empty server: it has no index yet, and is searched as one without documents. */
const empty = answering(404, 'index_not_found');

const soon = { timeout: 20_000, interval: 10 };

describe('the console tells of the search engine', () => {
  test('once when it does not answer, with its address and no password, and once when it does', async () => {
    const { follow, said, becomes, asked, url, onError } = await engine('away');
    follow();
    await asked(20);
    expect(said).toEqual([
      expect.stringContaining(`The search engine at ${url} (SEARCH_ENGINE_URL) does not`),
    ]);
    expect(said.join()).not.toContain('secret');
    becomes(empty);
    await expect.poll(() => said, soon).toHaveLength(2);
    expect(said[1]).toBe(`The search engine at ${url} (SEARCH_ENGINE_URL) answers.`);
    becomes('away');
    await expect.poll(() => said, soon).toHaveLength(3);
    await asked(20);
    expect(said).toHaveLength(3);
    expect(onError).not.toHaveBeenCalled();
  });

  test('not at all while it answers', async () => {
    const { follow, said, asked } = await engine(empty);
    follow();
    await asked(20);
    expect(said).toEqual([]);
  });

  test.each([
    ['a wrong key', 403, 'invalid_api_key', 'wrong', 'refuses the key in SEARCH_ENGINE_KEY'],
    ['no key', 401, 'missing_authorization_header', undefined, 'asks for a key'],
  ])('once for %s', async (_what, status, code, key, words) => {
    const { follow, said, asked, url } = await engine(answering(status, code));
    follow(key);
    await asked(20);
    expect(said).toEqual([expect.stringContaining(words)]);
    expect(said[0]).toContain(url);
  });

  test.each([
    ['a page', 404],
    ['a page', 200],
    ['a page', 500],
  ])('once when %s with status %i is in its place', async (_what, status) => {
    const { follow, said, asked, onError } = await engine((_request, response) => {
      response.statusCode = status;
      response.end('<h1>Hello</h1>');
    });
    follow();
    await asked(20);
    expect(said).toEqual([expect.stringContaining('does not answer')]);
    expect(said.join()).not.toContain('Hello');
    expect(onError).not.toHaveBeenCalled();
  });
});

test('the console tells when an index lacks what it should hold, how far it is, and when it is whole again', async () => {
  const url = `sqlite:${temporaryFolder()}`;
  const collections = await Promise.all(
    (['public', 'archive'] as const).map((collection) => openSearchIndex({ url, collection })),
  );
  onTestFinished(() => Promise.all(collections.map((index) => index.close())).then(() => undefined));
  const said: string[] = [];
  const shown: string[] = [];
  let documents = 0;
  const following = followSearchEngine({
    url,
    key: undefined,
    say: (sentence) => said.push(sentence),
    showProgress: (text) => shown.push(text),
    onError: (error) => expect.fail(String(error)),
    countDocuments: async () => documents,
    every: 5,
  });
  onTestFinished(() => following.stop());
  const [visible, archive] = collections;
  // Before there is any document, nothing was lost.
  await visible?.markFilled(undefined);
  expect(said).toEqual([]);
  documents = 2;
  await expect
    .poll(() => said, soon)
    .toEqual([expect.stringMatching(/is filled again .*: 0 of 2 are there/)]);
  await archive?.apply(put(entry('een')));
  await expect.poll(() => shown, soon).toContain('Search index: 1 of 2 documents');
  await archive?.markFilled(undefined);
  await expect.poll(() => said, soon).toHaveLength(2);
  expect(said[1]).toBe('The search index is whole again.');
});

test('/health tells a refused key from an engine that is away', async () => {
  const { url } = await engine(answering(403, 'invalid_api_key'));
  const index = await openSearchIndex({ url, collection: 'public', key: 'wrong' });
  onTestFinished(() => index.close());
  await expect(index.health()).rejects.toMatchObject({ name: 'UnavailableError', reason: 'wrong-key' });
});
