/** Puts rows into the generation aside, through the same step that index-documents takes. */
import type { IndexChange } from '../../search-index/search-index.ts';
import { type DocumentRow, nextRevision } from '../../shared/catalogue/row.ts';
import { NotFoundError, UnavailableError } from '../../shared/errors.ts';
import { forEachOf } from '../../shared/limiter.ts';
import { type CollectionName, collections } from '../../shared/visibility.ts';
import { type Apply, type IndexDependencies, removeOrphan, show } from '../index-documents/index-document.ts';

/** Documents that are fetched at the same time. */
const fetchesAtATime = 8;

/** A row that changes this often while it is put in is left to whoever changes it, who writes to this generation too. */
const attempts = 5;

export type FillDependencies = Pick<IndexDependencies, 'catalogue' | 'documents' | 'vocabulary' | 'index'>;

/**
 * Resolves with the ids that could not be put in, once the others are there as their rows say: rows that moved
 * meanwhile are put in again.
 */
export async function fillAside(
  rows: readonly DocumentRow[],
  on: FillDependencies,
): Promise<readonly string[]> {
  const skipped = new Set<string>();
  let left = rows;
  for (let attempt = 1; left.length > 0 && attempt <= attempts; attempt++) {
    await applyAll(left, skipped, on);
    left = await moved(left, on);
  }
  return [...skipped];
}

/** Puts in what the catalogue says now of these documents, or takes out what it knows nothing of. */
export async function fillAsideById(
  ids: readonly string[],
  on: FillDependencies,
): Promise<readonly string[]> {
  const rows: DocumentRow[] = [];
  await forEachOf(ids, fetchesAtATime, async (id) => {
    const looked = nextRevision(undefined);
    const row = await on.catalogue.get(id);
    if (row) rows.push(row);
    else await removeOrphan(id, looked, (collection, change) => on.index[collection].aside.apply([change]));
  });
  return fillAside(rows, on);
}

async function applyAll(
  rows: readonly DocumentRow[],
  skipped: Set<string>,
  on: FillDependencies,
): Promise<void> {
  const changes: Record<CollectionName, IndexChange[]> = { public: [], archive: [] };
  const collect: Apply = async (collection, change) => void changes[collection].push(change);
  await forEachOf(rows, fetchesAtATime, async (row) => {
    try {
      await show(row, collect, on);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      // One document that cannot be read keeps no other from being found; reconciliation has it read again.
      skipped.add(row.id);
    }
  });
  for (const collection of collections) {
    const { aside } = on.index[collection];
    try {
      await aside.apply(changes[collection]);
    } catch (error) {
      if (error instanceof UnavailableError || error instanceof NotFoundError) throw error;
      for (const change of changes[collection]) {
        try {
          await aside.apply([change]);
        } catch (cause) {
          if (cause instanceof UnavailableError || cause instanceof NotFoundError) throw cause;
          skipped.add(change.type === 'put' ? change.entry.id : change.id);
        }
      }
    }
  }
}

async function moved(
  rows: readonly DocumentRow[],
  { catalogue, index }: FillDependencies,
): Promise<DocumentRow[]> {
  const newer: DocumentRow[] = [];
  await forEachOf(rows, fetchesAtATime, async ({ id, revision }) => {
    const looked = nextRevision(undefined);
    const row = await catalogue.get(id);
    if (!row) await removeOrphan(id, looked, (collection, change) => index[collection].aside.apply([change]));
    else if (row.revision !== revision) newer.push(row);
  });
  return newer;
}
