import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { spellingsOf } from '../../shared/document.ts';
import { removeCopy } from '../../shared/move-upload.ts';
import { lookAgain } from '../../shared/upload-event.ts';
import { targetOfMove } from './follow-move.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

/** Deletes the upload, and its copy while it is moved; the document follows as it does when anyone else deletes the file. */
export async function removeDocument(
  row: DocumentRow,
  on: Pick<StaffDependencies, 'catalogue' | 's3' | 'bucket' | 'looks'>,
): Promise<void> {
  const { s3, bucket, looks } = on;
  // First, for nothing is copied of what is gone.
  for (const Key of spellingsOf(row.key)) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  const target = await targetOfMove(row, on);
  if (target) await removeCopy(target, on);
  await looks.send([row, ...(target ? [target] : [])].map(({ key }) => lookAgain(bucket, key)));
}
