/** What is left to do of moving an upload, for whoever began it and for the sweep that takes it up after a crash. */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  NotFound,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { DocumentRow } from './catalogue/row.ts';
import { lookAgain } from './upload-event.ts';
import type { UploadQueue } from './work-queues.ts';

export interface MoveDependencies {
  readonly catalogue: Catalogue;
  readonly s3: S3Client;
  /** The uploads bucket. */
  readonly bucket: string;
  readonly looks: UploadQueue;
}

/** Copies, deletes the source, looks at both places again: what of that is still to do. Safe to repeat at any point. */
export async function finishMove(row: DocumentRow, on: MoveDependencies): Promise<void> {
  const source = row.movedFrom?.key;
  if (!source) return;
  if (await exists(on.s3, on.bucket, source)) {
    if (!(await exists(on.s3, on.bucket, row.key))) {
      const { Metadata = {}, ContentType } = await on.s3.send(
        new HeadObjectCommand({ Bucket: on.bucket, Key: source }),
      );
      // The copy is staff's, not the watched folder's, which would otherwise take it away at its next start.
      const { source: _watched, ...metadata } = Metadata;
      await on.s3.send(
        new CopyObjectCommand({
          Bucket: on.bucket,
          Key: row.key,
          CopySource: `${on.bucket}/${source.split('/').map(encodeURIComponent).join('/')}`,
          MetadataDirective: 'REPLACE',
          Metadata: metadata,
          ContentType,
        }),
      );
    }
    await on.s3.send(new DeleteObjectCommand({ Bucket: on.bucket, Key: source }));
  }
  await on.catalogue.markMoved(row.id, source);
  await on.looks.send([lookAgain(on.bucket, row.key), lookAgain(on.bucket, source)]);
}

async function exists(s3: S3Client, bucket: string, key: string): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}
