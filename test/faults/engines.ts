/** The engines that the schedules run on. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { Meilisearch } from 'meilisearch';
import { bucketNames } from '../../local/aws.ts';
import { collection } from '../../search-index/collection.ts';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { meilisearchEngine } from '../../search-index/engines/meilisearch/meilisearch-engine.ts';
import { snapshotIndex } from '../../search-index/engines/snapshots/snapshot-index.ts';
import type { TestAws } from '../local-aws.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { faultyClients, type Weather } from './faulty-clients.ts';
import type { Engines } from './faulty-index.ts';

export interface OpenEngines extends Engines {
  remove(): Promise<void>;
}

export type OpenEnginesIn = (weather: Weather, aws: TestAws) => Promise<OpenEngines>;

/** The embedded engine, in a folder of its own. */
export const embeddedEngines: OpenEnginesIn = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vindplaats-faults-index-'));
  return {
    writers: 1,
    open: (name) => collection(embeddedEngine(join(folder, `${name}.sqlite`))),
    wipe: async (name) => {
      for (const file of await readdir(folder))
        if (file.startsWith(`${name}.sqlite`)) await rm(join(folder, file), { force: true });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

/** The embedded engine over snapshots in S3, whose calls are struck like all others. */
const snapshotEngines: OpenEnginesIn = async (weather, aws) => {
  const { s3 } = faultyClients(aws, weather);
  const run = `faults-${randomUUID().slice(0, 8)}`;
  const bucket = bucketNames.index;
  return {
    writers: 1,
    open: (name) => snapshotIndex({ s3: async () => s3, bucket, prefix: `${run}/${name}` }),
    wipe: async (name) => {
      const pages = paginateListObjectsV2({ client: aws.s3 }, { Bucket: bucket, Prefix: `${run}/${name}/` });
      for await (const { Contents = [] } of pages)
        for (const { Key } of Contents) await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    },
    remove: async () => s3.destroy(),
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
    writers: 2,
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
  if (name === 'snapshots') return snapshotEngines;
  if (name === 'meilisearch') return meilisearchEngines;
  throw new Error(`There is no engine ${name}; use embedded, snapshots or meilisearch`);
}
