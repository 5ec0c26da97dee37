/**
 * The documents bucket: canonical JSON, immutable, named by its own content as `{id}/{hash}.json`. The catalogue's row
 * says which one counts; the bucket is never listed to find out.
 */
import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { CanonicalDocument } from './document.ts';

export class DocumentStore {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** Keeps the document and returns its hash; keeping the same document again changes nothing. */
  async keep(id: string, document: CanonicalDocument): Promise<string> {
    const json = JSON.stringify(CanonicalDocument.parse(document));
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

  /** The document as it was kept. Throws when it is not there: a row never names one before it is kept. */
  async get(id: string, hash: string): Promise<CanonicalDocument> {
    const { Body } = await this.#s3.send(
      new GetObjectCommand({ Bucket: this.#bucket, Key: `${id}/${hash}.json` }),
    );
    if (!Body) throw new Error(`The canonical document ${id}/${hash} has no body`);
    return CanonicalDocument.parse(JSON.parse(await Body.transformToString()));
  }
}
