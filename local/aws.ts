/** The AWS services that Vindplaats uses, on this machine: set up as `infra/` sets them up in the cloud. */
import { join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  QueueNameExists,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import dynalite from 'dynalite';
import { catalogueTable } from '../shared/catalogue-table.ts';
import { maxReceiveCount } from '../shared/work-queues.ts';
import { awsAccount, awsCredentials, awsRegion } from './aws-identity.ts';
import { closeServer, listenOnLoopback } from './listen.ts';
import { refuseBrowsers } from './loopback-guard.ts';
import { startObjectsAndQueues } from './objects-and-queues.ts';
import { repairIndexes } from './repair-indexes.ts';

/** `index` is filled only where `SEARCH_ENGINE_URL` says `sqlite+s3://index/…`. */
export const bucketNames = { uploads: 'uploads', documents: 'documents', index: 'index' } as const;
export const queueNames = { uploads: 'uploads', changes: 'changes' } as const;
export const tableName = 'catalogue';

/** Seconds: longer than a batch of ten uploads takes at worst, of which two are read at a time for two minutes each. */
export const visibilityTimeout = 1_800;

export interface LocalAws {
  readonly endpoints: { readonly s3: string; readonly sqs: string; readonly dynamodb: string };
  readonly queueUrls: { readonly uploads: string; readonly changes: string };
  readonly deadLetterUrls: { readonly uploads: string; readonly changes: string };
  /** Clients that speak to these stand-ins whatever the environment says. */
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  stop(): Promise<void>;
}

export interface LocalAwsOptions {
  readonly folder: string;
  /** See `sequencers`. */
  readonly generation: number;
  /** The last start ended abruptly, so what dynalite writes in several steps may be half done. */
  readonly repair: boolean;
}

export async function startAws({ folder, generation, repair }: LocalAwsOptions): Promise<LocalAws> {
  const [objectsAndQueues, table] = await Promise.all([
    startObjectsAndQueues({
      folder: join(folder, 'objects-and-queues'),
      generation,
      announce: { bucket: bucketNames.uploads, queue: queueNames.uploads },
    }),
    startTables(join(folder, 'catalogue')),
  ]);
  const common = { region: awsRegion, credentials: awsCredentials };
  const s3 = new S3Client({ ...common, endpoint: objectsAndQueues.endpoint, forcePathStyle: true });
  const sqs = new SQSClient({ ...common, endpoint: objectsAndQueues.endpoint });
  const dynamodb = new DynamoDBClient({ ...common, endpoint: table.endpoint });
  await Promise.all([
    createBuckets(s3),
    createQueues(sqs, objectsAndQueues.queueUrl),
    createTable(dynamodb).then(() => (repair ? repairIndexes(dynamodb, tableName) : undefined)),
  ]);
  return {
    endpoints: { s3: objectsAndQueues.endpoint, sqs: objectsAndQueues.endpoint, dynamodb: table.endpoint },
    queueUrls: {
      uploads: objectsAndQueues.queueUrl(queueNames.uploads),
      changes: objectsAndQueues.queueUrl(queueNames.changes),
    },
    deadLetterUrls: {
      uploads: objectsAndQueues.queueUrl(deadLettersOf(queueNames.uploads)),
      changes: objectsAndQueues.queueUrl(deadLettersOf(queueNames.changes)),
    },
    s3,
    sqs,
    dynamodb,
    stop: async () => {
      for (const client of [s3, sqs, dynamodb]) client.destroy();
      await Promise.all([objectsAndQueues.stop(), table.stop()]);
    },
  };
}

async function startTables(path: string) {
  const server = dynalite({ path, createTableMs: 0 });
  refuseBrowsers(server);
  const port = await listenOnLoopback(server);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
}

async function createBuckets(s3: S3Client): Promise<void> {
  for (const Bucket of Object.values(bucketNames)) await s3.send(new CreateBucketCommand({ Bucket }));
}

async function createQueues(sqs: SQSClient, queueUrl: (name: string) => string): Promise<void> {
  for (const name of Object.values(queueNames)) {
    const deadLetters = deadLettersOf(name);
    const attributes = {
      VisibilityTimeout: String(visibilityTimeout),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn(deadLetters),
        maxReceiveCount,
      }),
    };
    await createQueue(deadLetters, {});
    await createQueue(name, attributes);
  }

  async function createQueue(QueueName: string, Attributes: Record<string, string>) {
    try {
      await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    } catch (error) {
      if (!isNameTaken(error)) throw error;
      // Made by an earlier version of Vindplaats with other settings.
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl(QueueName), Attributes }));
    }
  }
}

/** The SDK knows the error by its class, or only by its name with the service's before it. */
function isNameTaken(error: unknown): boolean {
  return (
    error instanceof QueueNameExists || (error instanceof Error && error.name.endsWith('QueueNameExists'))
  );
}

const deadLettersOf = (queueName: string) => `${queueName}-dead-letters`;

export function queueArn(name: string): string {
  return `arn:aws:sqs:${awsRegion}:${awsAccount}:${name}`;
}

async function createTable(dynamodb: DynamoDBClient): Promise<void> {
  if (await isActive(dynamodb)) return;
  const { partitionKey, sortKey, indexes } = catalogueTable;
  const keys = new Set([
    partitionKey,
    sortKey,
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
  ]);
  await dynamodb.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...keys].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keySchema(catalogueTable),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: 'ALL' },
      })),
    }),
  );
  while (!(await isActive(dynamodb)));
}

function keySchema({ partitionKey, sortKey }: { readonly partitionKey: string; readonly sortKey: string }) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
}

async function isActive(dynamodb: DynamoDBClient): Promise<boolean> {
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: tableName }));
    return Table?.TableStatus === 'ACTIVE';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
