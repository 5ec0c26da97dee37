/** S3, SQS and DynamoDB of the test's own: on loopback, in a temporary folder, behind the real SDK. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketNames, startAws, tableName, withdrawalsTableName } from '../local/aws.ts';
import { Catalogue } from '../shared/catalogue/catalogue.ts';
import { DocumentStore } from '../shared/document-store.ts';
import type { UploadEvent } from '../shared/upload-event.ts';
import { WorkQueue } from '../shared/work-queues.ts';

export async function startTestAws() {
  const folder = await mkdtemp(join(tmpdir(), 'vindplaats-test-'));
  const aws = await startAws({ folder, generation: 1, repair: false });
  return {
    ...aws,
    catalogue: new Catalogue(aws.dynamodb, tableName, withdrawalsTableName),
    documents: new DocumentStore(aws.s3, bucketNames.documents),
    changes: new WorkQueue<{ id: string }>(aws.sqs, aws.queueUrls.changes),
    looks: new WorkQueue<UploadEvent>(aws.sqs, aws.queueUrls.uploads),
    bucket: bucketNames.uploads,
    folder,
    async stop() {
      await aws.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type TestAws = Awaited<ReturnType<typeof startTestAws>>;
