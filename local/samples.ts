/** The project's own documents, for a first impression on a first start. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { S3Client } from '@aws-sdk/client-s3';
import { forEachOf } from '../shared/limiter.ts';
import { Visibility } from '../shared/visibility.ts';
import { uploadFile } from './upload-file.ts';
import { keyOf, listFiles } from './uploadable-files.ts';

const samplesFolder = fileURLToPath(new URL('../samples/', import.meta.url));

const uploadsAtATime = 4;

export interface SamplesOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly onProgress: (done: number, total: number) => void;
  readonly folder?: string;
}

/** Uploads them all and returns how many they are. Doing it again, as after a kill half-way, changes nothing. */
export async function loadSamples({
  s3,
  bucket,
  onProgress,
  folder = samplesFolder,
}: SamplesOptions): Promise<number> {
  if (!existsSync(folder)) return 0;
  const { files } = await listFiles(folder, Visibility.options);
  let done = 0;
  await forEachOf(files, uploadsAtATime, async ({ path, below }) => {
    await uploadFile({ s3, bucket, key: keyOf(below), path, metadata: () => ({ source: 'samples' }) });
    onProgress(++done, files.length);
  });
  return files.length;
}
