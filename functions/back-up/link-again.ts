/** Has every document linked to the vocabulary as it now is, a page of the catalogue at a time. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { type DocumentRow, nextRevision } from '../../shared/catalogue/row.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import { forEachOf } from '../../shared/limiter.ts';
import type { ChangeQueue } from '../../shared/work-queues.ts';

/** Rows in one go, within the half minute that an answer over HTTP may take. */
const pageSize = 200;
const concurrency = 10;

export interface LinkAgainDependencies {
  readonly catalogue: Catalogue;
  readonly changes: ChangeQueue;
  readonly now: () => Date;
}

/** Marks the documents of one page as pending and says where to go on; null when that was the last page. */
export async function linkAgain(after: string | null, on: LinkAgainDependencies) {
  const { rows, next } = await on.catalogue.page({ after, limit: pageSize });
  const linked: { id: string }[] = [];
  await forEachOf(
    rows.filter(({ document }) => document !== null),
    concurrency,
    async (row) => {
      if (await markPending(row, on)) linked.push({ id: row.id });
    },
  );
  await on.changes.send(linked);
  return { linked: linked.length, next };
}

async function markPending(row: DocumentRow, { catalogue, now }: LinkAgainDependencies): Promise<boolean> {
  const at = now().toISOString();
  try {
    await catalogue.write(
      { ...row, revision: nextRevision(row), state: 'kept', updatedAt: at, pendingSince: at },
      row,
    );
    return true;
  } catch (error) {
    // Whoever was first has it shown, by the vocabulary as it now is.
    if (error instanceof RevisionConflictError) return false;
    throw error;
  }
}
