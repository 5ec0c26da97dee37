/** Vindplaats' own engines, through the port that everything else uses: every answer has all facets and passages. */
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import { hitsShown, type MeasuredEngine, suggestionsShown } from './measured-engine.ts';
import { put } from './search-questions.ts';

export async function overSearchIndex(
  url: string,
  bytesOnDisk: () => Promise<number>,
  key?: string,
): Promise<MeasuredEngine> {
  const index = await openSearchIndex({ url, collection: 'public', key });
  // Opening has no deadline, as the first search has.
  await index.health();
  return {
    put: (entries) => index.apply(put(entries)),
    async save() {},
    bytesOnDisk,
    async ask(kind, { q, prefix, theme }) {
      if (kind === 'suggest') return (await index.suggest(q, suggestionsShown)).length;
      const { total } = await index.search({
        q,
        prefix,
        filters: {
          theme: theme === null ? [] : [theme],
          keyword: [],
          organisation: [],
          kind: [],
          year: [],
          series: [],
        },
        sort: 'relevance',
        page: 1,
        size: hitsShown,
      });
      return total;
    },
    replace: (entry) => index.apply(put([entry])),
    close: () => index.close(),
  };
}
