/**
 * Compares the uploads bucket with the catalogue and asks for a new look wherever they differ: an event that was lost
 * is found, at every start on one machine and in every reconciliation.
 */
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { sidecarOf, uploadOfSidecar } from '../../shared/sidecar.ts';
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
  const present = new Map<string, string>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    for (const { Key: key, ETag = '' } of Contents) {
      if (key && !key.endsWith('/')) present.set(key, ETag.replaceAll('"', ''));
    }
  }
  const unread = new Set([...present.keys()].filter((key) => uploadOfSidecar(key) === null));
  for await (const { key, upload } of catalogue.all()) {
    const isAsRead =
      present.get(key) === upload?.etag &&
      (present.get(sidecarOf(key)) ?? null) === (upload?.sidecarEtag ?? null);
    if (isAsRead) unread.delete(key);
    else if (upload || present.has(key)) unread.add(key);
  }
  await looks.send([...unread].map((key) => lookAgain(bucket, key)));
  return unread.size;
}
