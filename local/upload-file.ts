/** Puts a file in a bucket through the real SDK: small ones in one request, large ones in parts. */
import { createHash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { unquoted } from '../shared/etag.ts';
import { contentTypeOf } from './content-type.ts';
import { codeOf } from './plain-error.ts';
import { ChangedError } from './still-paths.ts';
import { isMissing, stampOf } from './uploadable-files.ts';

/** Bytes; fauxqs refuses bodies over 11 MiB, and S3 wants parts of at least 5 MiB. */
const partSize = 8 * 1024 * 1024;

export interface FileUpload {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
  /** Object metadata, in ASCII. */
  readonly metadata: (file: BigIntStats) => Record<string, string>;
  /** The ETag of an object that already holds this text, then nothing is put. */
  readonly unlessEtag?: string | undefined;
}

/**
 * Resolves with the ETag of what was put, undefined when nothing was. Throws ChangedError when the file changed
 * meanwhile: a small one was not put then, a large one may have been, and the next upload replaces it.
 */
export async function uploadFile(upload: FileUpload): Promise<string | undefined> {
  const file = await openFile(upload.path);
  try {
    const before = await file.stat({ bigint: true });
    const put = before.size <= partSize ? putWhole : putInParts;
    return await put(upload, file, before);
  } finally {
    await file.close();
  }
}

/** A link that took the file's place is not followed. */
async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'ELOOP') throw new ChangedError('The file has gone');
    throw error;
  }
}

async function putWhole(
  upload: FileUpload,
  file: FileHandle,
  before: BigIntStats,
): Promise<string | undefined> {
  const bytes = await file.readFile();
  await ensureUnchanged(file, before);
  if (upload.unlessEtag === createHash('md5').update(bytes).digest('hex')) return undefined;
  const { ETag } = await upload.s3.send(
    new PutObjectCommand({ ...target(upload, before), Body: bytes, ContentLength: bytes.length }),
  );
  return etagOf(ETag);
}

async function putInParts(
  { s3, ...rest }: FileUpload,
  file: FileHandle,
  before: BigIntStats,
): Promise<string> {
  const upload = new Upload({
    client: s3,
    params: {
      ...target(rest, before),
      // Its end is told, so that a file that grows meanwhile does not grow the object.
      Body: file.createReadStream({ autoClose: false, start: 0, end: Number(before.size) - 1 }),
    },
    partSize,
    queueSize: 2,
  });
  try {
    return etagOf((await upload.done()).ETag);
  } finally {
    // A file that shrank meanwhile makes the upload fail, and that is no failure to tell of.
    await ensureUnchanged(file, before);
  }
}

function etagOf(given: string | undefined): string {
  if (given === undefined) throw new Error('The storage gave no ETag');
  return unquoted(given);
}

function target({ bucket, key, path, metadata }: Omit<FileUpload, 's3'>, file: BigIntStats) {
  return { Bucket: bucket, Key: key, ContentType: contentTypeOf(path), Metadata: metadata(file) };
}

async function ensureUnchanged(file: FileHandle, before: BigIntStats): Promise<void> {
  const after = await file.stat({ bigint: true });
  if (stampOf(after) !== stampOf(before)) throw new ChangedError('The file changed while it was read');
}
