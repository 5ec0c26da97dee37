/** Takes away what nothing needs any more: canonical documents that no row names, and old tombstones. */
import type { Catalogue, Tombstone } from '../../shared/catalogue/catalogue.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import type { DocumentStore, KeptDocument } from '../../shared/document-store.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import { lookAgain } from '../../shared/upload-event.ts';
import type { UploadQueue } from '../../shared/work-queues.ts';

const day = 24 * 60 * 60 * 1000;

/** Milliseconds in which the row that will name a document is surely written. */
const unreferencedFor = day;

/** Milliseconds in which a late message about a removed document has surely come. */
const removedFor = 30 * day;

export interface SweepDependencies {
  readonly catalogue: Catalogue;
  readonly documents: DocumentStore;
  readonly looks: UploadQueue;
  /** The uploads bucket. */
  readonly bucket: string;
  readonly now: () => Date;
}

/** Deletes those that have been without a row for a day; returns how many. */
export async function sweepUnreferenced(
  documents: Iterable<KeptDocument>,
  on: SweepDependencies,
): Promise<number> {
  const isOld = (keptAt: Date | undefined) =>
    keptAt !== undefined && on.now().getTime() - keptAt.getTime() > unreferencedFor;
  let swept = 0;
  for (const { id, hash, keptAt } of documents) {
    if (!isOld(keptAt)) continue;
    const isNamed = (row: DocumentRow | undefined) => row?.document?.hash === hash;
    // An old version that was put back is kept anew, and is named a moment later.
    if (isNamed(await on.catalogue.get(id)) || !isOld(await on.documents.keptAt(id, hash))) continue;
    await on.documents.delete(id, hash);
    swept++;
    const row = await on.catalogue.get(id);
    if (row && isNamed(row)) await on.looks.send([lookAgain(on.bucket, row.key)]);
  }
  return swept;
}

/** Whether nobody needs this row any more to tell a late message that its document was removed. */
export function isOldTombstone({ state, updatedAt, pendingSince }: DocumentRow, now: Date): boolean {
  const age = now.getTime() - Date.parse(updatedAt);
  return state === 'removed' && pendingSince === undefined && age > removedFor;
}

/** Forgets those that are still as they were seen; returns how many. */
export async function sweepTombstones(
  tombstones: readonly Tombstone[],
  { catalogue }: Pick<SweepDependencies, 'catalogue'>,
): Promise<number> {
  let swept = 0;
  for (const tombstone of tombstones) {
    try {
      await catalogue.forget(tombstone);
      swept++;
    } catch (error) {
      // The document came back.
      if (!(error instanceof RevisionConflictError)) throw error;
    }
  }
  return swept;
}
