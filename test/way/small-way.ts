/** The way from an upload to the index, step by step in a test's own hands, with stand-ins for AWS and no queues between. */
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { indexDocument } from '../../functions/index-documents/index-document.ts';
import { Vocabulary } from '../../functions/index-documents/vocabulary.ts';
import { type IngestDependencies, ingestDocument } from '../../functions/ingest-document/ingest-document.ts';
import { makeDocument } from '../../functions/ingest-document/reading/make-document.ts';
import { ReadingTurns } from '../../functions/ingest-document/reading/reading-turns.ts';
import { Uploads } from '../../functions/ingest-document/uploads.ts';
import { correctDocument } from '../../functions/staff-api/correct-document.ts';
import { tableName } from '../../local/aws.ts';
import { isFillingAside, Jobs } from '../../shared/catalogue/jobs.ts';
import { documentId, type Reading } from '../../shared/document.ts';
import { RefusedError } from '../../shared/refusal.ts';
import { linkInProcess } from '../link-in-process.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';
import { FakeCollections } from './fake-collections.ts';

export const now = () => new Date();

/** Text as it is; `geweigerd…` cannot be read, and `vertrouwelijk` makes itself internal. */
export const read = async (bytes: Uint8Array): Promise<Reading> => {
  const text = new TextDecoder().decode(bytes);
  if (text.startsWith('geweigerd')) throw new RefusedError('corrupt');
  return {
    kind: 'article',
    language: 'nl',
    found: [
      {
        origin: 'heading',
        title: text,
        ...(text.includes('vertrouwelijk') && { visibility: [{ name: 'visibility', value: 'internal' }] }),
      },
    ],
    passages: [
      {
        anchor: { type: 'section', number: 1, heading: null },
        level: 1,
        blocks: [{ type: 'paragraph', text }],
      },
    ],
    notes: [],
  };
};

/** A reader that reads only the bytes otherwise. */
export const readerOf = (reading: typeof read): IngestDependencies['reader'] => ({
  read: async (file) => makeDocument(await reading(file.bytes), file),
});

/** One for all tests of a file; the collections are new for each test. */
export function smallWay() {
  let aws: TestAws;
  let collections: FakeCollections;
  let count = 0;
  const turns = new ReadingTurns(4);
  beforeAll(async () => {
    aws = await startTestAws();
  });
  afterAll(() => aws.stop());
  beforeEach(() => {
    collections = new FakeCollections();
  });

  const ingestWith =
    (reader: typeof read, clock = now) =>
    (key: string, sequencer: string | null = null) =>
      ingestDocument(
        { key, sequencer },
        { ...aws, uploads: new Uploads(aws.s3, aws.bucket), reader: readerOf(reader), turns, now: clock },
      );
  const row = async (key: string) => {
    const found = await aws.catalogue.get(documentId(key));
    if (!found) throw new Error(`There is no row for ${key}`);
    return found;
  };
  const indexing = () => {
    const jobs = new Jobs(aws.dynamodb, tableName);
    return {
      ...aws,
      jobs,
      vocabulary: new Vocabulary(aws.catalogue, linkInProcess),
      index: collections.index,
      isRebuilding: () => isFillingAside(jobs),
      now,
    };
  };
  const put = (key: string, content: string | Uint8Array, metadata?: Record<string, string>) =>
    aws.s3.send(new PutObjectCommand({ Bucket: aws.bucket, Key: key, Body: content, Metadata: metadata }));
  const ingest = (key: string, sequencer: string | null = null) => ingestWith(read)(key, sequencer);
  const index = (key: string) => indexDocument(documentId(key), indexing());
  return {
    get aws() {
      return aws;
    },
    get collections() {
      return collections;
    },
    /** What index-documents and rebuild-index work with. */
    indexing,
    /** A key that no other test uses. */
    newKey: (prefix: 'public' | 'internal' = 'public') => `${prefix}/stuk-${++count}.txt`,
    put,
    remove: (key: string) => aws.s3.send(new DeleteObjectCommand({ Bucket: aws.bucket, Key: key })),
    ingestWith,
    ingest,
    index,
    correct: async (key: string, patch: unknown) => correctDocument(await row(key), patch, { ...aws, now }),
    row,
    /** Uploads, reads and indexes; returns the document's id. */
    searchable: async (key: string, text = key) => {
      await put(key, text);
      await ingest(key);
      await index(key);
      return documentId(key);
    },
  };
}
