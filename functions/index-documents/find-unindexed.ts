/** Compares the catalogue with what the archive collection holds and asks for a new look wherever they differ. */
import type { SearchIndex } from '../../search-index/search-index.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { ChangeQueue } from '../../shared/work-queues.ts';

export interface UnindexedDependencies {
  readonly catalogue: Catalogue;
  readonly archive: Pick<SearchIndex, 'entries'>;
  readonly changes: ChangeQueue;
}

/** Queues every document that the index lacks, holds in another revision or holds without right; returns how many. */
export async function findUnindexed({ catalogue, archive, changes }: UnindexedDependencies): Promise<number> {
  const indexed = new Map<string, number>();
  for await (const { id, revision } of archive.entries()) indexed.set(id, revision);
  const wrong: string[] = [];
  for await (const row of catalogue.all()) {
    const shown = indexed.get(row.id);
    if (row.document ? shown !== row.revision : shown !== undefined) wrong.push(row.id);
    indexed.delete(row.id);
  }
  wrong.push(...indexed.keys());
  await changes.send(wrong.map((id) => ({ id })));
  return wrong.length;
}
