import { join } from 'node:path';
import type { CollectionName } from '../shared/visibility.ts';
import type { ListWithdrawals } from '../shared/withdrawal.ts';
import { collection } from './collection.ts';
import { meilisearchEngine } from './engines/meilisearch/meilisearch-engine.ts';
import type { SearchIndex } from './search-index.ts';

const opened = new Map<string, Promise<SearchIndex>>();

export interface SearchIndexAddress {
  readonly url: string;
  readonly collection: CollectionName;
  /** Of a server that asks for one. A function is called when the key is first needed, and when it is refused. */
  readonly key?: string | (() => Promise<string>) | undefined;
  /** What may not be found, on an engine that may be long about a removal. Who writes opens it without. */
  readonly withdrawals?: ListWithdrawals | undefined;
}

/**
 * The search index of one collection: `sqlite:DIR` is the embedded engine, with a file per collection in DIR;
 * `sqlite+s3://BUCKET/PREFIX` is the same over snapshots in S3, each collection below a prefix of its own;
 * `http(s)://HOST[:PORT]` is a Meilisearch server, with indexes per collection. All that ask for the same one in one
 * process share it, until it is closed. Rejects with an Error for an address that no engine answers to; a folder that cannot
 * be used, a bucket or a server that does not answer, shows with the first call.
 */
export function openSearchIndex({
  url,
  collection: name,
  key: engineKey,
  withdrawals,
}: SearchIndexAddress): Promise<SearchIndex> {
  const readsWithdrawals = withdrawals !== undefined;
  const key = JSON.stringify([name, url, typeof engineKey === 'string' ? engineKey : null, readsWithdrawals]);
  const known = opened.get(key);
  if (known) return known;
  const opening = indexAt({ url, collection: name, key: engineKey, withdrawals }).then(
    (index): SearchIndex => {
      return {
        ...index,
        async close() {
          if (opened.get(key) === opening) opened.delete(key);
          await index.close();
        },
      };
    },
  );
  opened.set(key, opening);
  opening.catch(() => opened.delete(key));
  return opening;
}

/** Whether the engine is a server, which may be long about a removal. */
export function isServer(url: string): boolean {
  return /^https?:\/\//.test(url);
}

const embedded = 'sqlite:';
const snapshots = /^sqlite\+s3:\/\/([^/]+)\/(.*[^/])\/?$/;

/** Only the engine that is asked for is loaded; that of most clouds lies in the functions' own file. */
async function indexAt({
  url,
  collection: name,
  key,
  withdrawals,
}: SearchIndexAddress): Promise<SearchIndex> {
  if (isServer(url) && URL.canParse(url)) {
    return collection(meilisearchEngine({ url, collection: name, key, withdrawals }));
  }
  if (url.startsWith(embedded) && url.length > embedded.length) {
    const { embeddedEngine } = await import('./engines/embedded/embedded-engine.ts');
    return collection(embeddedEngine(join(url.slice(embedded.length), `${name}.sqlite`)));
  }
  const [, bucket, prefix] = snapshots.exec(url) ?? [];
  if (bucket && prefix) {
    const { snapshotIndex } = await import('./engines/snapshots/snapshot-index.ts');
    return snapshotIndex({ s3: s3OfEnvironment, bucket, prefix: `${prefix}/${name}` });
  }
  throw new Error(
    'The address of the search engine must be sqlite: followed by a folder, sqlite+s3:// followed by a bucket and a prefix, or http(s):// followed by a host',
  );
}

/** Milliseconds; and no connection is kept for later, for those of a function that is frozen go without a word. */
const requestHandler = {
  connectionTimeout: 1_000,
  socketTimeout: 5_000,
  httpAgent: { keepAlive: false },
  httpsAgent: { keepAlive: false },
};

async function s3OfEnvironment() {
  const { S3Client } = await import('@aws-sdk/client-s3');
  // Files are checked by their SHA-256.
  return new S3Client({ requestHandler, responseChecksumValidation: 'WHEN_REQUIRED' });
}
