/** The engines that the schedules run on. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Meilisearch } from 'meilisearch';
import { collection } from '../../search-index/collection.ts';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { meilisearchEngine } from '../../search-index/engines/meilisearch/meilisearch-engine.ts';
import { startFaultProxy } from './fault-proxy.ts';
import type { Weather } from './faulty-clients.ts';
import type { Engines } from './faulty-index.ts';

export interface OpenEngines extends Engines {
  remove(): Promise<void>;
}

export type OpenEnginesIn = (weather: Weather) => Promise<OpenEngines>;

/** The embedded engine, in a folder of its own. */
export const embeddedEngines: OpenEnginesIn = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vindplaats-faults-index-'));
  return {
    open: (name) => collection(embeddedEngine(join(folder, `${name}.sqlite`))),
    wipe: async (name) => {
      for (const file of await readdir(folder))
        if (file.startsWith(`${name}.sqlite`)) await rm(join(folder, file), { force: true });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

/** A real Meilisearch behind a proxy that injects faults. */
const meilisearchEngines: OpenEnginesIn = async (weather) => {
  const { MEILISEARCH_URL: url, MEILISEARCH_MASTER_KEY: key } = process.env;
  if (!url || !key)
    throw new Error('Set MEILISEARCH_URL and MEILISEARCH_MASTER_KEY for --engine meilisearch');
  const proxy = await startFaultProxy(new URL(url), weather);
  const run = `faults-${randomUUID().slice(0, 8)}`;
  const server = new Meilisearch({ host: url, apiKey: key });
  const wipe = async (prefix: string) => {
    const { results } = await server.getRawIndexes({ limit: 1_000 });
    for (const { uid } of results) if (uid.startsWith(prefix)) await server.deleteIndex(uid).waitTask();
  };
  return {
    open: (name) => collection(meilisearchEngine({ url: proxy.url, key, collection: `${run}-${name}` })),
    wipe: (name) => wipe(`${run}-${name}`),
    remove: async () => {
      await wipe(run);
      proxy.stop();
    },
  };
};

/** Opens the engines of this name. */
export function enginesOf(name: string): OpenEnginesIn {
  if (name === 'embedded') return embeddedEngines;
  if (name === 'meilisearch') return meilisearchEngines;
  throw new Error(`There is no engine ${name}; use embedded or meilisearch`);
}
