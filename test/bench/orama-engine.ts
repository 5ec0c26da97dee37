/** Orama as an application would use it: all words, else with one wrong letter, else any of the words. */

import { create, insert, load, type RawData, save, search, update } from '@orama/orama';
import * as z from 'zod';
import { bytesIn, hitsShown, type MeasuredEngine, suggestionsShown } from './measured-engine.ts';
import { bestPassage, peerDocument, peerFacets, readIndex, saveIndex } from './peer-document.ts';

/** Fewer than it has by default would leave counts out. */
const facetValues = 500;

const Saved = z.custom<RawData>((value) => typeof value === 'object' && value !== null);
/** Kept with the document, though not in the schema, for it is not searched. */
const Shown = z.object({ passages: z.array(z.string()) });

export function oramaEngine(folder: string): MeasuredEngine {
  const database = create({
    schema: {
      title: 'string',
      body: 'string',
      theme: 'enum[]',
      keyword: 'enum[]',
      organisation: 'enum[]',
      kind: 'enum',
      year: 'enum',
    } as const,
    language: 'dutch',
  });
  const saved = readIndex(folder);
  if (saved !== undefined) load(database, Saved.parse(saved));

  const facets = Object.fromEntries(peerFacets.map((facet) => [facet, { limit: facetValues }]));
  const everyWord = { threshold: 0 };
  const attempts = [everyWord, { ...everyWord, tolerance: 1 }, { threshold: 1 }];

  return {
    async put(entries) {
      for (const entry of entries) await insert(database, peerDocument(entry));
    },
    async save() {
      saveIndex(folder, save(database));
    },
    async bytesOnDisk() {
      return bytesIn(folder);
    },
    async ask(kind, { q, theme }) {
      if (kind === 'suggest') {
        const answer = await search(database, { term: q, properties: ['title'], limit: suggestionsShown });
        return answer.hits.length;
      }
      const words = q.toLowerCase().split(' ');
      for (const attempt of attempts) {
        const { count, hits } = await search(database, {
          term: q,
          properties: ['title', 'body'],
          boost: { title: 8 },
          limit: hitsShown,
          ...attempt,
          ...(kind === 'filter and facets' && { facets }),
          ...(theme !== null && { where: { theme: { containsAll: [theme] } } }),
        });
        if (count === 0) continue;
        for (const { document } of hits) bestPassage(Shown.parse(document).passages, words);
        return count;
      }
      return 0;
    },
    async replace(entry) {
      await update(database, entry.id, peerDocument(entry));
    },
    async close() {},
  };
}
