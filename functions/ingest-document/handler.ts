import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { DocumentStore } from '../../shared/document-store.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { UploadEvent } from '../../shared/upload-event.ts';
import { WorkQueue } from '../../shared/work-queues.ts';
import { consumeQueue } from '../middleware/consume-queue.ts';
import { correlated } from '../middleware/correlation.ts';
import { faultReporter } from '../middleware/report-fault.ts';
import { IngestEnvironment } from './environment.ts';
import { giveUpUpload } from './give-up-upload.ts';
import { ingestDocument } from './ingest-document.ts';
import { isolatedReader } from './reading/isolated-reader.ts';
import { ReadingTurns } from './reading/reading-turns.ts';
import { Uploads } from './uploads.ts';
import { whatBecameOf } from './what-became-of.ts';

const environment = readEnvironment(IngestEnvironment);
const s3 = new S3Client();
const dependencies = {
  catalogue: new Catalogue(new DynamoDBClient(), environment.CATALOGUE_TABLE, environment.WITHDRAWALS_TABLE),
  documents: new DocumentStore(s3, environment.DOCUMENTS_BUCKET),
  uploads: new Uploads(s3, environment.UPLOADS_BUCKET),
  changes: new WorkQueue<{ id: string }>(correlated(new SQSClient()), environment.CHANGES_QUEUE_URL),
  reader: isolatedReader({ concurrency: 2, onFault: faultReporter('ingest-document', 'ReaderFault') }),
  // Two more than are read, so that no reader waits while others are fetched and kept.
  turns: new ReadingTurns(4),
  now: () => new Date(),
};

export const handler = consumeQueue({
  name: 'ingest-document',
  queueUrl: environment.UPLOADS_QUEUE_URL,
  message: UploadEvent,
  handle: async ({ detail }, { isRetry }) =>
    whatBecameOf(await ingestDocument(detail.object, { ...dependencies, isRetry })),
  onGivenUp: ({ detail: { object } }, error) => giveUpUpload(object.key, error, dependencies),
});
