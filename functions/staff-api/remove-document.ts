import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { retryConflicts } from '../../shared/catalogue/retry-conflicts.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { settleRow } from '../../shared/catalogue/settle-row.ts';
import { removed } from '../../shared/catalogue/transitions.ts';
import { spellingsOf } from '../../shared/document.ts';
import { headUpload, removeCopy } from '../../shared/move-upload.ts';
import { lookAgain } from '../../shared/upload-event.ts';
import { targetOfMove } from './follow-move.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

type RemoveDependencies = Pick<StaffDependencies, 'catalogue' | 's3' | 'bucket' | 'looks' | 'changes'>;

/**
 * Deletes the upload, and its copy while it is moved, and returns the row as it then is. `by` is the subject of staff's
 * token.
 */
export async function removeDocument(
  row: DocumentRow,
  on: RemoveDependencies,
  by = 'staff',
): Promise<DocumentRow> {
  const { s3, bucket, looks } = on;
  // First, for nothing is copied of what is gone.
  for (const Key of spellingsOf(row.key)) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  const target = await targetOfMove(row, on);
  if (target) await removeCopy(target, on);
  const after = target ? undefined : await removeRow(row, on, by);
  await looks.send([row, ...(target ? [target] : [])].map(({ key }) => lookAgain(bucket, key)));
  return after ?? row;
}

/** At once, for a look at the upload may wait behind many others. What was put in its place meanwhile stays. */
async function removeRow(
  { id, key }: DocumentRow,
  on: RemoveDependencies,
  by: string,
): Promise<DocumentRow | undefined> {
  return retryConflicts(async () => {
    const row = await on.catalogue.get(id);
    const isThere = await Promise.all(spellingsOf(row?.key ?? key).map((one) => headUpload(one, on)));
    const isMoving = row?.movedFrom?.done === false;
    if (isMoving || isThere.some((object) => object !== undefined)) return row;
    const next = removed(row, { at: new Date(), by });
    await settleRow(next, row, on);
    return next ?? row;
  });
}
