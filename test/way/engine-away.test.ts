import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { httpHandler } from '../../functions/middleware/http-handler.ts';
import { publicRoutes } from '../../functions/public-api/public-routes.ts';
import { toEvent } from '../../local/api-gateway.ts';
import { collection } from '../../search-index/collection.ts';
import type { Engine } from '../../search-index/engine.ts';
import { UnavailableError } from '../../shared/errors.ts';

/** An engine that never answers: it ends each question when its deadline has passed. */
const hangs = (_asked: unknown, signal?: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new UnavailableError('The engine')));
  });

test.each([
  '/search?q=zorg',
  '/suggest?q=zorg',
  '/themes',
  '/themes/zorg',
  `/documents/${'a'.repeat(26)}`,
  '/health',
])('%s is answered when its time is over although the engine hangs', async (path) => {
  const engine = {
    query: hangs,
    suggest: (_words: unknown, _size: number, signal?: AbortSignal) => hangs(_words, signal),
    values: hangs,
    document: hangs,
    health: async () => ({ searchable: false, documents: 0 }),
  };
  const index = collection(z.custom<Engine>().parse(engine));
  const handler = httpHandler('test', publicRoutes(index), {});
  const [rawPath = '', queryString = ''] = path.split('?');
  const event = toEvent({
    method: 'GET',
    path: rawPath,
    queryString,
    headers: {},
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
  });
  const context = z.custom<Context>().parse({ awsRequestId: 'test', functionName: 'test' });
  const answer = await handler(z.custom<APIGatewayProxyEventV2>().parse(event), context);
  expect(answer).toMatchObject({
    statusCode: 503,
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
  });
});
