import { join } from 'node:path';
import type { CollectionName } from '../shared/visibility.ts';
import { collection } from './collection.ts';
import type { Engine } from './engine.ts';
import { embeddedEngine } from './engines/embedded/embedded-engine.ts';
import { meilisearchEngine } from './engines/meilisearch/meilisearch-engine.ts';
import type { SearchIndex } from './search-index.ts';

const opened = new Map<string, SearchIndex>();

export interface SearchIndexAddress {
  readonly url: string;
  readonly collection: CollectionName;
  /** Of a server that asks for one. A function is called when the key is first needed, and when it is refused. */
  readonly key?: string | (() => Promise<string>) | undefined;
}

/**
 * The search index of one collection: `sqlite:DIR` is the embedded engine, with a file per collection in DIR;
 * `http(s)://HOST[:PORT]` is a Meilisearch server, with indexes per collection. All that ask for the same one in one
 * process share it, until it is closed. Throws an Error for an address that no engine answers to; a folder that cannot
 * be used, or a server that does not answer, shows with the first call.
 */
export function openSearchIndex({ url, collection: name, key: engineKey }: SearchIndexAddress): SearchIndex {
  const key = JSON.stringify([name, url, typeof engineKey === 'string' ? engineKey : null]);
  const known = opened.get(key);
  if (known) return known;
  const index = collection(engineAt({ url, collection: name, key: engineKey }));
  const shared: SearchIndex = {
    ...index,
    async close() {
      if (opened.get(key) === shared) opened.delete(key);
      await index.close();
    },
  };
  opened.set(key, shared);
  return shared;
}

const embedded = 'sqlite:';

function engineAt({ url, collection: name, key }: SearchIndexAddress): Engine {
  if (url.startsWith(embedded) && url.length > embedded.length) {
    return embeddedEngine(join(url.slice(embedded.length), `${name}.sqlite`));
  }
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return meilisearchEngine({ url, collection: name, key });
  throw new Error(
    'The address of the search engine must be sqlite: followed by a folder, or http(s):// followed by a host',
  );
}
