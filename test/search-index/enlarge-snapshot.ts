/** Makes the snapshot that is served as large as if more documents were in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Pointer } from '../../search-index/engines/snapshots/pointer.ts';
import { SnapshotBucket } from '../../search-index/engines/snapshots/snapshot-bucket.ts';

/** `prefix` is the collection's own, without a slash at its end. Nobody else may write meanwhile. */
export async function enlargeSnapshot(
  s3: S3Client,
  Bucket: string,
  prefix: string,
  bytes: number,
): Promise<void> {
  const bytesAt = async (name: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: `${prefix}/${name}` }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const pointer = Pointer.parse(JSON.parse((await bytesAt('pointer.json')).toString()));
  if (pointer.served === null) throw new Error('nothing is served');
  const { file, generation } = pointer.served;
  const folder = mkdtempSync(join(tmpdir(), 'vindplaats-large-'));
  const path = join(folder, 'large.sqlite');
  writeFileSync(path, await bytesAt(file));
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE filling AS SELECT zeroblob(${bytes}) AS zeroes`);
  database.close();
  const served = { ...(await new SnapshotBucket(s3, Bucket, prefix).put(path)), generation };
  rmSync(folder, { recursive: true });
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: `${prefix}/pointer.json`,
      Body: JSON.stringify({ ...pointer, served } satisfies Pointer),
    }),
  );
}
