/** What is measured: the engines behind the port, and what one would have without them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Meilisearch } from 'meilisearch';
import MiniSearch from 'minisearch';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import type { IndexEntry } from '../../search-index/search-index.ts';
import { textOf } from '../../shared/document.ts';
import { foldedWords } from '../../shared/fold.ts';
import { depth } from './measures.ts';

export interface SearchSystem {
  /** The ids of the first hits, the best first. */
  ask(query: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface NamedSystem {
  readonly name: string;
  /** A system that holds these documents and no other. */
  fill(entries: readonly IndexEntry[]): Promise<SearchSystem>;
}

const server = process.env.MEILISEARCH_URL;
const masterKey = process.env.MEILISEARCH_MASTER_KEY;

/** The engines that can be measured here: Meilisearch only where a server is said to be. */
export const engines: readonly NamedSystem[] = [
  { name: 'embedded', fill: fillEmbedded },
  ...(server && masterKey
    ? [
        {
          name: 'meilisearch',
          fill: (entries: readonly IndexEntry[]) => fillPort(server, entries, masterKey),
        },
      ]
    : []),
];

export const baselines: readonly NamedSystem[] = [
  { name: 'BM25, any word', fill: async (entries) => bm25(entries, ['OR']) },
  { name: 'BM25, all words, else any', fill: async (entries) => bm25(entries, ['AND', 'OR']) },
  { name: 'MiniSearch', fill: async (entries) => miniSearch(entries) },
  ...(server && masterKey
    ? [
        {
          name: 'plain Meilisearch',
          fill: (entries: readonly IndexEntry[]) => plainMeilisearch(server, masterKey, entries),
        },
      ]
    : []),
];

export const hasMeilisearch = Boolean(server && masterKey);

async function fillEmbedded(entries: readonly IndexEntry[]): Promise<SearchSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'vindplaats-relevance-'));
  const system = await fillPort(`sqlite:${folder}`, entries);
  return {
    ask: system.ask,
    async close() {
      await system.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function fillPort(url: string, entries: readonly IndexEntry[], key?: string): Promise<SearchSystem> {
  const index = await openSearchIndex({ url, collection: 'public', key });
  const before: string[] = [];
  for await (const { id } of index.entries()) before.push(id);
  if (before.length > 0) throw new Error(`The index at ${url} holds documents: give an empty one`);
  // An engine of a server remembers what was removed a moment ago, and takes only a later revision of it.
  const revision = Date.now();
  await index.apply(entries.map((entry) => ({ type: 'put', entry: { ...entry, revision } })));
  return {
    async ask(q) {
      const filters = { theme: [], keyword: [], organisation: [], kind: [], year: [], series: [] };
      const { hits } = await index.search({
        q,
        filters,
        sort: 'relevance',
        page: 1,
        size: depth,
        prefix: true,
      });
      return hits.map(({ id }) => id);
    },
    async close() {
      await index.apply(
        entries.map(({ id }) => ({ type: 'remove', id, revision: revision + 1, gone: false })),
      );
      await index.close();
    },
  };
}

/** What a plain engine is given of a document. */
function fieldsOf(entry: IndexEntry): { id: string; title: string; names: string; text: string } {
  const names = [...entry.themes, ...entry.keywords, ...entry.organisations].map(({ label }) => label);
  const text = entry.passages.map((passage) => [passage.anchor.heading ?? '', textOf(passage)].join('\n'));
  return { id: entry.id, title: entry.title, names: names.join('\n'), text: text.join('\n') };
}

/** Folded words without an analyser; each way to join the words of the query is tried until one finds something. */
function bm25(entries: readonly IndexEntry[], joins: readonly ('AND' | 'OR')[]): SearchSystem {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE VIRTUAL TABLE document USING fts5 (id UNINDEXED, title, names, text)');
  const insert = database.prepare('INSERT INTO document VALUES (?, ?, ?, ?)');
  const folded = (text: string) => foldedWords(text).join(' ');
  for (const { id, title, names, text } of entries.map(fieldsOf))
    insert.run(id, folded(title), folded(names), folded(text));
  const select = database.prepare(
    `SELECT id FROM document WHERE document MATCH ? ORDER BY rank, id LIMIT ${depth}`,
  );
  return {
    async ask(query) {
      const words = foldedWords(query).map((word) => `"${word}"`);
      if (words.length === 0) return [];
      for (const join of joins) {
        const rows = select.all(words.join(` ${join} `));
        if (rows.length > 0) return rows.map(({ id }) => String(id));
      }
      return [];
    },
    async close() {
      database.close();
    },
  };
}

/** As MiniSearch's documentation shows it: beginnings of words, and a fifth of a word's letters may differ. */
function miniSearch(entries: readonly IndexEntry[]): SearchSystem {
  const index = new MiniSearch<ReturnType<typeof fieldsOf>>({
    fields: ['title', 'names', 'text'],
    searchOptions: { prefix: true, fuzzy: 0.2 },
  });
  index.addAll(entries.map(fieldsOf));
  return {
    async ask(query) {
      const all = index.search(query, { combineWith: 'AND' });
      const hits = all.length > 0 ? all : index.search(query, { combineWith: 'OR' });
      return hits.slice(0, depth).map(({ id }) => String(id));
    },
    async close() {},
  };
}

async function plainMeilisearch(
  host: string,
  apiKey: string,
  entries: readonly IndexEntry[],
): Promise<SearchSystem> {
  const client = new Meilisearch({
    host,
    apiKey,
    // What it compresses comes back in one piece, which costs more than it saves on one machine.
    requestInit: { headers: { 'accept-encoding': 'identity' } },
  });
  const name = `relevance-plain-${process.pid}`;
  const index = client.index(name);
  await index.addDocuments(entries.map(fieldsOf), { primaryKey: 'id' }).waitTask({ timeout: 60_000 });
  return {
    async ask(query) {
      const { hits } = await index.search(query, { limit: depth });
      return hits.map(({ id }) => String(id));
    },
    async close() {
      await client.deleteIndex(name).waitTask();
    },
  };
}
