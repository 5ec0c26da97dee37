import { type Duration, RemovalPolicy, type Size, Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { type CronOptions, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as Lambda, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type CollectionName, collections } from '../../shared/visibility.ts';
import { acknowledge, grantBelow } from '../acknowledge.ts';
import { asInterface } from '../as-interface.ts';
import type { FunctionCode } from '../bundle-function.ts';
import type { EnvironmentVariable } from '../environment-variable.ts';
import { bundledCode } from './bundled-code.ts';
import type { Catalogue, CatalogueIndex } from './catalogue.ts';
import { mayJoinNetwork } from './may-join-network.ts';
import type { Network } from './network.ts';
import type { PrivateBucket } from './private-bucket.ts';
import type { EngineKeys, EngineSnapshots, EngineUse, SearchEngine } from './search-engine.ts';
import type { UploadsBucket } from './uploads-bucket.ts';
import type { Withdrawals } from './withdrawals.ts';
import type { WorkQueue } from './work-queue.ts';

/** Of all metrics that functions publish. */
export const metricNamespace = 'Vindplaats';

/** Where back-up keeps what staff made. */
export const backupsPrefix = 'backups/';

export interface VindplaatsFunctionProps extends Omit<FunctionCode, 'name'> {
  readonly description: string;
  /** MiB; the share of a processor grows with it, and 1,769 are one whole. */
  readonly memorySize: number;
  readonly timeout: Duration;
  /** The network it must be in; none leaves it where Lambda runs it, which starts sooner. */
  readonly network?: Network | undefined;
  /** Disk in `/tmp`, where 512 MiB do not do. */
  readonly ephemeralStorageSize?: Size | undefined;
}

export interface CatalogueTables {
  readonly catalogue: Catalogue;
  readonly withdrawals: Withdrawals;
}

export interface CatalogueUse {
  /** What it does with rows that it knows the key of. */
  readonly items: readonly ('GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query' | 'Scan')[];
  /** The indexes that it queries. */
  readonly indexes?: readonly CatalogueIndex[];
  /** What it does with withdrawals; who writes rows puts them. */
  readonly withdrawals?: readonly ('PutItem' | 'DeleteItem' | 'Scan')[];
}

/**
 * A function, bundled, with a role and a log group of its own. What it uses is told by methods that set
 * the environment and the grant together, so that neither can be there without the other.
 */
export class VindplaatsFunction extends Construct {
  readonly lambda: Lambda;
  readonly timeout: Duration;
  readonly #role: Role;
  readonly #network: Network | undefined;
  readonly #memorySize: number;
  readonly #nodeOptions: string[] = [];

  /** `name` is the function's folder. */
  constructor(scope: Construct, name: string, props: VindplaatsFunctionProps) {
    super(scope, name);
    const { description, memorySize, timeout, network, ephemeralStorageSize, ...code } = props;
    const functionName = `${Stack.of(this).stackName}-${name}`;
    this.timeout = timeout;
    this.#network = network;
    this.#memorySize = memorySize;
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
      code: bundledCode({ name, ...code }),
      memorySize,
      timeout,
      role: this.#role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: { POWERTOOLS_SERVICE_NAME: name, POWERTOOLS_METRICS_NAMESPACE: metricNamespace },
      ...(ephemeralStorageSize && { ephemeralStorageSize }),
      ...(network && {
        vpc: asInterface<IVpc>(network.vpc),
        securityGroups: [network.functions],
        ipv6AllowedForDualStack: true,
      }),
    });
    if (network) {
      mayJoinNetwork(this.#role, functionName);
      // A name with addresses of both kinds is asked by the one that leads out.
      this.#startNodeWith('--dns-result-order=ipv6first');
    }
  }

  /** Goes over every document there is, so that garbage must be collected before Lambda ends it for its memory. */
  walksEverything(): this {
    // The other half is for what lies outside the heap: buffers, and what an embedded engine reads.
    return this.#startNodeWith(`--max-old-space-size=${Math.floor(this.#memorySize / 2)}`);
  }

  /** Searches one collection, looks at all, or writes them; the engine says what that takes. */
  uses(engine: SearchEngine, use: EngineUse): this {
    if (engine.network !== this.#network) {
      throw new Error(`${this.node.id} is not in the network where the search engine is`);
    }
    if (engine.keys) this.#readsKey(engine.keys, use);
    if (engine.snapshots) this.#usesSnapshots(engine.snapshots, use);
    return this.#set('SEARCH_ENGINE_URL', engine.url);
  }

  /** Makes the keys of all uses from the master key, which no other function may read. */
  makesKeys({ url, keys: { master, secrets } }: { readonly url: string; readonly keys: EngineKeys }): this {
    const made = Object.values(secrets).map(({ ref }) => ref);
    this.#grant(['secretsmanager:GetSecretValue'], [master.arn, ...made]);
    this.#grant(['secretsmanager:PutSecretValue'], made);
    return this.#set('SEARCH_ENGINE_URL', url)
      .#set('MASTER_KEY_SECRET', master.id)
      .#set('PUBLIC_KEY_SECRET', secrets.public.ref)
      .#set('ARCHIVE_KEY_SECRET', secrets.archive.ref)
      .#set('READ_KEY_SECRET', secrets.read.ref)
      .#set('WRITE_KEY_SECRET', secrets.write.ref);
  }

  #readsKey({ secrets }: EngineKeys, use: EngineUse): void {
    this.#grant(['secretsmanager:GetSecretValue'], [secrets[use].ref]);
    this.#set('SEARCH_ENGINE_KEY_SECRET', secrets[use].ref);
  }

  #usesSnapshots(snapshots: EngineSnapshots, use: EngineUse): void {
    if (use === 'write') this.#writesSnapshots(snapshots);
    else this.#readsSnapshots(snapshots, use === 'read' ? collections : [use]);
  }

  #readsSnapshots({ bucket, prefixOf }: EngineSnapshots, read: readonly CollectionName[]): void {
    const prefixes = read.map((collection) => `${prefixOf(collection)}*`);
    for (const prefix of prefixes) this.#grantObjects(['s3:GetObject'], bucket, prefix);
    this.#grantListing(bucket, prefixes);
  }

  #writesSnapshots({ bucket, prefixOf }: EngineSnapshots): void {
    const prefixes = collections.map((collection) => `${prefixOf(collection)}*`);
    for (const prefix of prefixes) {
      this.#grantObjects(
        // The last one takes back a file in parts that did not arrive.
        ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        bucket,
        prefix,
      );
    }
    this.#grantListing(bucket, prefixes);
  }

  /** Listing is what makes S3 say that an object is not there, rather than that this function may not know. */
  readsUploads(uploads: UploadsBucket): this {
    this.#grantObjects(['s3:GetObject'], uploads, '*');
    this.#grant(['s3:ListBucket'], [uploads.bucketArn]);
    return this.#set('UPLOADS_BUCKET', uploads.bucketName);
  }

  /** May sign addresses for, and so must be able to do itself, what editors do. */
  editsUploads(uploads: UploadsBucket): this {
    this.#grantObjects(['s3:PutObject'], uploads, 'public/*');
    this.#grantObjects(['s3:PutObject'], uploads, 'internal/*');
    this.#grantObjects(['s3:DeleteObject'], uploads, '*');
    return this.readsUploads(uploads);
  }

  /** An upload is moved in one direction only, and a copy takes its tags along. */
  publishesUploads(uploads: UploadsBucket): this {
    this.#grantObjects(['s3:GetObjectTagging', 's3:DeleteObject'], uploads, 'internal/*');
    this.#grantObjects(['s3:PutObject', 's3:PutObjectTagging'], uploads, 'public/*');
    return this.readsUploads(uploads);
  }

  /** Also looks whether one that it kept before is still there. */
  keepsDocuments(documents: PrivateBucket): this {
    this.#grantObjects(['s3:PutObject'], documents, '*');
    this.#grant(['s3:ListBucket'], [documents.bucketArn]);
    return this.readsDocuments(documents);
  }

  readsDocuments(documents: PrivateBucket): this {
    this.#grantObjects(['s3:GetObject'], documents, '*');
    return this.#set('DOCUMENTS_BUCKET', documents.bucketName);
  }

  /** Removes canonical documents that no row names any more. */
  sweepsDocuments(documents: PrivateBucket): this {
    this.#grantObjects(['s3:DeleteObject'], documents, '*');
    this.#grant(['s3:ListBucket'], [documents.bucketArn]);
    return this.readsDocuments(documents);
  }

  usesCatalogue(
    { catalogue, withdrawals }: CatalogueTables,
    { items, indexes = [], withdrawals: onWithdrawals = [] }: CatalogueUse,
  ): this {
    // Single items that are needed at the same moment are read in one call.
    const actions = items.flatMap((action) => (action === 'GetItem' ? [action, 'BatchGetItem'] : action));
    this.#grant(
      actions.map((action) => `dynamodb:${action}`),
      [catalogue.tableArn],
    );
    if (indexes.length > 0) {
      this.#grant(
        ['dynamodb:Query'],
        indexes.map((index) => catalogue.indexArn(index)),
      );
    }
    if (onWithdrawals.length > 0) {
      this.#grant(
        onWithdrawals.map((action) => `dynamodb:${action}`),
        [withdrawals.tableArn],
      );
    }
    return this.#set('CATALOGUE_TABLE', catalogue.tableName).#set('WITHDRAWALS_TABLE', withdrawals.tableName);
  }

  /** Reads which documents visitors must not be shown, and nothing else of them. */
  readsWithdrawals(withdrawals: Withdrawals): this {
    this.#grant(['dynamodb:Scan'], [withdrawals.tableArn]);
    return this.#set('WITHDRAWALS_TABLE', withdrawals.tableName);
  }

  /** Learns how many messages wait. */
  countsMessagesOf({ queue, variable }: WorkQueue): this {
    this.#grant(['sqs:GetQueueAttributes'], [queue.queueArn]);
    return this.#set(variable, queue.queueUrl);
  }

  sendsTo({ queue, variable }: WorkQueue): this {
    this.#grant(['sqs:SendMessage'], [queue.queueArn]);
    return this.#set(variable, queue.queueUrl);
  }

  /** Is woken with at most `batchSize` messages, at most `maxConcurrency` times at once. */
  worksOff(
    { queue, variable, workerTimeout, gatherFor }: WorkQueue,
    { batchSize, maxConcurrency }: { readonly batchSize: number; readonly maxConcurrency: number },
  ): this {
    if (workerTimeout.toSeconds() !== this.timeout.toSeconds()) {
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
      ...(gatherFor && { maxBatchingWindow: gatherFor }),
      reportBatchItemFailures: true,
    });
    return this.#set(variable, queue.queueUrl);
  }

  /** Runs every so often; a run that failed is not tried again, for the next one does its work. */
  runsEvery(interval: Duration): this {
    this.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: interval });
    return this.#wokenBy(Schedule.rate(interval));
  }

  /** Runs at these times, in UTC; a run that failed waits for the next one. */
  runsAt(times: CronOptions): this {
    this.lambda.configureAsyncInvoke({ retryAttempts: 0 });
    return this.#wokenBy(Schedule.cron(times));
  }

  /** Moves what failed back to where it came from. */
  redrives({ deadLetters, deadLettersVariable }: WorkQueue): this {
    this.#grant(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [deadLetters.queueArn]);
    return this.#set(deadLettersVariable, deadLetters.queueUrl);
  }

  /** Must outwait what index-documents began earlier. */
  outwaits(indexDocuments: VindplaatsFunction): this {
    return this.#set('INDEX_DOCUMENTS_TIMEOUT', String(indexDocuments.timeout.toSeconds()));
  }

  /** Keeps what staff made, each day under its own name. */
  backsUpTo(backups: PrivateBucket): this {
    this.#grantObjects(
      ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
      backups,
      `${backupsPrefix}*`,
    );
    return this.#set('BACKUPS_BUCKET', backups.bucketName);
  }

  /** Puts and removes this one upload. */
  triesOut(uploads: UploadsBucket, key: string): this {
    this.#grant(['s3:PutObject', 's3:DeleteObject'], [uploads.arnForObjects(key)]);
    return this.#set('UPLOADS_BUCKET', uploads.bucketName);
  }

  /** Asks the site what anyone may ask, which takes no right. */
  visits({ origin }: { readonly origin: string }): this {
    return this.#set('SITE_URL', origin);
  }

  /** Puts objects into a bucket that nobody else fills. */
  fills(bucket: PrivateBucket): this {
    this.#grantObjects(['s3:PutObject'], bucket, '*');
    return this;
  }

  #wokenBy(schedule: Schedule): this {
    new Rule(this, 'schedule', {
      description: `Wakes ${this.node.id}`,
      schedule,
      targets: [new LambdaFunction(this.lambda, { retryAttempts: 0 })],
    });
    return this;
  }

  #startNodeWith(option: string): this {
    this.#nodeOptions.push(option);
    return this.#set('NODE_OPTIONS', this.#nodeOptions.join(' '));
  }

  #set(variable: EnvironmentVariable, value: string): this {
    this.lambda.addEnvironment(variable, value);
    return this;
  }

  #grant(actions: string[], resources: string[]): void {
    this.#role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
  }

  #grantObjects(actions: string[], bucket: PrivateBucket, below: string): void {
    this.#grant(actions, [bucket.arnForObjects(below)]);
    acknowledge(this.#role, {
      [grantBelow(bucket.resource, `/${below}`)]:
        `${this.node.id} works on whatever objects lie below this place of this bucket, and their names are not known before.`,
    });
  }

  /** May learn that an object is not there, and what lies below these places. */
  #grantListing(bucket: PrivateBucket, below: readonly string[]): void {
    this.#role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': below } },
      }),
    );
  }
}
