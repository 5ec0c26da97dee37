import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { isFillingAside, Jobs } from '../../shared/catalogue/jobs.ts';
import { DocumentStore } from '../../shared/document-store.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { ChangeMessage } from '../../shared/work-queues.ts';
import { consumeQueue } from '../middleware/consume-queue.ts';
import { faultReporter } from '../middleware/report-fault.ts';
import { openCollections } from '../searching/collections.ts';
import { changeWork } from './change-work.ts';
import { IndexEnvironment } from './environment.ts';
import { isolatedLinking } from './linking/isolated-linking.ts';
import { Vocabulary } from './vocabulary.ts';

const environment = readEnvironment(IndexEnvironment);
const dynamodb = new DynamoDBClient();
const catalogue = new Catalogue(dynamodb, environment.CATALOGUE_TABLE, environment.WITHDRAWALS_TABLE);
const jobs = new Jobs(dynamodb, environment.CATALOGUE_TABLE);
const { linkerFor } = isolatedLinking({ onFault: faultReporter('index-documents', 'LinkerFault') });
const dependencies = {
  catalogue,
  documents: new DocumentStore(new S3Client(), environment.DOCUMENTS_BUCKET),
  vocabulary: new Vocabulary(catalogue, linkerFor),
  index: await openCollections(environment),
  isRebuilding: () => isFillingAside(jobs),
  now: () => new Date(),
};

export const handler = consumeQueue({
  name: 'index-documents',
  queueUrl: environment.CHANGES_QUEUE_URL,
  message: ChangeMessage,
  ...changeWork(dependencies),
});
