/** Whether the generation aside is good enough to be served: nothing lost, and found by its own words. */
import type { SearchIndex } from '../../search-index/search-index.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { CollectionCheck } from '../../shared/catalogue/jobs.ts';
import type { CanonicalDocument } from '../../shared/document.ts';
import type { DocumentStore } from '../../shared/document-store.ts';
import { forEachOf } from '../../shared/limiter.ts';
import type { CollectionName } from '../../shared/visibility.ts';

export interface CheckDependencies {
  readonly catalogue: Pick<Catalogue, 'get'>;
  readonly documents: Pick<DocumentStore, 'get'>;
  readonly index: Readonly<Record<CollectionName, SearchIndex>>;
}

const questionsAtATime = 16;

/** What would go from one collection if the generation aside were served instead. */
export async function compareWithServed(
  collection: CollectionName,
  since: string,
  { catalogue, index }: CheckDependencies,
): Promise<CollectionCheck> {
  const served = new Set<string>();
  for await (const { id } of index[collection].entries()) served.add(id);
  const before = served.size;
  let filled = 0;
  for await (const { id } of index[collection].aside.entries()) {
    filled++;
    served.delete(id);
  }
  let lost = 0;
  await forEachOf(served, questionsAtATime, async (id) => {
    const row = await catalogue.get(id);
    const wentMeanwhile = row !== undefined && (row.pendingSince !== undefined || row.updatedAt >= since);
    if (!wentMeanwhile) lost++;
  });
  return { served: before, filled, lost };
}

/** Documents that are searched by words of their own. */
const sampleSize = 20;

/** Hits among which a document must be; so many that more say nothing. */
const deepEnough = 100;

/** Words in a row that hardly any other document has. */
const wordsInARow = 6;

/** Searches documents, taken evenly from the whole archive, by words that stand in them. */
export async function searchSample({ catalogue, documents, index }: CheckDependencies) {
  const ids: string[] = [];
  const { aside } = index.archive;
  const { documents: total } = await aside.health();
  const step = Math.max(1, Math.floor(total / sampleSize));
  let at = 0;
  for await (const { id } of aside.entries()) if (at++ % step === 0 && ids.length < sampleSize) ids.push(id);
  const missed: string[] = [];
  let asked = 0;
  for (const id of ids) {
    const row = await catalogue.get(id);
    const words = row?.document && ownWords(await documents.get(id, row.document.hash));
    if (!words || row.pendingSince !== undefined) continue;
    const hits = await aside.find(words, deepEnough);
    // When so many have the same words, that this one is not among the first says nothing.
    if (!hits.includes(id) && hits.length === deepEnough) continue;
    asked++;
    if (!hits.includes(id)) missed.push(id);
  }
  return { asked, found: asked - missed.length };
}

/** A phrase that the document holds; undefined when no text of it is plain enough to be quoted. */
function ownWords({ passages }: CanonicalDocument): string | undefined {
  const runs = passages.flatMap(({ blocks }) =>
    blocks.flatMap(({ text }) => text.match(/(?<![^\s])\p{L}+(?: \p{L}+)+(?![^\s])/gu) ?? []),
  );
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  const words = longest.split(' ').slice(0, wordsInARow);
  return words.length > 1 ? `"${words.join(' ')}"` : undefined;
}
