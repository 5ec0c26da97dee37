import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { Environment, readEnvironment } from '../../shared/environment.ts';
import { finishMove } from '../../shared/move-upload.ts';
import type { UploadEvent } from '../../shared/upload-event.ts';
import { WorkQueue } from '../../shared/work-queues.ts';
import { sweepPending } from './sweep-pending.ts';

const environment = readEnvironment(
  Environment.pick({
    UPLOADS_BUCKET: true,
    CATALOGUE_TABLE: true,
    UPLOADS_QUEUE_URL: true,
    CHANGES_QUEUE_URL: true,
  }),
);
const logger = new Logger({ serviceName: 'sweep-pending' });
const sqs = new SQSClient();
const dependencies = {
  catalogue: new Catalogue(new DynamoDBClient(), environment.CATALOGUE_TABLE),
  changes: new WorkQueue<{ id: string }>(sqs, environment.CHANGES_QUEUE_URL),
  looks: new WorkQueue<UploadEvent>(sqs, environment.UPLOADS_QUEUE_URL),
  s3: new S3Client(),
  bucket: environment.UPLOADS_BUCKET,
  now: () => new Date(),
};

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async () => {
    const { due, failures } = await sweepPending({
      ...dependencies,
      finishMove: (row) => finishMove(row, dependencies),
    });
    for (const failure of failures) logger.error('A pending row could not be sent again', { error: failure });
    return { due, failed: failures.length };
  });
