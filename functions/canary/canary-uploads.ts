import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CanaryDependencies } from './canary.ts';

/** The uploads bucket, as the canary uses it. */
export function canaryUploads(s3: S3Client, bucket: string): CanaryDependencies['uploads'] {
  return {
    async put(key, text) {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: text,
          ContentType: 'text/plain; charset=utf-8',
        }),
      );
    },
    async remove(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}
