/** Puts staff's corrections back over documents that were read again from the uploads bucket, or are still to be. */
import { isDeepStrictEqual } from 'node:util';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { type DocumentRow, nextRevision, stateBeforeShown, withHistory } from '../../shared/catalogue/row.ts';
import type { Corrections } from '../../shared/corrections.ts';
import { documentId } from '../../shared/document.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import { strictest, visibilityOfKey } from '../../shared/visibility.ts';
import type { ChangeQueue } from '../../shared/work-queues.ts';
import type { CorrectedUpload } from './backup-format.ts';

const attempts = 5;

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

/** Safe to repeat, before the document is read, while it is, and after. */
export async function restoreCorrections(
  { key, corrections }: CorrectedUpload,
  choice: RestoreChoice,
  on: RestoreCorrectionsDependencies,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const row = await on.catalogue.get(documentId(key));
    try {
      return await restoreRow({ key, corrections }, choice, row, on);
    } catch (error) {
      if (!(error instanceof RevisionConflictError) || attempt === attempts) throw error;
    }
  }
}

async function restoreRow(
  { key, corrections }: CorrectedUpload,
  choice: RestoreChoice,
  row: DocumentRow | undefined,
  on: RestoreCorrectionsDependencies,
): Promise<Outcome> {
  const isThere = row !== undefined && row.state !== 'removed';
  if (row && isDeepStrictEqual(row.corrections, corrections)) return isThere ? 'unchanged' : 'waiting';
  if (row && !choice.overwrite && isWorkedOnSince(row, choice.takenAt)) return 'kept';
  const at = on.now().toISOString();
  if (!row || !isThere) {
    await on.catalogue.write(
      row ? { ...row, corrections, revision: nextRevision(row) } : tombstone(key, corrections, at),
      row,
    );
    return 'waiting';
  }
  await on.catalogue.write(corrected(row, corrections, at), row);
  await on.changes.send([{ id: row.id }]);
  return 'restored';
}

/** Whatever staff hold of it now, or took back after the backup was made, they decided themselves. */
function isWorkedOnSince({ corrections, history }: DocumentRow, takenAt: string): boolean {
  return (
    Object.keys(corrections).length > 0 ||
    history.some(({ what, at }) => what === 'corrected' && Date.parse(at) > Date.parse(takenAt))
  );
}

function corrected(row: DocumentRow, corrections: Corrections, at: string): DocumentRow {
  const visibility = strictest(
    visibilityOfKey(row.key) ?? 'internal',
    row.document?.visibility,
    corrections.visibility,
  );
  return {
    ...row,
    revision: nextRevision(row),
    state: stateBeforeShown(row),
    visibility,
    wasPublic: row.wasPublic || (visibility === 'public' && row.document !== null),
    corrections,
    history: withHistory(row, { at, what: 'corrected' }),
    updatedAt: at,
    pendingSince: at,
  };
}

/** As of an upload that was removed, of which nothing is to be shown and whose corrections wait for its return. */
function tombstone(key: string, corrections: Corrections, at: string): DocumentRow {
  return {
    id: documentId(key),
    key,
    revision: nextRevision(undefined),
    state: 'removed',
    visibility: 'internal',
    wasPublic: false,
    upload: null,
    document: null,
    corrections,
    refusal: null,
    notes: [],
    history: [{ at, what: 'corrected' }],
    movedFrom: null,
    receivedAt: at,
    updatedAt: at,
  };
}
