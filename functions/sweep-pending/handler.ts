import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { finishMove } from '../../shared/move-upload.ts';
import type { UploadEvent } from '../../shared/upload-event.ts';
import { WorkQueue } from '../../shared/work-queues.ts';
import { correlated, withCorrelation } from '../middleware/correlation.ts';
import { makeLogger } from '../middleware/make-logger.ts';
import { makeMetrics, publish } from '../middleware/measurements.ts';
import { SweepEnvironment } from './environment.ts';
import { sweepPending } from './sweep-pending.ts';

const { UPLOADS_BUCKET, CATALOGUE_TABLE, WITHDRAWALS_TABLE, UPLOADS_QUEUE_URL, CHANGES_QUEUE_URL } =
  readEnvironment(SweepEnvironment);
const logger = makeLogger('sweep-pending');
const metrics = makeMetrics('sweep-pending');
const sqs = correlated(new SQSClient());
const dependencies = {
  catalogue: new Catalogue(new DynamoDBClient(), CATALOGUE_TABLE, WITHDRAWALS_TABLE),
  changes: new WorkQueue<{ id: string }>(sqs, CHANGES_QUEUE_URL),
  looks: new WorkQueue<UploadEvent>(sqs, UPLOADS_QUEUE_URL),
  s3: new S3Client(),
  bucket: UPLOADS_BUCKET,
  now: () => new Date(),
};

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (_event, { awsRequestId }) => {
    const { due, failures, measurements } = await withCorrelation(awsRequestId, () =>
      sweepPending({ ...dependencies, finishMove: (row) => finishMove(row, dependencies) }),
    );
    for (const error of failures) logger.error('A pending row could not be sent again', { error });
    publish(metrics, measurements);
    return { due, failed: failures.length };
  });
