/**
 * Makes the search index show what a row says, and only then lets the ledger say so. Rebuild and reconcile write
 * through this same step.
 */
import type { IndexChange, SearchIndex } from '../../search-index/search-index.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { type DocumentRow, nextRevision } from '../../shared/catalogue/row.ts';
import { absence, isPublic } from '../../shared/catalogue/withdrawals.ts';
import type { DocumentStore } from '../../shared/document-store.ts';
import { NotFoundError, RevisionConflictError } from '../../shared/errors.ts';
import type { CollectionName } from '../../shared/visibility.ts';
import type { ChangeMessage } from '../../shared/work-queues.ts';
import { indexEntry } from './index-entry.ts';
import { settleEqualContents } from './settle-equal-contents.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A row that changes this often while it is applied is left to the queue's next try. */
const attempts = 10;

export interface IndexDependencies {
  readonly catalogue: Catalogue;
  readonly documents: DocumentStore;
  readonly vocabulary: Vocabulary;
  readonly index: Readonly<Record<CollectionName, SearchIndex>>;
  /** Whether a generation is being filled aside, as the catalogue says now (`isFillingAside`). */
  readonly isRebuilding: () => Promise<boolean>;
  readonly now: () => Date;
}

/** Carries out a change of one collection, in whichever generations have to show it. */
export type Apply = (collection: CollectionName, change: IndexChange) => Promise<void>;

/**
 * What a message asks for. A row that every collection shows already is left alone, unless the message says that they
 * lost it (`repair`). Returns the row that the index now shows; undefined when it was left alone, or there is none.
 */
export async function indexChange(
  { id, repair = false }: ChangeMessage,
  on: IndexDependencies,
): Promise<DocumentRow | undefined> {
  const row = await on.catalogue.get(id);
  if (row && row.pendingSince === undefined && !repair) return undefined;
  return indexDocument(id, on);
}

/**
 * Applies the row until it no longer moves, because another worker may have applied an older state after this one:
 * whoever finishes last leaves the newest. Returns the row that the index now shows; undefined when there is none.
 */
export function indexDocument(id: string, on: IndexDependencies): Promise<DocumentRow | undefined> {
  return applyRow(id, on, settle);
}

/** `afterShown` is carried out while the row is pending still, so that it cannot be forgotten. */
async function applyRow(
  id: string,
  on: IndexDependencies,
  afterShown: (row: DocumentRow, on: IndexDependencies) => Promise<void>,
): Promise<DocumentRow | undefined> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const looked = nextRevision(undefined);
    const row = await on.catalogue.get(id);
    // Asked after the row was read: a rebuild that is recorded later walks the catalogue later, and finds this row.
    const apply = writing(on.index, await on.isRebuilding());
    if (!row) {
      await removeOrphan(id, looked, apply);
      if (await on.catalogue.get(id)) continue;
      return undefined;
    }
    await show(row, apply, on);
    // Once nothing older is held any more: until then it hides that.
    if (isPublic(row)) await on.catalogue.clearWithdrawal(row.id, row.revision);
    // Nothing was read of it yet, so nothing can be said of it but that what was there before is gone.
    if (row.state === 'received') return undefined;
    if (row.pendingSince !== undefined) await afterShown(row, on);
    try {
      await on.catalogue.markApplied(row, on.now());
      return row;
    } catch (error) {
      if (!(error instanceof RevisionConflictError)) throw error;
    }
  }
  throw new Error(`The row of document ${id} kept changing while it was applied`);
}

/** What changes of other documents is shown at once. */
async function settle(row: DocumentRow, on: IndexDependencies): Promise<void> {
  for (const id of await settleEqualContents(row, on)) {
    if (id !== row.id) await applyRow(id, on, async () => {});
  }
}

/** Resolves when both collections show the row. What leaves the public collection leaves it before anything else. */
export async function show(
  row: DocumentRow,
  apply: Apply,
  on: Pick<IndexDependencies, 'documents' | 'vocabulary'>,
): Promise<void> {
  for (const collection of ['public', 'archive'] as const) {
    const removal = removalFrom(collection, row);
    if (removal) await apply(collection, removal);
  }
  if (!row.document) return;
  const [document, vocabulary] = await Promise.all([
    on.documents.get(row.id, row.document.hash),
    on.vocabulary.inUse(),
  ]);
  const put: IndexChange = { type: 'put', entry: await indexEntry(row, document, vocabulary) };
  await apply('archive', put);
  if (isPublic(row)) await apply('public', put);
}

/** How the document leaves a collection in which the row says that it has no place. */
export function removalFrom(collection: CollectionName, row: DocumentRow): IndexChange | undefined {
  if (collection === 'public' ? isPublic(row) : row.document !== null) return undefined;
  const { id, revision } = row;
  return { type: 'remove', id, revision, ...absence(row, collection) };
}

/**
 * What the catalogue knows nothing of, not even that it was removed, has no place in the index. The revision is from before
 * the row was looked for, so that one that comes meanwhile outranks the removal.
 */
export async function removeOrphan(id: string, revision: number, apply: Apply): Promise<void> {
  const removal: IndexChange = { type: 'remove', id, revision, gone: false };
  await apply('public', removal);
  await apply('archive', removal);
}

/** Writes to whichever generations have to show a change. */
export function writing(index: IndexDependencies['index'], isRebuilding: boolean): Apply {
  return isRebuilding ? bothGenerations(index) : servedGeneration(index);
}

function servedGeneration(index: IndexDependencies['index']): Apply {
  return (collection, change) => index[collection].apply([change]);
}

/**
 * The generation aside may be promoted at any moment, so what is served is written last: whichever of the two is served
 * then has the change, and what has left the one cannot come back with the other. A removal from what is served is not
 * kept waiting by a generation aside that fails.
 */
function bothGenerations(index: IndexDependencies['index']): Apply {
  return async (collection, change) => {
    const served = index[collection];
    const fault = await failureOf(served.aside.apply([change]));
    // It was promoted, or is about to be begun anew and filled by a walk that starts later.
    const mayGoOn = fault === undefined || fault instanceof NotFoundError;
    if (mayGoOn || change.type === 'remove') await served.apply([change]);
    if (!mayGoOn) throw fault;
  };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error;
  }
}
