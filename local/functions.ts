/** The Lambda functions, run in this process with what Lambda would give them. */
import { randomUUID } from 'node:crypto';
import { devNull } from 'node:os';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { LocalAws } from './aws.ts';
import { bucketNames, tableName, visibilityTimeout, withdrawalsTableName } from './aws.ts';
import { awsAccount, awsRegion } from './aws-identity.ts';

/** Calls a function with an event and returns what it returned, as it came. */
export type Invoke = (event: unknown) => Promise<unknown>;

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const HandlerModule = z.object({
  handler: z.custom<Handler>((value) => typeof value === 'function', 'is not a function'),
});

/**
 * Milliseconds that a function may take, as long as its messages are hidden: middy waits no longer, and what it gives up is
 * looked at again while it goes on.
 */
const timeout = visibilityTimeout * 1000;

/** Sets the environment that the functions read when they load, and hides any that could lead to a real account. */
export function setEnvironment(
  aws: LocalAws,
  { searchEngineUrl }: { readonly searchEngineUrl: string },
): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_REGION: awsRegion,
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    // A profile of the person who runs this may name other endpoints.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_ENDPOINT_URL_S3: aws.endpoints.s3,
    AWS_ENDPOINT_URL_SQS: aws.endpoints.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: aws.endpoints.dynamodb,
    UPLOADS_BUCKET: bucketNames.uploads,
    DOCUMENTS_BUCKET: bucketNames.documents,
    CATALOGUE_TABLE: tableName,
    WITHDRAWALS_TABLE: withdrawalsTableName,
    UPLOADS_QUEUE_URL: aws.queueUrls.uploads,
    CHANGES_QUEUE_URL: aws.queueUrls.changes,
    UPLOADS_DEAD_LETTERS_URL: aws.deadLetterUrls.uploads,
    CHANGES_DEAD_LETTERS_URL: aws.deadLetterUrls.changes,
    // Nothing ends a function here, but a call to the engine in this process is over long before.
    INDEX_DOCUMENTS_TIMEOUT: '5',
    SEARCH_ENGINE_URL: searchEngineUrl,
    POWERTOOLS_METRICS_NAMESPACE: 'Vindplaats',
    POWERTOOLS_METRICS_DISABLED: 'true',
    // What goes well, and what passes by itself, is not worth a line of JSON on a person's screen.
    POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'ERROR',
  });
}

/** Loads `functions/{name}/handler.ts`; the environment must be set before. */
export async function loadFunction(name: string): Promise<Invoke> {
  const { handler } = HandlerModule.parse(await import(`../functions/${name}/handler.ts`));
  return async (event) => handler(event, contextOf(name));
}

function contextOf(name: string): Context {
  const deadline = Date.now() + timeout;
  const unused = () => {
    throw new Error('Callbacks are not supported; return a promise');
  };
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${awsRegion}:${awsAccount}:function:${name}`,
    memoryLimitInMB: '1024',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: unused,
    fail: unused,
    succeed: unused,
  };
}
