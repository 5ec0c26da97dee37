/** Wires the way from a dropped file to a found passage; what each part is stands in `constructs/`. */
import { Annotations, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Catalogue } from './constructs/catalogue.ts';
import { HttpApi } from './constructs/http-api.ts';
import { PrivateBucket } from './constructs/private-bucket.ts';
import { StaffSignIn, type TokenIssuer } from './constructs/staff-sign-in.ts';
import { UploadsBucket } from './constructs/uploads-bucket.ts';
import { VindplaatsFunction } from './constructs/vindplaats-function.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import type { Context } from './context.ts';

/** What the port to the search index looks for beside whatever handler uses it. */
const besideSearch = { entries: ['search-index/engines/embedded/worker.ts'] };

/** One upload: half a minute for reading it at worst, and as much again for fetching and keeping. */
const ingestTimeout = Duration.seconds(60);

/** Ten documents, written by an engine that may be busy with others. */
const indexTimeout = Duration.seconds(60);

export interface VindplaatsStackProps extends StackProps {
  readonly context: Context;
}

export class VindplaatsStack extends Stack {
  constructor(scope: Construct, id: string, { context, ...props }: VindplaatsStackProps) {
    super(scope, id, props);
    const { searchEngineUrl } = context;
    Annotations.of(this).addWarningV2(
      'vindplaats:no-search-engine',
      'An engine that functions can reach is still to be built: this stack can be looked at, and will find nothing.',
    );

    const uploads = new UploadsBucket(this, 'uploads-bucket');
    const documents = new PrivateBucket(this, 'documents-bucket');
    const catalogue = new Catalogue(this, 'catalogue');
    const uploadsQueue = new WorkQueue(this, 'uploads-queue', {
      queueName: `${this.stackName}-uploads`,
      variable: 'UPLOADS_QUEUE_URL',
      workerTimeout: ingestTimeout,
    });
    const changesQueue = new WorkQueue(this, 'changes-queue', {
      queueName: `${this.stackName}-changes`,
      variable: 'CHANGES_QUEUE_URL',
      workerTimeout: indexTimeout,
    });
    uploads.announcesTo(uploadsQueue);

    new VindplaatsFunction(this, 'ingest-document', {
      description: 'Reads an upload and keeps what it says',
      entries: ['functions/ingest-document/reading/reading-process.ts'],
      // One whole processor: reading is the work of one thread, and a file may take 512 MB of it.
      memorySize: 1769,
      timeout: ingestTimeout,
    })
      // A file that brings the function down takes no other with it. Five at once leave room for searches in a new
      // account, which runs ten functions at a time.
      .worksOff(uploadsQueue, { batchSize: 1, maxConcurrency: 5 })
      .readsUploads(uploads)
      .keepsDocuments(documents)
      .usesCatalogue(catalogue, { items: ['GetItem', 'PutItem'] })
      .sendsTo(changesQueue);

    new VindplaatsFunction(this, 'index-documents', {
      description: 'Makes the search index show what the catalogue says',
      ...besideSearch,
      // Half a processor and more, because it analyses every word of a document.
      memorySize: 1024,
      timeout: indexTimeout,
    })
      // An engine writes one after the other; more workers would only wait for each other. Two is the least that Lambda takes.
      .worksOff(changesQueue, { batchSize: 10, maxConcurrency: 2 })
      .readsDocuments(documents)
      .usesCatalogue(catalogue, { items: ['GetItem', 'UpdateItem', 'Query'] })
      .searches(searchEngineUrl);

    new VindplaatsFunction(this, 'sweep-pending', {
      description: 'Sends again what the search index does not show yet',
      // It waits for others nearly all of its time.
      memorySize: 256,
      // Less than a minute, so that two sweeps seldom meet.
      timeout: Duration.seconds(55),
    })
      .runsEvery(Duration.minutes(1))
      .usesCatalogue(catalogue, { items: ['UpdateItem'], indexes: ['pending'] })
      .publishesUploads(uploads)
      .sendsTo(changesQueue)
      .sendsTo(uploadsQueue);

    const publicApi = new VindplaatsFunction(this, 'public-api', {
      description: 'Answers visitors from the public collection alone',
      ...besideSearch,
      memorySize: 1024,
      // A search has its own deadline of a second; this is for a cold start in front of it.
      timeout: Duration.seconds(10),
    }).searches(searchEngineUrl);

    const staffApi = new VindplaatsFunction(this, 'staff-api', {
      description: 'Answers staff over all documents, and takes their corrections',
      ...besideSearch,
      memorySize: 1024,
      // API Gateway waits for 30 seconds.
      timeout: Duration.seconds(29),
    })
      .usesCatalogue(catalogue, { items: ['GetItem', 'PutItem', 'UpdateItem', 'Query'], indexes: ['ledger'] })
      .editsUploads(uploads)
      .publishesUploads(uploads)
      .sendsTo(uploadsQueue)
      .sendsTo(changesQueue)
      .searches(searchEngineUrl);

    const api = new HttpApi(this, 'http-api', { publicApi, staffApi, tokens: this.#tokens(context) });

    this.#output('ApiUrl', 'Where the API answers', api.url);
    this.#output('UploadsBucket', 'Where documents are put, below public/ or internal/', uploads.bucketName);
  }

  #tokens({ staffIssuer, staffAudience, staffPageUrl }: Context): TokenIssuer {
    if (staffIssuer && staffAudience) return { issuer: staffIssuer, audience: staffAudience };
    const signIn = new StaffSignIn(this, 'staff-sign-in', { staffPageUrl });
    this.#output('StaffSignInUrl', 'Where staff sign in', signIn.signInUrl);
    this.#output('StaffClientId', 'The client that a sign-in is for', signIn.audience);
    return signIn;
  }

  #output(name: string, description: string, value: string): void {
    new CfnOutput(this, name, { description, value });
  }
}
