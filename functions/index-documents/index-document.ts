/**
 * Makes the search index show what a row says, and only then lets the ledger say so. Rebuild and reconcile write
 * through this same step.
 */
import type { IndexChange, SearchIndex } from '../../search-index/search-index.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { type DocumentRow, nextRevision } from '../../shared/catalogue/row.ts';
import type { DocumentStore } from '../../shared/document-store.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import type { CollectionName } from '../../shared/visibility.ts';
import { indexEntry } from './index-entry.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A row that changes this often while it is applied is left to the queue's next try. */
const attempts = 10;

export interface IndexDependencies {
  readonly catalogue: Catalogue;
  readonly documents: DocumentStore;
  readonly vocabulary: Vocabulary;
  readonly index: Readonly<Record<CollectionName, SearchIndex>>;
  readonly now: () => Date;
}

/**
 * Applies the row until it no longer moves, because another worker may have applied an older state after this one:
 * whoever finishes last leaves the newest. Returns the row that the index now shows; undefined when there is none.
 */
export async function indexDocument(id: string, on: IndexDependencies): Promise<DocumentRow | undefined> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const row = await on.catalogue.get(id);
    if (row?.state === 'received') return undefined;
    if (!row) {
      await removeOrphan(id, on);
      if (await on.catalogue.get(id)) continue;
      return undefined;
    }
    await show(row, on);
    try {
      await on.catalogue.markApplied(row, on.now());
      return row;
    } catch (error) {
      if (!(error instanceof RevisionConflictError)) throw error;
    }
  }
  throw new Error(`The row of document ${id} kept changing while it was applied`);
}

/** Resolves when both collections show the row. What leaves the public collection leaves it before anything else. */
async function show(row: DocumentRow, on: IndexDependencies): Promise<void> {
  const remove = (gone: boolean): IndexChange => ({
    type: 'remove',
    id: row.id,
    revision: row.revision,
    gone,
  });
  const removed = row.state === 'removed';
  if (!row.document) {
    await on.index.public.apply([remove(removed && row.wasPublic)]);
    await on.index.archive.apply([remove(removed)]);
    return;
  }
  if (row.visibility === 'internal') await on.index.public.apply([remove(false)]);
  const [document, vocabulary] = await Promise.all([
    on.documents.get(row.id, row.document.hash),
    on.vocabulary.inUse(),
  ]);
  const put: IndexChange = { type: 'put', entry: indexEntry(row, document, vocabulary) };
  await on.index.archive.apply([put]);
  if (row.visibility === 'public') await on.index.public.apply([put]);
}

/** What the catalogue knows nothing of, not even that it was removed, has no place in the index. */
async function removeOrphan(id: string, { index }: IndexDependencies): Promise<void> {
  const removal: IndexChange = { type: 'remove', id, revision: nextRevision(undefined), gone: false };
  await index.public.apply([removal]);
  await index.archive.apply([removal]);
}
