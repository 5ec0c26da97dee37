/** A document as an application would give it to a search library, and what it does itself with the hits. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexEntry } from '../../search-index/search-index.ts';
import { textOf } from '../../shared/document.ts';

export interface PeerDocument {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** Kept beside the index: a hit shows the passage that holds most of the words. */
  readonly passages: string[];
  readonly theme: string[];
  readonly keyword: string[];
  readonly organisation: string[];
  readonly kind: string;
  readonly year: string;
}

export const peerFacets = ['theme', 'keyword', 'organisation', 'kind', 'year'] as const;

export function peerDocument(entry: IndexEntry): PeerDocument {
  const passages = entry.passages.map((passage) =>
    [passage.anchor.heading, textOf(passage)].filter((text) => text !== null).join('\n\n'),
  );
  const slugs = (values: readonly { readonly slug: string }[]) => values.map(({ slug }) => slug);
  return {
    id: entry.id,
    title: entry.title,
    body: passages.join('\n\n'),
    passages,
    theme: slugs(entry.themes),
    keyword: slugs(entry.keywords),
    organisation: slugs(entry.organisations),
    kind: entry.kind,
    year: entry.publishedOn?.slice(0, 4) ?? '',
  };
}

const shownCharacters = 240;

/** The beginning of a hit's best passage, from shortly before the first word that it shares with the query. */
export function bestPassage(passages: readonly string[], words: readonly string[]): string {
  let best = { passage: passages[0] ?? '', found: 0, at: 0 };
  for (const passage of passages) {
    const folded = passage.toLowerCase();
    const places = words.map((word) => folded.indexOf(word)).filter((at) => at >= 0);
    if (places.length > best.found) best = { passage, found: places.length, at: Math.min(...places) };
  }
  const from = Math.max(0, best.at - shownCharacters / 4);
  return best.passage.slice(from, from + shownCharacters);
}

/** As both libraries document it; a large index is longer than a string may be, and then cannot be saved. */
export function saveIndex(folder: string, index: unknown): void {
  writeFileSync(join(folder, 'index'), JSON.stringify(index));
}

/** Undefined when none was saved. */
export function readIndex(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'index'), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
