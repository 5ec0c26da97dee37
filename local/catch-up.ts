/** What a start does before and beside the daily round: the vocabulary, and what a kill may have left undone. */
import { findUnindexed } from '../functions/index-documents/find-unindexed.ts';
import { findLostUploads } from '../functions/ingest-document/find-lost-uploads.ts';
import { openSearchIndex } from '../search-index/open-search-index.ts';
import { Catalogue } from '../shared/catalogue/catalogue.ts';
import { movementVocabulary } from '../shared/vocabulary/movement.ts';
import { WorkQueue } from '../shared/work-queues.ts';
import { bucketNames, type LocalAws, tableName } from './aws.ts';

/** Puts the movement's reviewed vocabulary into the catalogue, where it lacks, before any document is linked to it. */
export async function seedVocabulary(aws: LocalAws): Promise<void> {
  await catalogueOf(aws).addTerms(movementVocabulary);
}

/** Queues a look at every upload whose event was lost; returns how many. */
export function lookForLostUploads(aws: LocalAws): Promise<number> {
  return findLostUploads({
    catalogue: catalogueOf(aws),
    s3: aws.s3,
    bucket: bucketNames.uploads,
    looks: new WorkQueue(aws.sqs, aws.queueUrls.uploads),
  });
}

/** Queues a look at every document that the index shows otherwise than the catalogue, or not at all; returns how many. */
export function lookForUnindexed(aws: LocalAws, searchEngineUrl: string): Promise<number> {
  return findUnindexed({
    catalogue: catalogueOf(aws),
    archive: openSearchIndex({ url: searchEngineUrl, collection: 'archive' }),
    changes: new WorkQueue(aws.sqs, aws.queueUrls.changes),
  });
}

function catalogueOf({ dynamodb }: LocalAws): Catalogue {
  return new Catalogue(dynamodb, tableName);
}
