import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { type HttpServer, type Site, startHttpServer } from '../../local/http-server.ts';
import { bundleAssets } from '../../local/web-assets.ts';
import { temporaryFolder } from './temporary.ts';

async function start(site: Partial<Site> = {}): Promise<HttpServer & { onError: ReturnType<typeof vi.fn> }> {
  const onError = vi.fn();
  const server = await startHttpServer({ port: 0, onError });
  onTestFinished(() => server.stop());
  server.open({
    publicApi: async () => ({ statusCode: 200, body: 'public' }),
    staffApi: async () => ({ statusCode: 200, body: 'staff' }),
    authorize: async () => ({ by: { jwt: { claims: { sub: 'someone' }, scopes: ['archive/read'] } } }),
    assets: new Map(),
    documents: new Map(),
    ...site,
  });
  return { ...server, onError };
}

/** A server whose public API answers what `answer` says, and the events that it got. */
async function listening(answer: unknown = { statusCode: 200 }) {
  const events: APIGatewayProxyEventV2[] = [];
  const publicApi = async (event: unknown) => {
    events.push(z.custom<APIGatewayProxyEventV2>().parse(event));
    return answer;
  };
  return { ...(await start({ publicApi })), events };
}

/** As fetch, which would not let a test name its Host or leave a path as it is. */
function ask(
  origin: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  const { port } = new URL(origin);
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('a request reaches the function as API Gateway passes it on', () => {
  test('with path, query, headers and cookies', async () => {
    const { origin, events } = await listening();
    await fetch(`${origin}/themes/a%20b?q=c%20d&theme=x&theme=y`, {
      headers: { Accept: 'text/html', Cookie: 'a=1; b=2', 'X-Many': 'one' },
    });
    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/themes/a b',
      rawQueryString: 'q=c%20d&theme=x&theme=y',
      queryStringParameters: { q: 'c d', theme: 'x,y' },
      headers: { accept: 'text/html', 'x-many': 'one' },
      cookies: ['a=1', 'b=2'],
      requestContext: {
        http: { method: 'GET', path: '/themes/a b', sourceIp: '127.0.0.1' },
        stage: '$default',
      },
      isBase64Encoded: false,
    });
    expect(events[0]?.headers.cookie).toBeUndefined();
    expect(events[0]).not.toHaveProperty('body');
  });

  test('with text as it is and anything else in base64', async () => {
    const { origin, events } = await listening();
    const bodies = [
      { type: 'application/json; charset=utf-8', body: '{"a":"é"}' },
      { type: 'application/pdf', body: Buffer.from([0, 255, 1]) },
    ];
    for (const { type, body } of bodies) {
      await fetch(`${origin}/x`, { method: 'POST', headers: { 'content-type': type }, body });
    }
    expect(events[0]).toMatchObject({ body: '{"a":"é"}', isBase64Encoded: false });
    expect(events[1]).toMatchObject({ body: 'AP8B', isBase64Encoded: true });
  });
});

test('what the cloud lets any web page read, no page of another site reads of this machine', async () => {
  const headers = {
    'Access-Control-Allow-Origin': '*',
    'access-control-expose-headers': '*',
    vary: 'accept',
  };
  const { origin } = await listening({ statusCode: 200, headers, body: 'public' });
  const response = await fetch(`${origin}/search`, { headers: { origin: 'https://example.org' } });
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  expect(response.headers.get('vary')).toBe('accept');
});

describe('the answer of a function is sent as it is', () => {
  test('with status, headers and cookies', async () => {
    const { origin } = await listening({
      statusCode: 302,
      headers: { Location: '/elsewhere', 'X-Number': 1 },
      cookies: ['a=1', 'b=2'],
    });
    const response = await fetch(`${origin}/x`, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/elsewhere');
    expect(response.headers.get('x-number')).toBe('1');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('with bytes that came in base64', async () => {
    const { origin } = await listening({ statusCode: 200, body: 'AP8B', isBase64Encoded: true });
    expect(await (await fetch(`${origin}/x`)).bytes()).toEqual(new Uint8Array([0, 255, 1]));
  });

  test('as JSON when it names no status', async () => {
    const { origin } = await listening({ hello: 'there' });
    const response = await fetch(`${origin}/x`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ hello: 'there' });
  });

  test('without its body when only its head was asked for', async () => {
    const { origin, events } = await listening({ statusCode: 200, body: 'twelve bytes' });
    const response = await fetch(`${origin}/x`, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe('12');
    expect(await response.text()).toBe('');
    expect(events[0]?.requestContext.http.method).toBe('HEAD');
  });
});

describe('what no function answers is answered as API Gateway does, without a word on when to ask again', () => {
  const toldBy = async (response: Response) => {
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.has('retry-after')).toBe(false);
    return [response.status, await response.json()];
  };
  const internalServerError = [500, { message: 'Internal Server Error' }];

  test('503 until everything runs', async () => {
    const server = await startHttpServer({ port: 0, onError: vi.fn() });
    onTestFinished(() => server.stop());
    expect(await toldBy(await fetch(`${server.origin}/health`))).toEqual([
      503,
      { message: 'Service Unavailable' },
    ]);
  });

  test('413 for more than a function can take, and the next request is answered', async () => {
    const { origin, events } = await listening();
    const large = await fetch(`${origin}/x`, { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024 + 1) });
    expect(await toldBy(large)).toEqual([413, { message: 'Request Entity Too Large' }]);
    const largest = await fetch(`${origin}/x`, { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024) });
    expect(largest.status).toBe(200);
    expect(events).toHaveLength(1);
  });

  test('500 without any detail when a function throws, or gives more than Lambda can', async () => {
    const thrown = await start({ publicApi: async () => Promise.reject(new Error('secret')) });
    expect(await toldBy(await fetch(`${thrown.origin}/x`))).toEqual(internalServerError);
    expect(thrown.onError).toHaveBeenCalledOnce();
    const large = await listening({ statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024 + 1) });
    expect(await toldBy(await fetch(`${large.origin}/x`))).toEqual(internalServerError);
  });

  test('and what a function answers keeps its form and its Retry-After', async () => {
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '30' };
    const { origin } = await listening({ statusCode: 503, headers, body: '{"detail":"Later."}' });
    const response = await fetch(`${origin}/x`);
    expect(Object.fromEntries(response.headers)).toMatchObject(headers);
    expect(await response.json()).toEqual({ detail: 'Later.' });
  });

  test('400 for an address that is no address', async () => {
    const { origin } = await start();
    expect(await ask(origin, '/%E0%A4%A')).toBe(400);
    expect(await ask(origin, 'http://example.org/')).toBe(400);
  });

  test('421 under any name but this machine', async () => {
    const { origin, port } = await start();
    for (const host of [`example.org:${port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.1.example.org:${port}`]) {
      expect(await ask(origin, '/', { host })).toBe(421);
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      expect(await ask(origin, '/', { host })).toBe(200);
    }
  });
});

describe('the staff API', () => {
  test('is asked only with what the authorizer lets through, however its path is spelled', async () => {
    const staffApi = vi.fn().mockResolvedValue({ statusCode: 200 });
    const publicApi = vi.fn().mockResolvedValue({ statusCode: 200 });
    const refusal = { status: 401, headers: {}, body: '' };
    const { origin } = await start({ staffApi, publicApi, authorize: async () => ({ refusal }) });
    for (const path of ['/archive', '/archive/uploads', '/%61rchive/uploads', '/archive%2Fuploads']) {
      expect(await ask(origin, path)).toBe(401);
    }
    expect(staffApi).not.toHaveBeenCalled();
    expect(publicApi).not.toHaveBeenCalled();
  });

  test('gets to see the claims of the token', async () => {
    const staffApi = vi.fn().mockResolvedValue({ statusCode: 200 });
    const { origin } = await start({ staffApi });
    await fetch(`${origin}/archive/uploads`);
    expect(staffApi.mock.calls[0]?.[0]).toMatchObject({
      requestContext: { authorizer: { jwt: { claims: { sub: 'someone' }, scopes: ['archive/read'] } } },
    });
  });
});

test('the search page is bundled and served at the root', async () => {
  const folder = join(temporaryFolder(), 'search-page');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'index.html'),
    '<title>Zoek</title><script type="module" src="/assets/search-page.js">',
  );
  writeFileSync(join(folder, 'search-page.ts'), `import { word } from './word.ts'; document.title = word;`);
  writeFileSync(join(folder, 'word.ts'), `export const word: string = 'gevonden';`);
  writeFileSync(join(folder, 'search-page.css'), 'body { color: red }');
  writeFileSync(join(folder, 'icon.svg'), '<svg/>');
  const { origin } = await start({ assets: await bundleAssets(folder) });
  const served = async (path: string) => {
    const response = await fetch(origin + path);
    return [response.headers.get('content-type'), await response.text()];
  };
  expect(await served('/')).toEqual(['text/html; charset=utf-8', expect.stringContaining('Zoek')]);
  expect(await served('/assets/search-page.js')).toEqual([
    'text/javascript; charset=utf-8',
    expect.stringContaining('gevonden'),
  ]);
  expect(await served('/assets/search-page.css')).toEqual([
    'text/css; charset=utf-8',
    expect.stringContaining('red'),
  ]);
  expect(await served('/assets/icon.svg')).toEqual(['image/svg+xml', '<svg/>']);
  expect(await served('/assets/word.ts')).toEqual([null, 'public']);
});

test('without a search page the root is left to the public API', async () => {
  expect(await bundleAssets(join(temporaryFolder(), 'nothing'))).toEqual(new Map());
});
