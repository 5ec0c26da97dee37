/** Puts staff's corrections back over documents that were read again from the uploads bucket, or are still to be. */
import { isDeepStrictEqual } from 'node:util';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { retryConflicts } from '../../shared/catalogue/retry-conflicts.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { settleRow } from '../../shared/catalogue/settle-row.ts';
import { restored } from '../../shared/catalogue/transitions.ts';
import { documentId } from '../../shared/document.ts';
import type { ChangeQueue } from '../../shared/work-queues.ts';
import type { CorrectedUpload } from './backup-format.ts';

export interface RestoreCorrectionsDependencies {
  readonly catalogue: Catalogue;
  readonly changes: ChangeQueue;
  readonly now: () => Date;
}

/**
 * `waiting`: there is no such document; the corrections are kept for when its upload comes.
 * `kept`: staff corrected it since, and that stays.
 */
export type Outcome = 'restored' | 'unchanged' | 'waiting' | 'kept';

export interface RestoreChoice {
  /** When the backup was made. */
  readonly takenAt: string;
  /** Also where staff corrected since. */
  readonly overwrite: boolean;
}

/** Safe to repeat, before the document is read, while it is, and after. `by` is who restores it. */
export async function restoreCorrections(
  upload: CorrectedUpload,
  choice: RestoreChoice,
  on: RestoreCorrectionsDependencies,
  by = 'system',
): Promise<Outcome> {
  const id = documentId(upload.key);
  return retryConflicts(async () => {
    const row = await on.catalogue.get(id);
    const outcome = outcomeFor(row, upload, choice);
    const next = outcome === 'kept' ? undefined : restored(row, upload, { at: on.now(), by });
    await settleRow(next, row, on);
    return outcome;
  });
}

function outcomeFor(
  row: DocumentRow | undefined,
  { corrections }: CorrectedUpload,
  { overwrite, takenAt }: RestoreChoice,
): Outcome {
  const isThere = row !== undefined && row.state !== 'removed';
  if (row && isDeepStrictEqual(row.corrections, corrections)) return isThere ? 'unchanged' : 'waiting';
  if (row && !overwrite && isWorkedOnSince(row, takenAt)) return 'kept';
  return isThere ? 'restored' : 'waiting';
}

/** Whatever staff hold of it now, or took back after the backup was made, they decided themselves. */
function isWorkedOnSince({ corrections, history }: DocumentRow, takenAt: string): boolean {
  return (
    Object.keys(corrections).length > 0 ||
    history.some(({ what, at }) => what === 'corrected' && Date.parse(at) > Date.parse(takenAt))
  );
}
