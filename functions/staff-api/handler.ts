import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { Environment, readEnvironment } from '../../shared/environment.ts';
import type { UploadEvent } from '../../shared/upload-event.ts';
import { WorkQueue } from '../../shared/work-queues.ts';
import { httpHandler } from '../middleware/http-handler.ts';
import { staffRoutes } from './staff-routes.ts';

const environment = readEnvironment(
  Environment.pick({
    UPLOADS_BUCKET: true,
    CATALOGUE_TABLE: true,
    UPLOADS_QUEUE_URL: true,
    CHANGES_QUEUE_URL: true,
    SEARCH_ENGINE_URL: true,
  }),
);
const sqs = new SQSClient();
const routes = staffRoutes({
  catalogue: new Catalogue(new DynamoDBClient(), environment.CATALOGUE_TABLE),
  // A presigned PUT is filled by someone else, so no checksum can be signed with it.
  s3: new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' }),
  bucket: environment.UPLOADS_BUCKET,
  looks: new WorkQueue<UploadEvent>(sqs, environment.UPLOADS_QUEUE_URL),
  changes: new WorkQueue<{ id: string }>(sqs, environment.CHANGES_QUEUE_URL),
  index: openSearchIndex({ url: environment.SEARCH_ENGINE_URL, collection: 'archive' }),
  now: () => new Date(),
});

export const handler = httpHandler(new Logger({ serviceName: 'staff-api' }), routes, {
  'cache-control': 'no-store',
  vary: 'accept-language',
  'x-content-type-options': 'nosniff',
});
