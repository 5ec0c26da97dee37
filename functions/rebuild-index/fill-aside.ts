/** Puts rows into the generation aside, through the same step that index-documents takes. */
import type { IndexChange } from '../../search-index/search-index.ts';
import { type DocumentRow, nextRevision } from '../../shared/catalogue/row.ts';
import { charactersIn } from '../../shared/document.ts';
import { NotFoundError, UnavailableError } from '../../shared/errors.ts';
import { forEachOf } from '../../shared/limiter.ts';
import { type CollectionName, collections } from '../../shared/visibility.ts';
import { type IndexDependencies, removeOrphan, show } from '../index-documents/index-document.ts';

/** Documents that are fetched at the same time. */
const fetchesAtATime = 8;

/** Rows that are put in at once at most. */
export const rowsAtOnce = 50;

/** Characters that are put in at once, or one document: two cores take 7 s, and an engine is waited for a minute. */
const textAtOnce = 2_000_000;

/** A row that changes this often while it is put in is left to whoever changes it, who writes to this generation too. */
const attempts = 5;

export type FillDependencies = Pick<IndexDependencies, 'catalogue' | 'documents' | 'vocabulary' | 'index'>;

export interface Filled {
  /** How many of the rows, from the first. */
  readonly count: number;
  /** The ids among them that could not be put in. */
  readonly skipped: readonly string[];
}

/**
 * Puts in the first of these rows, as many as go together, and resolves once they are there as their rows say: rows that
 * moved meanwhile are put in again.
 */
export async function fillSome(rows: readonly DocumentRow[], on: FillDependencies): Promise<Filled> {
  const skipped = new Set<string>();
  const count = await putSome(rows, skipped, on);
  let left = await moved(rows.slice(0, count), on);
  for (let attempt = 2; left.length > 0 && attempt <= attempts; attempt++) {
    for (let at = 0; at < left.length; ) at += await putSome(left.slice(at), skipped, on);
    left = await moved(left, on);
  }
  return { count, skipped: [...skipped] };
}

/**
 * Puts in what the catalogue says now of these documents, or takes out what it knows nothing of. Resolves with the ids
 * that could not be put in.
 */
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
  const skipped: string[] = [];
  for (let at = 0; at < rows.length; ) {
    const filled = await fillSome(rows.slice(at), on);
    skipped.push(...filled.skipped);
    at += filled.count;
  }
  return skipped;
}

/** Returns how many of the rows it put in, from the first. */
async function putSome(
  rows: readonly DocumentRow[],
  skipped: Set<string>,
  on: FillDependencies,
): Promise<number> {
  const together = await changesTogether(rows.slice(0, rowsAtOnce), on);
  for (const { id, isUnreadable } of together) if (isUnreadable) skipped.add(id);
  for (const collection of collections) {
    const { aside } = on.index[collection];
    const changes = together.flatMap((row) => row[collection]);
    try {
      await aside.apply(changes);
    } catch (error) {
      if (error instanceof UnavailableError || error instanceof NotFoundError) throw error;
      for (const change of changes) {
        try {
          await aside.apply([change]);
        } catch (cause) {
          if (cause instanceof UnavailableError || cause instanceof NotFoundError) throw cause;
          skipped.add(change.type === 'put' ? change.entry.id : change.id);
        }
      }
    }
  }
  return together.length;
}

interface ChangesOfRow extends Record<CollectionName, IndexChange[]> {
  readonly id: string;
  isUnreadable: boolean;
}

/** What the first of these rows ask for, until that is text enough. */
async function changesTogether(rows: readonly DocumentRow[], on: FillDependencies): Promise<ChangesOfRow[]> {
  const fetched = new Map<string, ChangesOfRow>();
  let text = 0;
  await forEachOf(rows, fetchesAtATime, async (row) => {
    if (text > textAtOnce) return;
    const changes: ChangesOfRow = { id: row.id, public: [], archive: [], isUnreadable: false };
    try {
      await show(row, async (collection, change) => void changes[collection].push(change), on);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      // One document that cannot be read keeps no other from being found; reconciliation has it read again.
      changes.isUnreadable = true;
    }
    text += textIn(changes);
    fetched.set(row.id, changes);
  });
  const together: ChangesOfRow[] = [];
  let room = textAtOnce;
  for (const { id } of rows) {
    const changes = fetched.get(id);
    room -= changes ? textIn(changes) : 0;
    if (!changes || (room < 0 && together.length > 0)) break;
    together.push(changes);
  }
  return together;
}

function textIn({ archive }: ChangesOfRow): number {
  return archive.reduce(
    (sum, change) => sum + (change.type === 'put' ? charactersIn(change.entry.passages) : 0),
    0,
  );
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
