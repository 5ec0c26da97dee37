import { AssetHashType, DockerImage, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as Lambda, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundleFunction, type FunctionCode, functionFolder } from '../bundle-function.ts';
import type { EnvironmentVariable } from '../environment-variable.ts';
import type { Catalogue, CatalogueIndex } from './catalogue.ts';
import type { PrivateBucket } from './private-bucket.ts';
import type { UploadsBucket } from './uploads-bucket.ts';
import type { WorkQueue } from './work-queue.ts';

export interface VindplaatsFunctionProps extends Omit<FunctionCode, 'name'> {
  readonly description: string;
  /** MiB; the share of a processor grows with it, and 1,769 are one whole. */
  readonly memorySize: number;
  readonly timeout: Duration;
}

export interface CatalogueUse {
  /** What it does with rows that it knows the key of. */
  readonly items: readonly ('GetItem' | 'PutItem' | 'UpdateItem' | 'Query')[];
  /** The indexes that it queries. */
  readonly indexes?: readonly CatalogueIndex[];
}

/**
 * A function of `functions/`, bundled, with a role and a log group of its own. What it uses is told by methods that set
 * the environment and the grant together, so that neither can be there without the other.
 */
export class VindplaatsFunction extends Construct {
  readonly lambda: Lambda;
  readonly #role: Role;
  readonly #timeout: Duration;

  /** `name` is the function's folder below `functions/`. */
  constructor(scope: Construct, name: string, props: VindplaatsFunctionProps) {
    super(scope, name);
    const { description, memorySize, timeout, ...code } = props;
    const functionName = `${Stack.of(this).stackName}-${name}`;
    this.#timeout = timeout;
    this.#role = new Role(this, 'role', {
      description: `What ${functionName} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const logGroup = new LogGroup(this, 'log', {
      logGroupName: `/aws/lambda/${functionName}`,
      // Long enough to look into what someone reports, short for what may tell of people.
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#grant(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    this.lambda = new Lambda(this, 'function', {
      functionName,
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'handler.handler',
      code: bundled({ name, ...code }),
      memorySize,
      timeout,
      role: this.#role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: { POWERTOOLS_SERVICE_NAME: name, POWERTOOLS_METRICS_NAMESPACE: 'Vindplaats' },
    });
  }

  searches(searchEngineUrl: string): this {
    return this.#set('SEARCH_ENGINE_URL', searchEngineUrl);
  }

  /** Listing is what makes S3 say that an object is not there, rather than that this function may not know. */
  readsUploads(uploads: UploadsBucket): this {
    this.#grant(['s3:GetObject'], [uploads.arnForObjects('*')]);
    this.#grant(['s3:ListBucket'], [uploads.bucketArn]);
    return this.#set('UPLOADS_BUCKET', uploads.bucketName);
  }

  /** May sign addresses for, and so must be able to do itself, what editors do. */
  editsUploads(uploads: UploadsBucket): this {
    this.#grant(['s3:PutObject'], [uploads.arnForObjects('public/*'), uploads.arnForObjects('internal/*')]);
    this.#grant(['s3:DeleteObject'], [uploads.arnForObjects('*')]);
    return this.readsUploads(uploads);
  }

  /** An upload is moved in one direction only, and a copy takes its tags along. */
  publishesUploads(uploads: UploadsBucket): this {
    this.#grant(['s3:GetObjectTagging', 's3:DeleteObject'], [uploads.arnForObjects('internal/*')]);
    this.#grant(['s3:PutObject', 's3:PutObjectTagging'], [uploads.arnForObjects('public/*')]);
    return this.readsUploads(uploads);
  }

  keepsDocuments(documents: PrivateBucket): this {
    this.#grant(['s3:PutObject'], [documents.arnForObjects('*')]);
    return this.#set('DOCUMENTS_BUCKET', documents.bucketName);
  }

  readsDocuments(documents: PrivateBucket): this {
    this.#grant(['s3:GetObject'], [documents.arnForObjects('*')]);
    return this.#set('DOCUMENTS_BUCKET', documents.bucketName);
  }

  usesCatalogue(catalogue: Catalogue, { items, indexes = [] }: CatalogueUse): this {
    this.#grant(
      items.map((action) => `dynamodb:${action}`),
      [catalogue.tableArn],
    );
    if (indexes.length > 0) {
      this.#grant(
        ['dynamodb:Query'],
        indexes.map((index) => catalogue.indexArn(index)),
      );
    }
    return this.#set('CATALOGUE_TABLE', catalogue.tableName);
  }

  sendsTo({ queue, variable }: WorkQueue): this {
    this.#grant(['sqs:SendMessage'], [queue.queueArn]);
    return this.#set(variable, queue.queueUrl);
  }

  /** Is woken with at most `batchSize` messages, at most `maxConcurrency` times at once. */
  worksOff(
    { queue, variable, workerTimeout }: WorkQueue,
    { batchSize, maxConcurrency }: { readonly batchSize: number; readonly maxConcurrency: number },
  ): this {
    if (workerTimeout.toSeconds() !== this.#timeout.toSeconds()) {
      throw new Error(`${this.node.id} and its queue do not agree on how long a batch may take`);
    }
    this.#grant(
      // The last one is for the handler, which lets a failed message wait less than the queue would.
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      [queue.queueArn],
    );
    this.lambda.addEventSourceMapping('messages', {
      eventSourceArn: queue.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    return this.#set(variable, queue.queueUrl);
  }

  /** Runs every so often; a run that failed is not tried again, for the next one does its work. */
  runsEvery(interval: Duration): this {
    this.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: interval });
    new Rule(this, 'schedule', {
      description: `Wakes ${this.node.id}`,
      schedule: Schedule.rate(interval),
      targets: [new LambdaFunction(this.lambda, { retryAttempts: 0 })],
    });
    return this;
  }

  #set(variable: EnvironmentVariable, value: string): this {
    this.lambda.addEnvironment(variable, value);
    return this;
  }

  #grant(actions: string[], resources: string[]): void {
    this.#role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
  }
}

/** The bundle as an asset that is known by what is in it: sources that change nothing of it deploy nothing. */
function bundled(code: FunctionCode): Code {
  return Code.fromAsset(functionFolder(code.name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle: (folder) => {
          bundleFunction(code, folder);
          return true;
        },
      },
    },
  });
}
