/** Which generations are served: one that nobody expected means that an engine lost its data. */
import type { SearchIndex } from '../../search-index/search-index.ts';
import type { Jobs, ReconcileJob } from '../../shared/catalogue/jobs.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { type CollectionName, collections } from '../../shared/visibility.ts';

export type Generations = ReconcileJob['generations'];

/** Null where there is none; of a collection that does not answer, the one that was known. */
export async function servedGenerations(
  known: Generations,
  index: Readonly<Record<CollectionName, Pick<SearchIndex, 'health'>>>,
): Promise<Generations> {
  const served = { ...known };
  for (const collection of collections) {
    try {
      const { searchable, generation = null } = await index[collection].health();
      if (searchable) served[collection] = generation;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
    }
  }
  return served;
}

/**
 * Whether every generation that is not the known one has taken the place of nothing, as it does when what a comparison
 * queued is written, or was checked by a rebuild.
 */
export async function areExpected(served: Generations, known: Generations, jobs: Jobs): Promise<boolean> {
  const rebuilt = (await jobs.rebuild())?.generations;
  return collections.every(
    (collection) =>
      served[collection] === known[collection] ||
      served[collection] === rebuilt?.[collection] ||
      known[collection] === null,
  );
}
