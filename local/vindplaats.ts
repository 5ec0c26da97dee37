/** The whole of Vindplaats in one process: stand-ins for AWS, the functions of the cloud, and one address. */
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { Uploads } from '../functions/ingest-document/uploads.ts';
import { Catalogue } from '../shared/catalogue/catalogue.ts';
import { UnavailableError } from '../shared/errors.ts';
import { staffScopes } from '../shared/staff-scopes.ts';
import {
  bucketNames,
  type LocalAws,
  type LocalAwsOptions,
  queueArn,
  queueNames,
  startAws,
  tableName,
  withdrawalsTableName,
} from './aws.ts';
import { DataFolder } from './data-folder.ts';
import { addressFile, tokenFile } from './find-vindplaats.ts';
import { type Invoke, loadFunction, setEnvironment } from './functions.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';
import { jwtAuthorizer } from './jwt-authorizer.ts';
import { openIssuer } from './oidc-issuer.ts';
import { prepareCatalogue } from './prepare-catalogue.ts';
import { writePrivateFile } from './private-file.ts';
import { pollQueue } from './queue-poller.ts';
import { loadSamples } from './samples.ts';
import { schedule, scheduledEvent } from './scheduler.ts';
import { chooseSearchEngine, followSearchEngine } from './search-engine.ts';
import { UploadOutcomes } from './upload-outcomes.ts';
import { FolderWatcher } from './watch-folder.ts';
import { bundleAssets } from './web-assets.ts';

export interface VindplaatsOptions {
  readonly port: number;
  readonly data: string;
  readonly samples: boolean;
  readonly watch: string | undefined;
  /** Tells the person at the console. */
  readonly say: (sentence: string) => void;
  /** Shows how far something is. */
  readonly showProgress: (text: string) => void;
  /** Told of faults that do not end it. */
  readonly onError: (error: unknown) => void;
  /** Loads a Lambda function by the name of its folder. */
  readonly load?: (name: string) => Promise<Invoke>;
  /** Gives the services that take AWS's place; the stand-ins in the data folder when left out. */
  readonly startServices?: (options: LocalAwsOptions) => Promise<LocalAws>;
}

export interface Vindplaats {
  /** The address of the search page and the API. */
  readonly origin: string;
  readonly dataFolder: string;
  /** Resolves when the samples and what was lost are on their way, and the folder is watched. */
  readonly filled: Promise<void>;
  stop(): Promise<void>;
}

/** Seconds: a month, so that a token that someone pasted somewhere goes on working for a while. */
const tokenLifetime = 30 * 24 * 60 * 60;

const second = 1000;
const minute = 60_000;

const Reconciled = z.object({ queued: z.object({ uploads: z.int() }) }).optional();

/** Resolves when the address answers. Throws PlainError for what a person can mend. */
export async function startVindplaats(options: VindplaatsOptions): Promise<Vindplaats> {
  const stops: Stop[] = [];
  let isStopped = false;
  const stop = async () => {
    isStopped = true;
    // What asks stops before what answers.
    for (const one of stops.splice(0).reverse()) await one();
  };
  // What is cut short by stopping is no fault, and an engine that does not answer is told of once, by who follows it.
  const onError = (error: unknown) =>
    void (isStopped || error instanceof UnavailableError || options.onError(error));
  try {
    return { ...(await start({ ...options, onError }, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Stop = () => Promise<void> | void;

async function start(options: VindplaatsOptions, stops: Stop[]): Promise<Omit<Vindplaats, 'stop'>> {
  const { onError, say, load = loadFunction, startServices = startAws } = options;
  const index = join(options.data, 'index');
  const engine = await chooseSearchEngine(process.env, index);
  const data = new DataFolder(options.data);
  stops.push(() => data.close());
  const server = await startHttpServer({ port: options.port, onError });
  stops.push(() => server.stop());
  const [aws, assets, issuer] = await Promise.all([
    startServices({ folder: data.path, generation: data.generation, repair: data.endedAbruptly }),
    bundleAssets(),
    prepareIssuer(server, data),
  ]);
  // No request is let in while the services behind it go; stopping the server twice does no harm.
  stops.push(
    () => aws.stop(),
    () => server.stop(),
  );

  // For whoever wants to reach the buckets with a tool of their own.
  const { endpoints, queueUrls } = aws;
  writePrivateFile(
    data.fileOf('aws-endpoints.json'),
    JSON.stringify({ endpoints, buckets: bucketNames, queueUrls }),
  );
  mkdirSync(index, { recursive: true });
  setEnvironment(aws, { searchEngineUrl: engine.url });
  await prepareCatalogue(aws, data);
  data.forgetCrash();
  stops.push(data.traceCrashes());
  const [ingest, indexing, sweep, reconcile, rebuild, publicApi, staffApi] = await Promise.all([
    load('ingest-document'),
    load('index-documents'),
    load('sweep-pending'),
    load('reconcile-index'),
    load('rebuild-index'),
    load('public-api'),
    load('staff-api'),
  ]);
  const documents = new Map<string, unknown>([
    ['/.well-known/openid-configuration', issuer.configuration],
    ['/.well-known/jwks.json', issuer.keys],
  ]);
  server.open({ publicApi, staffApi, authorize: jwtAuthorizer(issuer), assets, documents });

  const catalogue = new Catalogue(aws.dynamodb, tableName, withdrawalsTableName);
  const outcomes = new UploadOutcomes({
    catalogue,
    uploads: new Uploads(aws.s3, bucketNames.uploads),
    onError,
  });
  const queues = [
    {
      queueUrl: aws.queueUrls.uploads,
      queueArn: queueArn(queueNames.uploads),
      invoke: outcomes.after(ingest),
    },
    {
      queueUrl: aws.queueUrls.changes,
      queueArn: queueArn(queueNames.changes),
      invoke: outcomes.after(indexing),
    },
  ];
  for (const queue of queues) {
    const poller = pollQueue({ ...queue, sqs: aws.sqs, onError });
    stops.push(() => poller.stop());
  }
  const every = (interval: number, invoke: Invoke) => {
    const { stop } = schedule({ invoke, every: interval, onError });
    stops.push(stop);
  };
  every(minute, sweep);
  // Where functions cost nothing, whoever asks for a rebuild need not wait a minute for it to begin.
  every(second, rebuild);
  const following = followSearchEngine({
    ...engine,
    say,
    onError,
    showProgress: options.showProgress,
    countDocuments: () => catalogue.countDocuments(),
  });
  stops.push(() => following.stop());
  return {
    origin: server.origin,
    dataFolder: data.path,
    filled: fill(options, data, aws, { reconcile, outcomes, stops })
      .catch(onError)
      .then(() => every(second, reconcile)),
  };
}

/** Brings in what is to be searched, while the address already answers. */
async function fill(
  { samples, watch, say, showProgress, onError }: VindplaatsOptions,
  data: DataFolder,
  aws: LocalAws,
  {
    reconcile,
    outcomes,
    stops,
  }: { readonly reconcile: Invoke; readonly outcomes: UploadOutcomes; readonly stops: Stop[] },
): Promise<void> {
  const bucket = bucketNames.uploads;
  const reconciled = await reconcile(scheduledEvent()).then(Reconciled.parse).catch(onError);
  const lost = reconciled?.queued.uploads ?? 0;
  if (lost > 0) say(`Reading what was not read yet when Vindplaats last stopped: ${lost} of the uploads.`);
  if (watch !== undefined) {
    const beside = [relative(watch, data.path)];
    const { s3 } = aws;
    const watcher = new FolderWatcher({
      folder: watch,
      s3,
      bucket,
      memory: data.watched,
      outcomes,
      say,
      beside,
    });
    stops.push(() => watcher.stop());
    await watcher.start();
  }
  if (data.remembers('samples')) return;
  if (samples) {
    const onProgress = (done: number, total: number) => showProgress(`Samples: ${done} of ${total} uploaded`);
    const loaded = await loadSamples({ s3: aws.s3, bucket, onProgress });
    if (loaded > 0)
      say(`Samples: ${loaded} documents to try things on. Start with --no-samples to do without.`);
  }
  data.remember('samples');
}

async function prepareIssuer(server: HttpServer, data: DataFolder) {
  const file = data.fileOf(tokenFile);
  const issuer = await openIssuer({
    issuer: server.origin,
    keyFile: data.fileOf('signing-key.json'),
    tokenFile: file,
  });
  const scope = Object.values(staffScopes).join(' ');
  writePrivateFile(file, await issuer.issueToken({ scope, lifetime: tokenLifetime }));
  writePrivateFile(data.fileOf(addressFile), server.origin);
  return issuer;
}
