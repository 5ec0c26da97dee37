/** The AWS services that Vindplaats uses, on this machine: set up as `infra/` sets them up in the cloud. */
import { join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
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
import { withdrawalsTable } from '../shared/withdrawal.ts';
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
export const withdrawalsTableName = 'withdrawals';

/** Seconds: longer than a batch of ten uploads takes at worst, of which two are read at a time for two minutes each. */
export const visibilityTimeout = 1_800;

/** Where the services answer, and to whom. */
export interface AwsServices {
  readonly endpoints: { readonly s3: string; readonly sqs: string; readonly dynamodb: string };
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface LocalAws extends AwsServices {
  readonly queueUrls: { readonly uploads: string; readonly changes: string };
  readonly deadLetterUrls: { readonly uploads: string; readonly changes: string };
  /** Clients that speak to these services whatever the environment says. */
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
  const { endpoint } = objectsAndQueues;
  const aws = connectAws({
    endpoints: { s3: endpoint, sqs: endpoint, dynamodb: table.endpoint },
    credentials: awsCredentials,
  });
  await createResources(aws);
  if (repair) await repairIndexes(aws.dynamodb, tableName);
  return {
    ...aws,
    stop: async () => {
      await aws.stop();
      await Promise.all([objectsAndQueues.stop(), table.stop()]);
    },
  };
}

/** Stopping it ends the clients. */
export function connectAws({ endpoints, credentials }: AwsServices): LocalAws {
  const common = { region: awsRegion, credentials };
  const s3 = new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true });
  const sqs = new SQSClient({ ...common, endpoint: endpoints.sqs });
  const dynamodb = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb });
  // Built here, because a queue that fauxqs loaded still answers with the port of an earlier start.
  const queueUrl = (name: string) => `${endpoints.sqs}/${awsAccount}/${name}`;
  return {
    endpoints,
    credentials,
    queueUrls: { uploads: queueUrl(queueNames.uploads), changes: queueUrl(queueNames.changes) },
    deadLetterUrls: {
      uploads: queueUrl(deadLettersOf(queueNames.uploads)),
      changes: queueUrl(deadLettersOf(queueNames.changes)),
    },
    s3,
    sqs,
    dynamodb,
    stop: async () => {
      for (const client of [s3, sqs, dynamodb]) client.destroy();
    },
  };
}

/** Makes the buckets, queues and table that are not there yet. */
export async function createResources(aws: LocalAws): Promise<void> {
  await Promise.all([
    createBuckets(aws.s3),
    createQueues(aws),
    createCatalogue(aws.dynamodb),
    createWithdrawals(aws.dynamodb),
  ]);
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

async function createQueues({ sqs, queueUrls, deadLetterUrls }: LocalAws): Promise<void> {
  for (const queue of ['uploads', 'changes'] as const) {
    const deadLetters = deadLettersOf(queueNames[queue]);
    await createQueue(deadLetters, deadLetterUrls[queue], {});
    await createQueue(queueNames[queue], queueUrls[queue], {
      VisibilityTimeout: String(visibilityTimeout),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(deadLetters), maxReceiveCount }),
    });
  }

  async function createQueue(QueueName: string, QueueUrl: string, Attributes: Record<string, string>) {
    try {
      await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    } catch (error) {
      if (!isNameTaken(error)) throw error;
      // Made by an earlier version of Vindplaats with other settings.
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
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

async function createCatalogue(dynamodb: DynamoDBClient): Promise<void> {
  const { partitionKey, sortKey, indexes } = catalogueTable;
  const keys = new Set([
    partitionKey,
    sortKey,
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
  ]);
  await createTable(dynamodb, {
    TableName: tableName,
    AttributeDefinitions: [...keys].map(textAttribute),
    KeySchema: keySchema(catalogueTable),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index),
      Projection: { ProjectionType: 'ALL' },
    })),
  });
}

async function createWithdrawals(dynamodb: DynamoDBClient): Promise<void> {
  const { partitionKey } = withdrawalsTable;
  await createTable(dynamodb, {
    TableName: withdrawalsTableName,
    AttributeDefinitions: [textAttribute(partitionKey)],
    KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }],
  });
}

async function createTable(
  dynamodb: DynamoDBClient,
  table: Omit<CreateTableCommandInput, 'BillingMode'>,
): Promise<void> {
  if (await isActive(dynamodb, table.TableName)) return;
  await dynamodb.send(new CreateTableCommand({ ...table, BillingMode: 'PAY_PER_REQUEST' }));
  while (!(await isActive(dynamodb, table.TableName)));
}

function textAttribute(AttributeName: string) {
  return { AttributeName, AttributeType: 'S' as const };
}

function keySchema({ partitionKey, sortKey }: { readonly partitionKey: string; readonly sortKey: string }) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
}

async function isActive(dynamodb: DynamoDBClient, TableName: string | undefined): Promise<boolean> {
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    return Table?.TableStatus === 'ACTIVE';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
