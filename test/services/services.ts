/**
 * The services of others that the story runs on: at an address, or started from a path, as the environment says. Where it
 * says nothing, the project's own stand-in takes the place, and the run says so.
 */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import * as z from 'zod';
import { awsCredentials, awsRegion } from '../../local/aws-identity.ts';
import { type ServerProgram, startServer } from './server-process.ts';

const Filled = z.string().min(1).optional();
const Variables = z.object({
  DYNAMODB_URL: z.url().optional(),
  DYNAMODB_LOCAL_JAR: Filled,
  S3_URL: z.url().optional(),
  S3_ACCESS_KEY: Filled,
  S3_SECRET_KEY: Filled,
  VERSITYGW: Filled,
  MINIO: Filled,
  SQS_URL: z.url().optional(),
  ELASTICMQ_JAR: Filled,
});
type Variables = z.infer<typeof Variables>;

export interface Service {
  /** Undefined for the project's stand-in. */
  readonly url: string | undefined;
  /** What runs, or what to set so that something does. */
  readonly description: string;
  stop(): Promise<void>;
}

export interface Services {
  readonly dynamodb: Service;
  readonly s3: Service;
  readonly sqs: Service;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}

/** MinIO takes no shorter secret than this one. */
const minioCredentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };

/** Says which of them run; `folder` is for what they keep. Throws an Error that names a variable that cannot be meant. */
export async function startServices(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Promise<Services> {
  const given = Variables.parse(environment);
  const started = await Promise.allSettled([startDynamodb(given), startS3(given, folder), startSqs(given)]);
  const services = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async () => void (await Promise.all(services.map((service) => service.stop())));
  const [dynamodb, s3, sqs] = services;
  if (dynamodb && s3 && sqs) {
    console.log(`DynamoDB: ${dynamodb.description}\nS3: ${s3.description}\nSQS: ${sqs.description}`);
    return { dynamodb, s3, sqs, credentials: credentialsOf(given), stop };
  }
  await stop();
  throw new AggregateError(
    started.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])),
    'Not all services could be started',
  );
}

function credentialsOf({ S3_URL, S3_ACCESS_KEY, S3_SECRET_KEY, VERSITYGW, MINIO }: Variables) {
  if (S3_ACCESS_KEY !== undefined && S3_SECRET_KEY !== undefined)
    return { accessKeyId: S3_ACCESS_KEY, secretAccessKey: S3_SECRET_KEY };
  const startsMinio = S3_URL === undefined && VERSITYGW === undefined && MINIO !== undefined;
  return startsMinio ? minioCredentials : awsCredentials;
}

async function startDynamodb({ DYNAMODB_URL, DYNAMODB_LOCAL_JAR: jar }: Variables): Promise<Service> {
  if (DYNAMODB_URL !== undefined) return at(DYNAMODB_URL);
  if (jar === undefined) return standIn('dynalite', 'DYNAMODB_URL or DYNAMODB_LOCAL_JAR');
  const libraries = [dirname(ensureThere(jar)), join(dirname(jar), 'DynamoDBLocal_lib')];
  return started('DynamoDB Local', {
    command: 'java',
    argumentsFor: (port) => [
      `-Dsqlite4java.library.path=${libraries.findLast((library) => existsSync(library))}`,
      ...['-cp', [jar, ...libraries.map((library) => join(library, '*'))].join(delimiter)],
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      ...['-inMemory', '-disableTelemetry', '-port', String(port)],
    ],
  });
}

async function startS3({ S3_URL, VERSITYGW, MINIO, ...given }: Variables, folder: string): Promise<Service> {
  if (S3_URL !== undefined) return at(S3_URL);
  const { accessKeyId, secretAccessKey } = credentialsOf({ S3_URL, VERSITYGW, MINIO, ...given });
  if (VERSITYGW !== undefined) {
    return started('versitygw', {
      command: ensureThere(VERSITYGW),
      argumentsFor: (port) => [
        ...['--access', accessKeyId, '--secret', secretAccessKey, '--region', awsRegion],
        ...['--port', `127.0.0.1:${port}`, 'posix', folder],
      ],
    });
  }
  if (MINIO !== undefined) {
    return started('MinIO', {
      command: ensureThere(MINIO),
      argumentsFor: (port) => ['server', folder, '--address', `127.0.0.1:${port}`],
      environment: {
        MINIO_ROOT_USER: accessKeyId,
        MINIO_ROOT_PASSWORD: secretAccessKey,
        MINIO_SITE_REGION: awsRegion,
        MINIO_BROWSER: 'off',
      },
    });
  }
  return standIn('fauxqs', 'S3_URL, VERSITYGW or MINIO');
}

async function startSqs({ SQS_URL, ELASTICMQ_JAR: jar }: Variables): Promise<Service> {
  if (SQS_URL !== undefined) return at(SQS_URL);
  if (jar === undefined) return standIn('fauxqs', 'SQS_URL or ELASTICMQ_JAR');
  return started('ElasticMQ', {
    command: 'java',
    argumentsFor: (port) => [
      ...[`-Dnode-address.host=127.0.0.1`, `-Dnode-address.port=${port}`],
      ...[`-Drest-sqs.bind-hostname=127.0.0.1`, `-Drest-sqs.bind-port=${port}`, '-Drest-stats.enabled=false'],
      ...['-cp', [ensureThere(jar), join(dirname(jar), '*')].join(delimiter)],
      'org.elasticmq.server.Main',
    ],
  });
}

const at = (url: string): Service => ({
  url: url.replace(/\/$/, ''),
  description: url,
  stop: async () => {},
});

const standIn = (name: string, variables: string): Service => ({
  url: undefined,
  description: `NOT TRIED: ${name}, the project's own stand-in, runs instead; set ${variables}`,
  stop: async () => {},
});

async function started(name: string, program: ServerProgram): Promise<Service> {
  const { url, stop } = await startServer(program);
  return { url, description: `${name}, started at ${url}`, stop };
}

function ensureThere(path: string): string {
  if (!existsSync(path)) throw new Error(`There is no ${path}`);
  return path;
}
