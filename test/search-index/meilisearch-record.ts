/**
 * Records the session of `meilisearch-session.ts` with a real server, after a change of what the adapter sends:
 * `MEILISEARCH_URL=… MEILISEARCH_MASTER_KEY=… node test/search-index/meilisearch-record.ts`
 */
import { writeFileSync } from 'node:fs';
import { Meilisearch } from 'meilisearch';
import { httpExchange } from '../../search-index/engines/meilisearch/http-exchange.ts';
import {
  comparable,
  type Exchange,
  exchangesFile,
  kept,
  session,
  sessionEngine,
} from './meilisearch-session.ts';

const url = process.env.MEILISEARCH_URL;
const key = process.env.MEILISEARCH_MASTER_KEY;
if (url === undefined || key === undefined) throw new Error('Set MEILISEARCH_URL and MEILISEARCH_MASTER_KEY');

const server = new Meilisearch({ host: url, apiKey: key });
const removeIndexes = async () => {
  const { results } = await server.getRawIndexes({ limit: 1_000 });
  for (const { uid } of results.filter((index) => index.uid.startsWith('session-'))) {
    await server.deleteIndex(uid).waitTask({ interval: 20 });
  }
};

const exchanges: Exchange[] = [];
const { exchange, close } = httpExchange();
await removeIndexes();
const told = await session(
  sessionEngine(url, key, async (request, signal) => {
    const answer = await exchange(request, signal);
    const asked = { request: comparable(request), answer: kept(answer) };
    // How often one has to look until a task is done is another number every time.
    if (!/"status":"(enqueued|processing)"/.test(answer.body) || request.method !== 'GET')
      exchanges.push(asked);
    return answer;
  }),
);
close();
await removeIndexes();
writeFileSync(exchangesFile, `${JSON.stringify({ exchanges, told })}\n`);
console.log(`${exchanges.length} exchanges`);
