/** An engine on the server of MEILISEARCH_URL, in indexes of its own. */
import { randomUUID } from 'node:crypto';
import { Meilisearch } from 'meilisearch';
import type { Engine } from '../../search-index/engine.ts';
import { meilisearchEngine } from '../../search-index/engines/meilisearch/meilisearch-engine.ts';

const { MEILISEARCH_URL: url, MEILISEARCH_MASTER_KEY: key } = process.env;

export const hasServer = url !== undefined && key !== undefined;

/** Milliseconds; what is compared is what is answered, however busy the machine. */
const patience = 60_000;

/** `remove` takes the indexes away. Throws an Error without a server. */
export function openOnServer(): { readonly engine: Engine; readonly remove: () => Promise<void> } {
  if (url === undefined || key === undefined) {
    throw new Error('Set MEILISEARCH_URL and MEILISEARCH_MASTER_KEY');
  }
  const collection = `hostile-${randomUUID().slice(0, 8)}`;
  const server = new Meilisearch({ host: url, apiKey: key });
  return {
    engine: { ...meilisearchEngine({ url, key, collection }), searchDeadline: patience },
    async remove() {
      const { results } = await server.getRawIndexes({ limit: 1_000 });
      for (const { uid } of results.filter((index) => index.uid.startsWith(collection))) {
        await server.deleteIndex(uid);
      }
    },
  };
}
