import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { DocumentStore } from '../../shared/document-store.ts';
import { Environment, readEnvironment } from '../../shared/environment.ts';
import { UploadEvent } from '../../shared/upload-event.ts';
import { WorkQueue } from '../../shared/work-queues.ts';
import { consumeQueue } from '../middleware/consume-queue.ts';
import { ingestDocument } from './ingest-document.ts';
import { isolatedReader } from './reading/isolated-reader.ts';
import { Uploads } from './uploads.ts';

const { UPLOADS_BUCKET, DOCUMENTS_BUCKET, CATALOGUE_TABLE, UPLOADS_QUEUE_URL, CHANGES_QUEUE_URL } =
  readEnvironment(Environment.omit({ SEARCH_ENGINE_URL: true }));
const logger = new Logger({ serviceName: 'ingest-document' });
const s3 = new S3Client();
const dependencies = {
  catalogue: new Catalogue(new DynamoDBClient(), CATALOGUE_TABLE),
  documents: new DocumentStore(s3, DOCUMENTS_BUCKET),
  uploads: new Uploads(s3, UPLOADS_BUCKET),
  changes: new WorkQueue<{ id: string }>(new SQSClient(), CHANGES_QUEUE_URL),
  reader: isolatedReader({
    concurrency: 2,
    onFault: ({ stack }) => logger.error('A reader failed on a file that it should have refused', { stack }),
  }),
  now: () => new Date(),
};

export const handler = consumeQueue({
  name: 'ingest-document',
  queueUrl: UPLOADS_QUEUE_URL,
  message: UploadEvent,
  handle: async ({ detail: { object } }) => {
    const row = await ingestDocument({ key: object.key, sequencer: object.sequencer ?? null }, dependencies);
    return row && { name: `Upload-${row.refusal ?? row.state}`, count: 1 };
  },
});
