/** The pointer and the files of one collection in S3. Throws UnavailableError when S3 does not do what it is asked. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { nothingYet, Pointer, type SnapshotFile } from './pointer.ts';
import { UnusableSnapshotError, unavailable } from './snapshot-errors.ts';

/** Milliseconds within which S3 says what the pointer is. */
export const lookWithin = 3_000;
/** Bytes; S3 wants at least 5 MiB, and the stand-in for it takes no more than 11. */
const partSize = 8 * 1024 * 1024;

export interface PointerState {
  /** Undefined when what lies there is no pointer. */
  readonly pointer: Pointer | undefined;
  /** Undefined when nothing lies there yet. */
  readonly etag: string | undefined;
}

export class SnapshotBucket {
  readonly #s3: S3Client;
  readonly #bucket: string;
  /** Ends with a slash. */
  readonly #prefix: string;

  /** `prefix` is the collection's own. */
  constructor(s3: S3Client, bucket: string, prefix: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#prefix = `${prefix}/`;
  }

  /** Undefined when it is still the one with this ETag. */
  async readPointer(
    known: string | undefined,
    signal = AbortSignal.timeout(lookWithin),
  ): Promise<PointerState | undefined> {
    const key = this.#keyOf(pointerName);
    try {
      const { ETag, Body, ContentLength } = await this.#s3.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: key, IfNoneMatch: known }),
        { abortSignal: signal },
      );
      const text = (await Body?.transformToString()) ?? '';
      // Half a pointer is not a damaged one, over which a writer would begin anew.
      if (Buffer.byteLength(text) !== ContentLength) throw new Error(`${pointerName} came in part`);
      return { pointer: parsePointer(text), etag: ETag };
    } catch (error) {
      if (statusOf(error) === 304) return undefined;
      if (await this.#isMissing(key, error)) return { pointer: nothingYet, etag: undefined };
      throw unavailable(error);
    }
  }

  /** The ETag of the new pointer; undefined when the pointer is no longer the one with this ETag. */
  async writePointer(pointer: Pointer, known: string | undefined): Promise<string | undefined> {
    try {
      const { ETag: etag } = await this.#s3.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: this.#keyOf(pointerName),
          Body: JSON.stringify(pointer),
          ContentType: 'application/json',
          ...(known === undefined ? { IfNoneMatch: '*' } : { IfMatch: known }),
        }),
      );
      if (!etag) throw new Error('S3 wrote an object without ETag');
      return etag;
    } catch (error) {
      if (isOvertaken(error)) return undefined;
      throw unavailable(error);
    }
  }

  /**
   * The file's bytes from this one on. Throws UnusableSnapshotError when the file is not there, or has another size than
   * was written.
   */
  async read({ file, bytes }: SnapshotFile, from: number, signal: AbortSignal): Promise<Readable> {
    const key = this.#keyOf(file);
    try {
      const { Body, ContentLength } = await this.#s3.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          ...(from > 0 && { Range: `bytes=${from}-` }),
        }),
        { abortSignal: signal },
      );
      if (!(Body instanceof Readable)) throw new Error('S3 returned an object without a body');
      if (ContentLength === bytes - from) return Body;
      Body.destroy();
      throw hasAnotherSize(file);
    } catch (error) {
      if (error instanceof UnusableSnapshotError) throw error;
      // It ends before that byte.
      if (statusOf(error) === 416) throw hasAnotherSize(file);
      if (await this.#isMissing(key, error)) throw new UnusableSnapshotError(`${file} is not there`);
      throw unavailable(error);
    }
  }

  /** Puts the file at a path under a new name. */
  async put(path: string): Promise<Omit<SnapshotFile, 'generation'>> {
    const { Upload } = await import('@aws-sdk/lib-storage');
    const file = `${randomUUID()}.sqlite`;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const { size: bytes } = await stat(path);
    try {
      await new Upload({
        client: this.#s3,
        params: { Bucket: this.#bucket, Key: this.#keyOf(file), Body: createReadStream(path) },
        partSize,
      }).done();
    } catch (error) {
      throw unavailable(error);
    }
    return { file, bytes, sha256: hash.digest('hex') };
  }

  /** Deletes the files that are not among these and that were written before this time, in milliseconds since 1970. */
  async removeOthers(named: ReadonlySet<string>, before: number): Promise<void> {
    const kept = new Set([pointerName, ...named].map((name) => this.#keyOf(name)));
    const pages = paginateListObjectsV2({ client: this.#s3 }, { Bucket: this.#bucket, Prefix: this.#prefix });
    for await (const { Contents = [] } of pages) {
      for (const { Key, LastModified } of Contents) {
        if (!Key || kept.has(Key) || !LastModified || LastModified.getTime() >= before) continue;
        await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }));
      }
    }
  }

  /** Who may list only a part of a bucket is told "forbidden" of what is not there, so that part of it is listed. */
  async #isMissing(key: string, error: unknown): Promise<boolean> {
    const status = statusOf(error);
    if (status !== 403) return status === 404 && !isNamed(error, 'NoSuchBucket');
    try {
      const { Contents = [] } = await this.#s3.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: key, MaxKeys: 1 }),
        { abortSignal: AbortSignal.timeout(lookWithin) },
      );
      return !Contents.some(({ Key }) => Key === key);
    } catch {
      return false;
    }
  }

  #keyOf(name: string): string {
    return this.#prefix + name;
  }
}

const pointerName = 'pointer.json';

const hasAnotherSize = (file: string) =>
  new UnusableSnapshotError(`${file} has another size than was written`);

function parsePointer(text: string): Pointer | undefined {
  try {
    return Pointer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Another writer was first; with a 404, one that deleted it. */
function isOvertaken(error: unknown): boolean {
  return [409, 412].includes(statusOf(error) ?? 0) || isNamed(error, 'NoSuchKey');
}

function statusOf(error: unknown): number | undefined {
  return ErrorOfS3.safeParse(error).data?.$metadata.httpStatusCode;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

const ErrorOfS3 = z.object({ $metadata: z.object({ httpStatusCode: z.optional(z.int()) }) });
