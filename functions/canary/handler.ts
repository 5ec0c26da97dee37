import { setTimeout as pause } from 'node:timers/promises';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { S3Client } from '@aws-sdk/client-s3';
import middy from '@middy/core';
import { readEnvironment } from '../../shared/environment.ts';
import { makeLogger } from '../middleware/make-logger.ts';
import { makeMetrics, publish } from '../middleware/measurements.ts';
import { openCollections } from '../searching/collections.ts';
import { newWord, runCanary } from './canary.ts';
import { canaryMeasurements } from './canary-measurements.ts';
import { canaryUploads } from './canary-uploads.ts';
import { engineHealth } from './engine-health.ts';
import { CanaryEnvironment } from './environment.ts';
import { siteAt } from './site.ts';

const environment = readEnvironment(CanaryEnvironment);
const logger = makeLogger('canary');
const metrics = makeMetrics('canary');
const index = await openCollections(environment);
const dependencies = {
  uploads: canaryUploads(new S3Client(), environment.UPLOADS_BUCKET),
  archive: index.archive,
  site: siteAt(environment.SITE_URL),
  word: newWord,
  now: () => performance.now(),
  pause,
  within: 60_000,
};

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async () => {
    publish(metrics, await engineHealth(index));
    const result = await runCanary(dependencies);
    publish(metrics, canaryMeasurements(result));
    if (result.shownToVisitors) logger.error('Visitors were shown the canary, which is internal');
    if (!result.gone) logger.error('The canary could still be found after it was removed');
    return result;
  });
