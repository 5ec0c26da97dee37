/** Has every document linked to the vocabulary as it now is, a page of the catalogue at a time. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { retryConflicts } from '../../shared/catalogue/retry-conflicts.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { outranked } from '../../shared/catalogue/transitions.ts';
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
  const unannounced: { id: string }[] = [];
  let linked = 0;
  await forEachOf(
    rows.filter(({ document }) => document !== null),
    concurrency,
    async (row) => {
      const marked = await markPending(row, on);
      if (marked) linked++;
      if (marked?.needsMessage) unannounced.push({ id: row.id });
    },
  );
  await on.changes.send(unannounced);
  return { linked, next };
}

/** Undefined when the document has gone meanwhile. */
async function markPending({ id }: DocumentRow, { catalogue, now }: LinkAgainDependencies) {
  return retryConflicts(async () => {
    const row = await catalogue.get(id);
    return row?.document ? catalogue.write(outranked(row, now()), row) : undefined;
  });
}
