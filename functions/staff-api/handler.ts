import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { isServer } from '../../search-index/open-search-index.ts';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { Jobs } from '../../shared/catalogue/jobs.ts';
import { replaceTermsOf } from '../../shared/catalogue/replace-terms.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { queuesOf } from '../../shared/queues.ts';
import { backUpRoutes } from '../back-up/back-up-routes.ts';
import { correlated } from '../middleware/correlation.ts';
import { httpHandler } from '../middleware/http-handler.ts';
import { measureSearch } from '../middleware/measure-search.ts';
import { openCollection } from '../searching/collections.ts';
import { notFoundWhileRefilling } from '../searching/not-found-while-refilling.ts';
import { StaffApiEnvironment } from './environment.ts';
import { staffRoutes } from './staff-routes.ts';

const environment = readEnvironment(StaffApiEnvironment);
const { CATALOGUE_TABLE: table } = environment;
const dynamodb = new DynamoDBClient();
const dependencies = {
  catalogue: new Catalogue(dynamodb, table, environment.WITHDRAWALS_TABLE),
  replaceTerms: replaceTermsOf(dynamodb, table),
  // A presigned PUT is filled by someone else, so no checksum can be signed with it.
  s3: new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' }),
  bucket: environment.UPLOADS_BUCKET,
  ...queuesOf(correlated(new SQSClient()), environment),
  jobs: new Jobs(dynamodb, table),
  index: measureSearch(notFoundWhileRefilling(await openCollection(environment, 'archive')), 'staff-api'),
  excludesWithdrawn: isServer(environment.SEARCH_ENGINE_URL),
  now: () => new Date(),
};
const routes = [...staffRoutes(dependencies), ...backUpRoutes(dependencies)];

export const handler = httpHandler('staff-api', routes, {
  'cache-control': 'no-store',
  vary: 'accept-language',
  'x-content-type-options': 'nosniff',
});
