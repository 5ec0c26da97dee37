/** The few requests about keys, over HTTP, for only `search-index/engines/meilisearch/` knows Meilisearch's own client. */
import * as z from 'zod';
import type { KeyServer } from './make-search-keys.ts';

/** Milliseconds for one request. */
const patience = 5_000;

const Key = z.object({ actions: z.array(z.string()), indexes: z.array(z.string()) });
const Stats = z.object({ databaseSize: z.number() });

/** Throws an Error with the server's own words for an answer that is not the one expected. */
export function meilisearchKeys(url: string, masterKey: string): KeyServer {
  const ask = async (method: string, path: string, body?: unknown) =>
    fetch(new URL(path, url.endsWith('/') ? url : `${url}/`), {
      method,
      headers: {
        authorization: `Bearer ${masterKey}`,
        // Compressed, the answer would wait for a delayed acknowledgement.
        'accept-encoding': 'identity',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patience),
    });
  const expectOk = async (response: Response) => {
    if (response.ok) return response;
    throw new Error(`Meilisearch answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
  };
  return {
    isUp: async () => {
      try {
        return (await ask('GET', 'health')).ok;
      } catch (error) {
        // What fetch throws for a connection that is refused, reset or too slow.
        if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) {
          return false;
        }
        throw error;
      }
    },
    find: async (uid) => {
      const response = await ask('GET', `keys/${uid}`);
      if (response.status === 404) return undefined;
      return Key.parse(await (await expectOk(response)).json());
    },
    create: async ({ uid, description, actions, indexes }) => {
      await expectOk(await ask('POST', 'keys', { uid, description, actions, indexes, expiresAt: null }));
    },
    remove: async (uid) => {
      await expectOk(await ask('DELETE', `keys/${uid}`));
    },
    size: async () => Stats.parse(await (await expectOk(await ask('GET', 'stats'))).json()).databaseSize,
  };
}
