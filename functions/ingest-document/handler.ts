import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
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
import { readUpload } from './readers/index.ts';
import { Uploads } from './uploads.ts';

const environment = readEnvironment(
  Environment.pick({
    UPLOADS_BUCKET: true,
    DOCUMENTS_BUCKET: true,
    CATALOGUE_TABLE: true,
    UPLOADS_QUEUE_URL: true,
    CHANGES_QUEUE_URL: true,
  }),
);
const s3 = new S3Client();
const sqs = new SQSClient();
const dependencies = {
  catalogue: new Catalogue(new DynamoDBClient(), environment.CATALOGUE_TABLE),
  documents: new DocumentStore(s3, environment.DOCUMENTS_BUCKET),
  uploads: new Uploads(s3, environment.UPLOADS_BUCKET),
  changes: new WorkQueue<{ id: string }>(sqs, environment.CHANGES_QUEUE_URL),
  read: readUpload,
  now: () => new Date(),
};

const metrics = new Metrics({ namespace: 'Vindplaats', serviceName: 'ingest-document' });

export const handler = consumeQueue({
  metrics,
  logger: new Logger({ serviceName: 'ingest-document' }),
  sqs,
  queueUrl: environment.UPLOADS_QUEUE_URL,
  message: UploadEvent,
  handle: async ({ detail: { object } }) => {
    const row = await ingestDocument({ key: object.key, sequencer: object.sequencer ?? null }, dependencies);
    if (row) metrics.addMetric(`Upload-${row.refusal ?? row.state}`, MetricUnit.Count, 1);
  },
});
