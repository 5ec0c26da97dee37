import { RevisionConflictError } from '../../shared/errors.ts';
import type { IndexDependencies } from './index-document.ts';

/**
 * Keeps the sweep from sending what is sent again already: while the engine is away for days, every message that it added
 * would go round too, and all of them would be worked off before anything new once the engine is back.
 */
export async function postponeIndexing(
  id: string,
  { catalogue, now }: Pick<IndexDependencies, 'catalogue' | 'now'>,
): Promise<void> {
  const row = await catalogue.get(id);
  if (!row?.pendingSince) return;
  try {
    await catalogue.markResent(row, row.resent?.times ?? 0, now());
  } catch (error) {
    // The change that came meanwhile has a message of its own.
    if (!(error instanceof RevisionConflictError)) throw error;
  }
}
