/** Writes the day's backup to its bucket. A backup is there whole or not at all. */
import { Readable } from 'node:stream';
import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { backupLines } from './backup-format.ts';
import { collectStaffWork } from './collect-staff-work.ts';

export interface BackUpDependencies {
  readonly catalogue: Catalogue;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly now: () => Date;
}

const latest = 'backups/latest.jsonl';

/** Resolves when the day's backup and `latest` are there; a second one on the same day replaces the first. */
export async function backUp({ catalogue, s3, bucket, now }: BackUpDependencies) {
  const work = await collectStaffWork(catalogue, now());
  const key = `backups/${work.takenAt.slice(0, 10)}.jsonl`;
  const upload = new Upload({
    client: s3,
    params: {
      Bucket: bucket,
      Key: key,
      Body: Readable.from(backupLines(work)),
      ContentType: 'application/jsonl; charset=utf-8',
    },
  });
  await upload.done();
  await s3.send(
    new CopyObjectCommand({
      Bucket: bucket,
      Key: latest,
      CopySource: `${bucket}/${key}`,
      // To take tags along, of which a backup has none, is a right of its own.
      TaggingDirective: 'REPLACE',
    }),
  );
  return { key, terms: work.terms.length, corrections: work.corrections.length };
}
