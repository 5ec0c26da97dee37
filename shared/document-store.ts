/**
 * The documents bucket: canonical JSON, immutable, named by its own content as `{id}/{hash}.json`. The catalogue's row
 * says which one counts; the bucket is never listed to find out.
 */
import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { CanonicalDocument } from './document.ts';
import { StoredDocument } from './stored-document.ts';

/** A canonical document as the bucket lists it. */
export interface KeptDocument {
  readonly id: string;
  readonly hash: string;
  readonly keptAt: Date;
}

const name = /^([a-z2-7]{26})\/([0-9a-f]{32})\.json$/;

export class DocumentStore {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** Keeps a canonical document's JSON and returns its hash; keeping the same again changes nothing. */
  async keep(id: string, json: Uint8Array): Promise<string> {
    const hash = createHash('sha256').update(json).digest('hex').slice(0, 32);
    await this.#s3.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: `${id}/${hash}.json`,
        Body: json,
        ContentType: 'application/json',
      }),
    );
    return hash;
  }

  /** The document as it was kept, its texts as people see them. Throws when it is not there: a row never names one before it is kept. */
  async get(id: string, hash: string): Promise<CanonicalDocument> {
    const { Body } = await this.#s3.send(
      new GetObjectCommand({ Bucket: this.#bucket, Key: `${id}/${hash}.json` }),
    );
    if (!Body) throw new Error(`The canonical document ${id}/${hash} has no body`);
    return StoredDocument.parse(JSON.parse(await Body.transformToString()));
  }

  /** When the document was last kept; undefined only when S3 says that it is not there. */
  async keptAt(id: string, hash: string): Promise<Date | undefined> {
    try {
      const { LastModified } = await this.#s3.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: `${id}/${hash}.json` }),
      );
      if (!LastModified) throw new Error(`S3 gave no date for the canonical document ${id}/${hash}`);
      return LastModified;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /** Everything that was kept, also what no row names; for reconciliation only. */
  async *list(): AsyncGenerator<KeptDocument> {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#s3 },
      { Bucket: this.#bucket },
    )) {
      for (const { Key = '', LastModified } of Contents) {
        const [, id, hash] = name.exec(Key) ?? [];
        if (id && hash && LastModified) yield { id, hash, keptAt: LastModified };
      }
    }
  }

  async delete(id: string, hash: string): Promise<void> {
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: `${id}/${hash}.json` }));
  }
}
