/** The Meilisearch that is measured, and what the port has no word for: how large it is and what it holds. */
import * as z from 'zod';

const Stats = z.object({ databaseSize: z.number(), indexes: z.record(z.string(), z.unknown()) });

export function meilisearchAddress(): { readonly url: string; readonly key: string } {
  const { MEILISEARCH_URL: url, MEILISEARCH_MASTER_KEY: key } = process.env;
  if (!url || !key) throw new Error('MEILISEARCH_URL and MEILISEARCH_MASTER_KEY are not set');
  return { url: url.replace(/\/$/, ''), key };
}

export async function databaseBytes(): Promise<number> {
  return (await stats()).databaseSize;
}

export async function indexNames(): Promise<string[]> {
  return Object.keys((await stats()).indexes);
}

export async function removeIndex(name: string): Promise<void> {
  await ask(`/indexes/${encodeURIComponent(name)}`, 'DELETE');
}

async function stats(): Promise<z.infer<typeof Stats>> {
  return Stats.parse(await (await ask('/stats', 'GET')).json());
}

async function ask(path: string, method: string): Promise<Response> {
  const { url, key } = meilisearchAddress();
  const response = await fetch(url + path, { method, headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`Meilisearch answered ${response.status} to ${method} ${path}`);
  return response;
}
