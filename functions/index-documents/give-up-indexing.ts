import { RevisionConflictError } from '../../shared/errors.ts';
import type { IndexDependencies } from './index-document.ts';

/**
 * Lets the ledger say that the index could not follow. A row that was pending stays so, and the sweep goes on trying; for one
 * that the index should have had, and lost, reconciliation does.
 */
export async function giveUpIndexing(
  id: string,
  cause: unknown,
  { catalogue, now }: Pick<IndexDependencies, 'catalogue' | 'now'>,
): Promise<void> {
  const row = await catalogue.get(id);
  if (!row?.pendingSince && !row?.document) return;
  const why = cause instanceof Error ? cause.name : 'Error';
  try {
    await catalogue.markFailed(row, {
      at: now().toISOString(),
      step: 'index-documents',
      why,
      etag: row.upload?.etag ?? null,
    });
  } catch (error) {
    // Someone changed the row meanwhile, and what they changed is tried anew.
    if (!(error instanceof RevisionConflictError)) throw error;
  }
}
