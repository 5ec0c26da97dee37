import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { lookAgain } from '../../shared/upload-event.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

/** Deletes the upload; the document follows as it does when anyone else deletes the file. */
export async function removeDocument(
  { key }: DocumentRow,
  { s3, bucket, looks }: Pick<StaffDependencies, 's3' | 'bucket' | 'looks'>,
): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  await looks.send([lookAgain(bucket, key)]);
}
