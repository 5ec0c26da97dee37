/**
 * A collection as snapshots in S3: files of the embedded engine, and one pointer that names them. Readers answer from a
 * copy of their own, and need no server and no disk that they share.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { NotFoundError, UnavailableError } from '../../../shared/errors.ts';
import { find } from '../../collection.ts';
import type { Health, SearchIndex } from '../../search-index.ts';
import { reasonOf } from '../reason-of.ts';
import { PrivateFolder } from './private-folder.ts';
import type { SnapshotBucket } from './snapshot-bucket.ts';
import { UnusableSnapshotError } from './snapshot-errors.ts';
import { SnapshotReader } from './snapshot-reader.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

export interface SnapshotIndexOptions {
  /** Called once, when something is first asked. */
  readonly s3: () => Promise<S3Client>;
  readonly bucket: string;
  /** Of this collection alone, without a slash at its end. */
  readonly prefix: string;
  /** Where temporary files go; the system's folder for them by default. */
  readonly folder?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export function snapshotIndex({
  s3,
  bucket: name,
  prefix,
  folder: within,
  now = Date.now,
}: SnapshotIndexOptions): SearchIndex {
  let opened: Promise<SnapshotBucket> | undefined;
  const bucket = () => {
    opened ??= openBucket(s3, name, prefix);
    return opened;
  };
  const folder = new PrivateFolder(within);
  const reader = new SnapshotReader({ bucket, folder, now });
  const writer = new SnapshotWriter({ bucket, folder, reader, now });
  return {
    apply: (changes) => writer.apply('served', changes),
    search: (request) =>
      reader.ask(async ({ index, isBehind }) => {
        const result = await index.search(request);
        return { ...result, degraded: result.degraded || isBehind };
      }),
    suggest: (q, size) => reader.ask(({ index }) => index.suggest(q, size)),
    values: (facet) => reader.ask(({ index }) => index.values(facet)),
    document: (id, q, wanted) => reader.ask(({ index }) => index.document(id, q, wanted)),
    titles: (ids) => reader.ask(({ index }) => index.titles(ids)),
    async *entries() {
      yield* await noneIfUnusable(reader.ask(({ index }) => all(index.entries())));
    },
    health: () =>
      healthOf(() =>
        reader.ask(async ({ index, hasFile }) =>
          hasFile ? index.health() : { searchable: true, documents: 0, refilling: true },
        ),
      ),
    aside: {
      apply: (changes) => writer.apply('aside', changes),
      find: (q, size) => writer.askAside((engine) => find(engine, q, size)),
      async *entries() {
        yield* await writer.askAside((engine) => all(engine.entries()));
      },
      health: () => healthOf(() => writer.askAside((engine) => engine.health())),
    },
    markFilled: (generation) => writer.markFilled(generation),
    beginAside: () => writer.beginAside(),
    promote: () => writer.promote(),
    async close() {
      await writer.close();
      await reader.close();
      folder.remove();
    },
  };
}

/** S3's client is loaded by those alone whose index is there. */
async function openBucket(
  s3: () => Promise<S3Client>,
  name: string,
  prefix: string,
): Promise<SnapshotBucket> {
  const { SnapshotBucket } = await import('./snapshot-bucket.ts');
  return new SnapshotBucket(await s3(), name, prefix);
}

/** In one go, so that whoever goes through them may write meanwhile. */
async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const listed: Item[] = [];
  for await (const item of items) listed.push(item);
  return listed;
}

/** What is not there or is damaged holds nothing: who compares it then asks for the write that begins it anew. */
async function noneIfUnusable<Item>(asked: Promise<Item[]>): Promise<Item[]> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UnavailableError && error.cause instanceof UnusableSnapshotError) return [];
    throw error;
  }
}

async function healthOf(ask: () => Promise<Health>): Promise<Health> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NotFoundError) throw error;
    return { searchable: false, documents: 0, reason: reasonOf(error) };
  }
}
