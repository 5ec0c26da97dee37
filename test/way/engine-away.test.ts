import { expect, test } from 'vitest';
import * as z from 'zod';
import { publicRoutes } from '../../functions/public-api/public-routes.ts';
import { collection } from '../../search-index/collection.ts';
import type { Engine } from '../../search-index/engine.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { askFunction } from './ask-function.ts';

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
    searchDeadline: 900,
    query: hangs,
    suggest: (_words: unknown, _size: number, signal?: AbortSignal) => hangs(_words, signal),
    values: hangs,
    document: hangs,
    health: async () => ({ searchable: false, documents: 0 }),
  };
  const index = collection(z.custom<Engine>().parse(engine));
  const answer = await askFunction(publicRoutes(index))(path);
  expect(answer).toMatchObject({
    status: 503,
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
  });
});
