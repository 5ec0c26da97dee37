/** MiniSearch as an application would use it: all words, else with typing errors, else any of the words. */

import MiniSearch, {
  type AsPlainObject,
  type Options,
  type SearchOptions,
  type SearchResult,
} from 'minisearch';
import * as z from 'zod';
import { bytesIn, hitsShown, type MeasuredEngine, suggestionsShown } from './measured-engine.ts';
import {
  bestPassage,
  type PeerDocument,
  peerDocument,
  peerFacets,
  readIndex,
  saveIndex,
} from './peer-document.ts';

const options: Options<PeerDocument> = {
  fields: ['title', 'body'],
  storeFields: ['title', 'passages', ...peerFacets],
};

const Saved = z.custom<AsPlainObject>((value) => typeof value === 'object' && value !== null);

export function miniSearchEngine(folder: string): MeasuredEngine {
  const saved = readIndex(folder);
  const index =
    saved === undefined
      ? new MiniSearch<PeerDocument>(options)
      : MiniSearch.loadJS<PeerDocument>(Saved.parse(saved), options);

  function found(q: string, prefix: boolean): SearchResult[] {
    const all: SearchOptions = {
      boost: { title: 8 },
      combineWith: 'AND',
      prefix: (_, at, terms) => prefix && at === terms.length - 1,
    };
    const attempts: SearchOptions[] = [all, { ...all, fuzzy: 0.2 }, { ...all, combineWith: 'OR' }];
    for (const attempt of attempts) {
      const hits = index.search(q, attempt);
      if (hits.length > 0) return hits;
    }
    return [];
  }

  return {
    async put(entries) {
      index.addAll(entries.map(peerDocument));
    },
    async save() {
      saveIndex(folder, index.toJSON());
    },
    async bytesOnDisk() {
      return bytesIn(folder);
    },
    async ask(kind, { q, prefix, theme }) {
      if (kind === 'suggest') {
        return index.autoSuggest(q, { fields: ['title'] }).slice(0, suggestionsShown).length;
      }
      let hits = found(q, prefix);
      if (kind === 'filter and facets') {
        countFacets(hits);
        hits = hits.filter((hit) => theme === null || hit.theme.includes(theme));
      }
      for (const hit of hits.slice(0, hitsShown)) bestPassage(hit.passages, hit.terms);
      return hits.length;
    },
    async replace(entry) {
      index.replace(peerDocument(entry));
    },
    async close() {},
  };
}

/** The library has no facets, so the application goes through all hits. */
function countFacets(hits: readonly SearchResult[]): Map<string, number>[] {
  return peerFacets.map((facet) => {
    const counts = new Map<string, number>();
    for (const hit of hits) {
      for (const slug of [hit[facet]].flat()) counts.set(slug, (counts.get(slug) ?? 0) + 1);
    }
    return counts;
  });
}
