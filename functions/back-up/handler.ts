import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import middy from '@middy/core';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { makeLogger } from '../middleware/make-logger.ts';
import { makeMetrics, publish } from '../middleware/measurements.ts';
import { backUp } from './back-up.ts';
import { BackUpEnvironment } from './environment.ts';

const { CATALOGUE_TABLE, WITHDRAWALS_TABLE, BACKUPS_BUCKET } = readEnvironment(BackUpEnvironment);
const logger = makeLogger('back-up');
const metrics = makeMetrics('back-up');
const dependencies = {
  catalogue: new Catalogue(new DynamoDBClient(), CATALOGUE_TABLE, WITHDRAWALS_TABLE),
  s3: new S3Client(),
  bucket: BACKUPS_BUCKET,
  now: () => new Date(),
};

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async () => {
    const written = await backUp(dependencies);
    publish(metrics, [{ name: 'BackedUp', value: written.terms + written.corrections }]);
    return written;
  });
