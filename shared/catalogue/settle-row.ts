import type { ChangeQueue } from '../work-queues.ts';
import type { Catalogue } from './catalogue.ts';
import { retryConflicts } from './retry-conflicts.ts';
import type { DocumentRow } from './row.ts';
import { needsMessage } from './transitions.ts';

export interface SettleRowDependencies {
  readonly catalogue: Pick<Catalogue, 'get' | 'write' | 'withdraw'>;
  readonly changes: ChangeQueue;
  /** Whether this failed before: then the message of a pending row may be what could not be sent. */
  readonly isRetry?: boolean;
}

/**
 * Writes what the row becomes, and sends a message where none waits; undefined: it stays as it is. Throws
 * RevisionConflictError when another writer was first.
 */
export async function settleRow(
  next: DocumentRow | undefined,
  row: DocumentRow | undefined,
  { catalogue, changes, isRetry = false }: SettleRowDependencies,
): Promise<void> {
  const settled = next ?? row;
  if (!settled) return;
  let isDue = false;
  if (next) isDue = (await catalogue.write(next, row)).needsMessage;
  // Whoever wrote the row may have been stopped before this.
  else await catalogue.withdraw(settled);
  if (isDue || (isRetry && needsMessage(settled, undefined))) await changes.send([{ id: settled.id }]);
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
