import type { ChangeQueue } from '../work-queues.ts';
import type { Catalogue } from './catalogue.ts';
import { retryConflicts } from './retry-conflicts.ts';
import type { DocumentRow } from './row.ts';

export interface SettleRowDependencies {
  readonly catalogue: Pick<Catalogue, 'get' | 'write' | 'withdraw'>;
  readonly changes: ChangeQueue;
}

/**
 * Writes what the row becomes, and sends a message where none waits; undefined: it stays as it is. Throws
 * RevisionConflictError when another writer was first.
 */
export async function settleRow(
  next: DocumentRow | undefined,
  row: DocumentRow | undefined,
  { catalogue, changes }: SettleRowDependencies,
): Promise<void> {
  if (next) {
    const { needsMessage } = await catalogue.write(next, row);
    if (needsMessage) await changes.send([{ id: next.id }]);
  } else if (row) {
    // Whoever wrote the row may have been stopped before this.
    await catalogue.withdraw(row);
  }
}

/** Reads the row and settles what `change` makes of it, again from a new look while others are first. Returns it. */
export async function settleTransition(
  id: string,
  change: (row: DocumentRow | undefined) => DocumentRow | undefined,
  on: SettleRowDependencies,
): Promise<DocumentRow | undefined> {
  return retryConflicts(async () => {
    const row = await on.catalogue.get(id);
    const next = change(row);
    await settleRow(next, row, on);
    return next ?? row;
  });
}
