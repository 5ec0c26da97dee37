/** The uploads bucket as the reader of uploads sees it: one object in one GET, so that its parts belong together. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';

export interface Upload {
  readonly etag: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly contentType: string | null;
  /** `x-amz-meta-…`, without that prefix, as S3 returns it. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly metadataHash: string;
  /** Fetches the bytes. Call it or `skip`, once: the connection is held until then. */
  bytes(): Promise<Uint8Array>;
  skip(): void;
}

export class Uploads {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /**
   * The object as it is now; undefined only when S3 says that it is not there. A refusal of access is an error: without
   * the right to list, S3 hides a missing object behind it, and that must never pass for a deletion.
   */
  async get(key: string): Promise<Upload | undefined> {
    try {
      const object = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      const { Body, ETag, LastModified, Metadata = {} } = object;
      if (!Body || !ETag || !LastModified)
        throw new Error('S3 returned an object without body, ETag or date');
      return {
        etag: ETag.replaceAll('"', ''),
        size: object.ContentLength ?? 0,
        lastModified: LastModified,
        contentType: object.ContentType ?? null,
        metadata: Metadata,
        metadataHash: createHash('sha256')
          .update(JSON.stringify(Object.entries(Metadata).sort()))
          .digest('hex'),
        bytes: () => Body.transformToByteArray(),
        skip: () => {
          if (Body instanceof Readable) Body.destroy();
        },
      };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }
}
