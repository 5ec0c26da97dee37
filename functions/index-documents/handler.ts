import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { DocumentStore } from '../../shared/document-store.ts';
import { Environment, readEnvironment } from '../../shared/environment.ts';
import { ChangeMessage } from '../../shared/work-queues.ts';
import { consumeQueue } from '../middleware/consume-queue.ts';
import { indexDocument } from './index-document.ts';
import { Vocabulary } from './vocabulary.ts';

const { DOCUMENTS_BUCKET, CATALOGUE_TABLE, CHANGES_QUEUE_URL, SEARCH_ENGINE_URL } = readEnvironment(
  Environment.omit({ UPLOADS_BUCKET: true, UPLOADS_QUEUE_URL: true }),
);
const catalogue = new Catalogue(new DynamoDBClient(), CATALOGUE_TABLE);
const dependencies = {
  catalogue,
  documents: new DocumentStore(new S3Client(), DOCUMENTS_BUCKET),
  vocabulary: new Vocabulary(catalogue),
  index: {
    public: openSearchIndex({ url: SEARCH_ENGINE_URL, collection: 'public' }),
    archive: openSearchIndex({ url: SEARCH_ENGINE_URL, collection: 'archive' }),
  },
  now: () => new Date(),
};

export const handler = consumeQueue({
  name: 'index-documents',
  queueUrl: CHANGES_QUEUE_URL,
  message: ChangeMessage,
  handle: async ({ id }) => {
    const row = await indexDocument(id, dependencies);
    const since = row?.pendingSince;
    return since ? { name: 'ChangeToSearchable', milliseconds: Date.now() - Date.parse(since) } : undefined;
  },
});
