import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { DocumentStore } from '../../shared/document-store.ts';
import { Environment, readEnvironment } from '../../shared/environment.ts';
import { ChangeMessage } from '../../shared/work-queues.ts';
import { consumeQueue } from '../middleware/consume-queue.ts';
import { indexDocument } from './index-document.ts';
import { Vocabulary } from './vocabulary.ts';

const environment = readEnvironment(
  Environment.pick({
    DOCUMENTS_BUCKET: true,
    CATALOGUE_TABLE: true,
    CHANGES_QUEUE_URL: true,
    SEARCH_ENGINE_URL: true,
  }),
);
const catalogue = new Catalogue(new DynamoDBClient(), environment.CATALOGUE_TABLE);
const url = environment.SEARCH_ENGINE_URL;
const dependencies = {
  catalogue,
  documents: new DocumentStore(new S3Client(), environment.DOCUMENTS_BUCKET),
  vocabulary: new Vocabulary(catalogue),
  index: {
    public: openSearchIndex({ url, collection: 'public' }),
    archive: openSearchIndex({ url, collection: 'archive' }),
  },
  now: () => new Date(),
};

const metrics = new Metrics({ namespace: 'Vindplaats', serviceName: 'index-documents' });

export const handler = consumeQueue({
  metrics,
  logger: new Logger({ serviceName: 'index-documents' }),
  sqs: new SQSClient(),
  queueUrl: environment.CHANGES_QUEUE_URL,
  message: ChangeMessage,
  handle: async ({ id }) => {
    const row = await indexDocument(id, dependencies);
    if (row?.pendingSince) {
      metrics.addMetric(
        'ChangeToSearchable',
        MetricUnit.Milliseconds,
        Date.now() - Date.parse(row.pendingSince),
      );
    }
  },
});
