/** The uploads bucket as the reader of uploads sees it: one object in one GET, so that its parts belong together. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { spellingsOf } from '../../shared/document.ts';
import { unquoted } from '../../shared/etag.ts';
import { listBeside } from '../../shared/list-beside.ts';

/** What tells one version of an object from another. */
export interface Version {
  readonly etag: string;
  /** Of its content type too, which tells how a file without extension is to be read. */
  readonly metadataHash: string;
}

/** An object as the bucket lists it, which says nothing of its metadata. */
export interface ListedUpload {
  readonly key: string;
  readonly etag: string;
  readonly lastModified: Date;
}

export interface Upload extends Version {
  /** As the bucket spells it. */
  readonly key: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly contentType: string | null;
  /** `x-amz-meta-…`, without that prefix, as S3 returns it. */
  readonly metadata: Readonly<Record<string, string>>;
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
   * The object as it is now, in whichever spelling of the key it is there; undefined only when S3 says that it is not
   * there. A refusal of access is an error: without the right to list, S3 hides a missing object behind it, and that must
   * never pass for a deletion.
   */
  async get(key: string): Promise<Upload | undefined> {
    return firstThere(key, (spelling) => this.getExactly(spelling));
  }

  /** As `get`, in this spelling of the key only. */
  async getExactly(key: string): Promise<Upload | undefined> {
    try {
      const object = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      const { Body, ETag, LastModified, Metadata = {}, ContentType } = object;
      if (!Body || !ETag || !LastModified)
        throw new Error('S3 returned an object without body, ETag or date');
      return {
        key,
        etag: unquoted(ETag),
        size: object.ContentLength ?? 0,
        lastModified: LastModified,
        contentType: ContentType ?? null,
        metadata: Metadata,
        metadataHash: hashOf(Metadata, ContentType),
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

  /** As `get`, of what tells versions apart only. */
  async head(key: string): Promise<Version | undefined> {
    return firstThere(key, (spelling) => this.#head(spelling));
  }

  async #head(key: string): Promise<Version | undefined> {
    try {
      const {
        ETag = '',
        Metadata = {},
        ContentType,
      } = await this.#s3.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return { etag: unquoted(ETag), metadataHash: hashOf(Metadata, ContentType) };
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /** Everything that is there, sidecars included, but no console's marker for an empty folder. */
  async *list(): AsyncGenerator<ListedUpload> {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#s3 },
      { Bucket: this.#bucket },
    )) {
      for (const { Key: key, ETag = '', LastModified } of Contents) {
        if (key && LastModified && !key.endsWith('/')) {
          yield { key, etag: unquoted(ETag), lastModified: LastModified };
        }
      }
    }
  }

  /** The sidecars of an upload, and what is named nearly like one. */
  listBeside(key: string): Promise<{ readonly key: string; readonly etag: string }[]> {
    return listBeside(key, { s3: this.#s3, bucket: this.#bucket });
  }
}

async function firstThere<Found>(
  key: string,
  ask: (spelling: string) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (const spelling of spellingsOf(key)) {
    const found = await ask(spelling);
    if (found) return found;
  }
  return undefined;
}

/** What Vindplaats itself notes on an object, which says nothing of the document. */
const ownMetadata = new Set(['source', 'stamp', 'moved-from']);

function hashOf(metadata: Readonly<Record<string, string>>, contentType = ''): string {
  const given = Object.entries(metadata).filter(([name]) => !ownMetadata.has(name));
  return createHash('sha256')
    .update(JSON.stringify([contentType, ...given.sort()]))
    .digest('hex');
}
