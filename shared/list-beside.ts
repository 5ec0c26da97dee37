import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { unquoted } from './etag.ts';
import { isBeside, prefixesBeside } from './sidecar.ts';

/** The keys and ETags of an upload's sidecars, and of files that are named nearly like one. */
export async function listBeside(
  key: string,
  { s3, bucket }: { readonly s3: S3Client; readonly bucket: string },
): Promise<{ readonly key: string; readonly etag: string }[]> {
  const beside: { key: string; etag: string }[] = [];
  for (const Prefix of prefixesBeside(key)) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix })) {
      for (const { Key = '', ETag = '' } of Contents) {
        if (isBeside(Key, key)) beside.push({ key: Key, etag: unquoted(ETag) });
      }
    }
  }
  return beside;
}
