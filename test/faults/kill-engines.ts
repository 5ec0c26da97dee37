/** The engines on which a whole Vindplaats is killed. */
import { Meilisearch } from 'meilisearch';
import { startFaultProxy } from './fault-proxy.ts';
import { FaultPlan } from './faults.ts';
import type { Weather } from './faulty-clients.ts';

export interface KilledEngine {
  /** What only this engine does, as `kill-at.ts` names it. */
  readonly effects: readonly string[];
  /** Whether several may be killed side by side. */
  readonly sideBySide: boolean;
  /** An empty one; its weather strikes on the way there. */
  begin(): Promise<BegunEngine>;
}

export interface BegunEngine {
  /** What tells a Vindplaats to use it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly weather: Weather;
  stop(): Promise<void>;
}

const fairWeather = (): Weather => ({ plan: new FaultPlan({ seed: 0, rate: 0 }) });

/** In the folder of the Vindplaats itself. */
const embedded: KilledEngine = {
  effects: [
    'engine.apply',
    ...['public', 'archive'].flatMap((name) => [`engine.${name}.write`, `engine.${name}.commit`]),
  ],
  sideBySide: true,
  begin: async () => ({ environment: {}, weather: fairWeather(), stop: async () => {} }),
};

/** Over snapshots in S3. */
const snapshots: KilledEngine = {
  effects: ['index.put', 'index.get', 'index.list', 'index.delete', 'engine.apply', 'engine.archive.commit'],
  sideBySide: true,
  begin: async () => ({
    environment: { SEARCH_ENGINE_URL: 'sqlite+s3://index/index' },
    weather: fairWeather(),
    stop: async () => {},
  }),
};

/** On a server of its own, which must be empty, behind the proxy that injects faults. */
const meilisearch: KilledEngine = {
  effects: ['engine.look', 'engine.put', 'engine.remove', 'engine.tasks', 'engine.setUp'],
  sideBySide: false,
  begin: async () => {
    const { MEILISEARCH_URL: url, MEILISEARCH_MASTER_KEY: key } = process.env;
    if (!url || !key)
      throw new Error('Set MEILISEARCH_URL and MEILISEARCH_MASTER_KEY for --engine meilisearch');
    const server = new Meilisearch({ host: url, apiKey: key });
    const { total } = await server.getRawIndexes({ limit: 1 });
    if (total > 0) throw new Error(`The server at ${url} holds indexes; give one that is empty`);
    const weather = fairWeather();
    const proxy = await startFaultProxy(new URL(url), weather);
    return {
      environment: { SEARCH_ENGINE_URL: proxy.url, SEARCH_ENGINE_KEY: key },
      weather,
      stop: async () => {
        proxy.stop();
        const { results } = await server.getRawIndexes({ limit: 1_000 });
        for (const { uid } of results) await server.deleteIndex(uid).waitTask();
      },
    };
  },
};

const engines = new Map(Object.entries({ embedded, snapshots, meilisearch }));

/** The engine of this name. */
export function killedEngine(name: string): KilledEngine {
  const engine = engines.get(name);
  if (engine) return engine;
  throw new Error(`There is no engine ${name}; use ${[...engines.keys()].join(', ')}`);
}
