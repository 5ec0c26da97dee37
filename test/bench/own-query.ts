/** The engine's own call for a page of hits, below the port: no passages, no marking. */
import { join } from 'node:path';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { meilisearchEngine } from '../../search-index/engines/meilisearch/meilisearch-engine.ts';
import { parseQuery } from '../../search-index/query.ts';
import { type EngineName, hitsShown } from './measured-engine.ts';
import { meilisearchAddress } from './meilisearch-address.ts';
import type { Question } from './search-questions.ts';

interface OwnQuery {
  ask(question: Question): Promise<number>;
  close(): Promise<void>;
}

/** Undefined for an engine that has no other way in than the one that is measured already. */
export function ownQuery(name: EngineName, folder: string): OwnQuery | undefined {
  if (name !== 'embedded' && name !== 'meilisearch') return undefined;
  const engine =
    name === 'embedded'
      ? embeddedEngine(join(folder, 'public.sqlite'))
      : meilisearchEngine({ ...meilisearchAddress(), collection: 'public' });
  const filters = { theme: [], keyword: [], organisation: [], kind: [], year: [], series: [] };
  return {
    async ask({ q, prefix }) {
      const query = parseQuery(q, { prefix });
      return (await engine.query({ query, filters, sort: 'relevance', offset: 0, size: hitsShown })).total;
    },
    close: () => engine.close(),
  };
}
