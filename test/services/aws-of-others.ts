/** What a Vindplaats runs on, with the services of others in the place of the stand-ins that it has. */
import { DeleteTableCommand, type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { DeleteQueueCommand, ListQueuesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import {
  bucketNames,
  connectAws,
  createResources,
  type LocalAws,
  type LocalAwsOptions,
  startAws,
  tableName,
  withdrawalsTableName,
} from '../../local/aws.ts';
import { sequencers, toEventBridge } from '../../local/upload-events.ts';
import { startAnnouncingProxy } from './announcing-proxy.ts';
import type { Services } from './services.ts';

const bucketsOfStory: readonly string[] = [...Object.values(bucketNames), 'backups'];

/**
 * Throws when one of the services holds something of the same name already, for it may be somebody's. Stopping takes away
 * what was made in them.
 */
export async function startAwsOfOthers(services: Services, options: LocalAwsOptions): Promise<LocalAws> {
  const standIns = await startAws(options);
  const { s3, sqs, dynamodb, credentials } = services;
  const endpoints = {
    s3: s3.url ?? standIns.endpoints.s3,
    sqs: sqs.url ?? standIns.endpoints.sqs,
    dynamodb: dynamodb.url ?? standIns.endpoints.dynamodb,
  };
  const direct = connectAws({ endpoints, credentials });
  await ensureEmpty(services, direct);
  // The stand-in for S3 tells the stand-in for SQS by itself.
  const isAnnounced = s3.url === undefined && sqs.url === undefined;
  const proxy = isAnnounced ? undefined : await startProxy(direct, options.generation, s3.url !== undefined);
  const aws = proxy ? connectAws({ endpoints: { ...endpoints, s3: proxy.url }, credentials }) : direct;
  await createResources(aws);
  return {
    ...aws,
    stop: async () => {
      await proxy?.stop();
      await removeResources(services, direct);
      await Promise.all([aws.stop(), direct.stop(), standIns.stop()]);
    },
  };
}

function startProxy({ endpoints, sqs, queueUrls }: LocalAws, generation: number, checksSignatures: boolean) {
  const nextSequencer = sequencers(generation);
  const bucket = bucketNames.uploads;
  return startAnnouncingProxy({
    upstream: endpoints.s3,
    bucket,
    checksSignatures,
    announce: async (change) => {
      const event = toEventBridge({ ...change, bucket, sequencer: nextSequencer() });
      const MessageBody = JSON.stringify(event);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrls.uploads, MessageBody }));
    },
  });
}

const tables = [tableName, withdrawalsTableName];

async function ensureEmpty(services: Services, aws: LocalAws): Promise<void> {
  const queues = [...Object.values(aws.queueUrls), ...Object.values(aws.deadLetterUrls)].map(nameOfQueue);
  const { TableNames = [] } = await aws.dynamodb.send(new ListTablesCommand());
  const { QueueUrls = [] } = await aws.sqs.send(new ListQueuesCommand());
  const there = [
    ...(services.s3.url ? await bucketsIn(aws.s3) : []).map((bucket) => `the bucket ${bucket}`),
    ...(services.sqs.url ? QueueUrls : [])
      .map(nameOfQueue)
      .filter((name) => queues.includes(name))
      .map((name) => `the queue ${name}`),
    ...(services.dynamodb.url ? TableNames : [])
      .filter((name) => tables.includes(name))
      .map((name) => `the table ${name}`),
  ];
  if (there.length > 0) throw new Error(`These are there already and may be somebody's: ${there.join(', ')}`);
}

async function removeResources(services: Services, aws: LocalAws): Promise<void> {
  if (services.s3.url) await removeBuckets(aws.s3);
  if (services.dynamodb.url) await removeTables(aws.dynamodb);
  if (services.sqs.url) {
    for (const QueueUrl of [...Object.values(aws.queueUrls), ...Object.values(aws.deadLetterUrls)])
      await aws.sqs.send(new DeleteQueueCommand({ QueueUrl }));
  }
}

async function bucketsIn(s3: S3Client): Promise<string[]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  return Buckets.flatMap(({ Name = '' }) => (bucketsOfStory.includes(Name) ? [Name] : []));
}

async function removeBuckets(s3: S3Client): Promise<void> {
  for (const Bucket of await bucketsIn(s3)) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    }
    await s3.send(new DeleteBucketCommand({ Bucket }));
  }
}

async function removeTables(dynamodb: DynamoDBClient): Promise<void> {
  for (const TableName of tables) await dynamodb.send(new DeleteTableCommand({ TableName }));
}

const nameOfQueue = (url: string) => url.split('/').at(-1) ?? '';
