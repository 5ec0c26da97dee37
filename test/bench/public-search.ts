/** The public API's own handler, called in this process as API Gateway calls it. */
import * as z from 'zod';
import { toEvent } from '../../local/api-gateway.ts';
import { loadFunction } from '../../local/functions.ts';
import { type EngineName, hitsShown } from './measured-engine.ts';
import { meilisearchAddress } from './meilisearch-address.ts';
import type { Question } from './search-questions.ts';

const Answer = z.object({ statusCode: z.literal(200), body: z.string() });
const Found = z.object({ total: z.int() });

/** Undefined for a library that no handler stands above. */
export async function publicSearch(
  name: EngineName,
  folder: string,
): Promise<((question: Question) => Promise<number>) | undefined> {
  if (name !== 'embedded' && name !== 'meilisearch') return undefined;
  Object.assign(process.env, {
    SEARCH_ENGINE_URL: name === 'embedded' ? `sqlite:${folder}` : meilisearchAddress().url,
    ...(name === 'meilisearch' && { SEARCH_ENGINE_KEY: meilisearchAddress().key }),
    POWERTOOLS_METRICS_DISABLED: 'true',
    POWERTOOLS_LOG_LEVEL: 'WARN',
  });
  const search = await loadFunction('public-api');
  return async ({ q, prefix }) => {
    const asked = new URLSearchParams({ q, prefix: String(prefix), size: String(hitsShown) });
    const event = toEvent({
      method: 'GET',
      path: '/search',
      queryString: asked.toString(),
      headers: { accept: 'application/json', host: 'localhost' },
      body: Buffer.alloc(0),
      sourceIp: '127.0.0.1',
    });
    return Found.parse(JSON.parse(Answer.parse(await search(event)).body)).total;
  };
}
