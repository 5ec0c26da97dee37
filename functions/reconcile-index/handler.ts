import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { Jobs } from '../../shared/catalogue/jobs.ts';
import { DocumentStore } from '../../shared/document-store.ts';
import { readEnvironment } from '../../shared/environment.ts';
import type { UploadEvent } from '../../shared/upload-event.ts';
import { WorkQueue } from '../../shared/work-queues.ts';
import { Uploads } from '../ingest-document/uploads.ts';
import { correlated, withCorrelation } from '../middleware/correlation.ts';
import { makeLogger } from '../middleware/make-logger.ts';
import { openCollections } from '../searching/collections.ts';
import { ReconcileEnvironment } from './environment.ts';
import { reconcileIndex } from './reconcile-index.ts';

const environment = readEnvironment(ReconcileEnvironment);
const { UPLOADS_BUCKET: bucket, CATALOGUE_TABLE: table } = environment;
const [dynamodb, s3, sqs] = [new DynamoDBClient(), new S3Client(), correlated(new SQSClient())];
const dependencies = {
  catalogue: new Catalogue(dynamodb, table, environment.WITHDRAWALS_TABLE),
  jobs: new Jobs(dynamodb, table),
  documents: new DocumentStore(s3, environment.DOCUMENTS_BUCKET),
  uploads: new Uploads(s3, bucket),
  bucket,
  index: await openCollections(environment),
  changes: new WorkQueue<{ id: string }>(sqs, environment.CHANGES_QUEUE_URL),
  looks: new WorkQueue<UploadEvent>(sqs, environment.UPLOADS_QUEUE_URL),
  now: () => new Date(),
};

export const handler = middy()
  .use(injectLambdaContext(makeLogger('reconcile-index')))
  .handler((_event, { awsRequestId }) => withCorrelation(awsRequestId, () => reconcileIndex(dependencies)));
