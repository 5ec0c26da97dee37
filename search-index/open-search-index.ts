import { join } from 'node:path';
import type { CollectionName } from '../shared/visibility.ts';
import { collection } from './collection.ts';
import type { Engine } from './engine.ts';
import { embeddedEngine } from './engines/embedded/embedded-engine.ts';
import type { SearchIndex } from './search-index.ts';

const opened = new Map<string, SearchIndex>();

/**
 * The search index of one collection: `sqlite:DIR` is the embedded engine, with a file per collection in DIR. All
 * that ask for the same one in one process share it, until it is closed. Throws an Error for an address that no
 * engine answers to; a folder that cannot be used shows with the first call.
 */
export function openSearchIndex({
  url,
  collection: name,
}: {
  readonly url: string;
  readonly collection: CollectionName;
}): SearchIndex {
  const key = `${name} ${url}`;
  const known = opened.get(key);
  if (known) return known;
  const index = collection(engineAt(url, name));
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

function engineAt(url: string, name: CollectionName): Engine {
  if (url.startsWith(embedded) && url.length > embedded.length) {
    return embeddedEngine(join(url.slice(embedded.length), `${name}.sqlite`));
  }
  if (/^https?:\/\//.test(url)) {
    throw new Error('The search engine at an http address (Meilisearch) comes later: use sqlite:DIR');
  }
  throw new Error('The address of the search engine must begin with sqlite:, followed by a folder');
}
