import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface PutRelease {
  readonly bucket: string;
  readonly version: string;
  readonly binary: string;
  readonly sha256: string;
  readonly body: Uint8Array;
}

/** The checksum comes last, for the server waits until both are there. */
export async function putRelease(
  { bucket, version, binary, sha256, body }: PutRelease,
  s3: Pick<S3Client, 'send'>,
): Promise<void> {
  const key = `meilisearch/${version}/${binary}`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: `${key}.sha256`, Body: `${sha256}  ${binary}\n` }),
  );
}
