import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import middy from '@middy/core';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { isFillingAside, Jobs } from '../../shared/catalogue/jobs.ts';
import { DocumentStore } from '../../shared/document-store.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { isolatedLinking } from '../index-documents/linking/isolated-linking.ts';
import { Vocabulary } from '../index-documents/vocabulary.ts';
import { makeLogger } from '../middleware/make-logger.ts';
import { faultReporter } from '../middleware/report-fault.ts';
import { openCollections } from '../searching/collections.ts';
import { RebuildEnvironment } from './environment.ts';
import { rebuildIndex } from './rebuild-index.ts';

/** Milliseconds before the time-out in which a step that was begun can surely end. */
const reserve = 30_000;

const environment = readEnvironment(RebuildEnvironment);
const dynamodb = new DynamoDBClient();
const catalogue = new Catalogue(dynamodb, environment.CATALOGUE_TABLE, environment.WITHDRAWALS_TABLE);
const jobs = new Jobs(dynamodb, environment.CATALOGUE_TABLE);
const linking = isolatedLinking({ onFault: faultReporter('rebuild-index', 'LinkerFault') });
const dependencies = {
  catalogue,
  jobs,
  documents: new DocumentStore(new S3Client(), environment.DOCUMENTS_BUCKET),
  vocabulary: new Vocabulary(catalogue, linking.linkerFor),
  index: await openCollections(environment),
  isRebuilding: () => isFillingAside(jobs),
  indexingTimeout: environment.INDEX_DOCUMENTS_TIMEOUT * 1000,
  now: () => new Date(),
};

export const handler = middy()
  .use(injectLambdaContext(makeLogger('rebuild-index')))
  .handler((_event, context) =>
    rebuildIndex(dependencies, () => context.getRemainingTimeInMillis() > reserve),
  );
