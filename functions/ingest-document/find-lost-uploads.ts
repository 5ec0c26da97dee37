/**
 * Compares the uploads bucket with the catalogue and asks for a new look wherever they differ: an event that was lost
 * is found, at every start on one machine and in every reconciliation.
 */
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { documentId } from '../../shared/document.ts';
import { lookAgain } from '../../shared/upload-event.ts';
import type { UploadQueue } from '../../shared/work-queues.ts';

export interface LostUploadDependencies {
  readonly catalogue: Catalogue;
  readonly s3: S3Client;
  /** The uploads bucket. */
  readonly bucket: string;
  readonly looks: UploadQueue;
}

/** Queues a look at every upload of which the catalogue does not know the present version; returns how many. */
export async function findLostUploads({
  catalogue,
  s3,
  bucket,
  looks,
}: LostUploadDependencies): Promise<number> {
  const known = new Map<string, { key: string; etag: string }>();
  for await (const row of catalogue.all()) {
    if (row.upload) known.set(row.id, { key: row.key, etag: row.upload.etag });
  }
  const lost: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    for (const { Key: key, ETag = '' } of Contents) {
      if (!key || key.endsWith('/')) continue;
      const id = documentId(key);
      if (known.get(id)?.etag !== ETag.replaceAll('"', '')) lost.push(key);
      known.delete(id);
    }
  }
  for (const { key } of known.values()) lost.push(key);
  await looks.send(lost.map((key) => lookAgain(bucket, key)));
  return lost.length;
}
