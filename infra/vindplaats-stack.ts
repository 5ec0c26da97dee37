/** Wires the way from a dropped file to a found passage; what each part is stands in `constructs/`. */
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { longestIngestMs } from '../functions/ingest-document/reading/reading-limits.ts';
import { canaryKey } from '../shared/canary-key.ts';
import { alarmList, canaryInterval, type Watched } from './alarm-list.ts';
import { chooseEngine } from './choose-engine.ts';
import { Alarms } from './constructs/alarms.ts';
import { Catalogue } from './constructs/catalogue.ts';
import { HttpApi } from './constructs/http-api.ts';
import { Overview } from './constructs/overview.ts';
import { PrivateBucket } from './constructs/private-bucket.ts';
import type { SearchEngine } from './constructs/search-engine.ts';
import { StaffSignIn, type TokenIssuer } from './constructs/staff-sign-in.ts';
import { UploadsBucket } from './constructs/uploads-bucket.ts';
import { backupsPrefix, VindplaatsFunction } from './constructs/vindplaats-function.ts';
import { Website } from './constructs/website.ts';
import { Withdrawals } from './constructs/withdrawals.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import type { Context } from './context.ts';
import { functionMetric } from './metrics.ts';

/** What the port to the search index looks for beside whatever handler uses it. */
const besideSearch = {
  entries: ['search-index/engines/embedded/worker.ts'],
  files: ['search-index/dutch/lexicon.bin'],
};

/**
 * A batch of documents: 60 s for an engine that may be busy with others, and 120 s for finding names in texts, of which
 * a linker of the largest vocabulary takes 35 on half a processor, and ten texts that are too much 7 s each.
 */
const indexTimeout = Duration.seconds(180);

export interface VindplaatsStackProps extends StackProps {
  readonly context: Context;
}

export class VindplaatsStack extends Stack {
  constructor(scope: Construct, id: string, { context, ...props }: VindplaatsStackProps) {
    super(scope, id, { terminationProtection: context.terminationProtection, ...props });
    const uploads = new UploadsBucket(this, 'uploads-bucket');
    const documents = new PrivateBucket(this, 'documents-bucket');
    const backups = new PrivateBucket(this, 'backups-bucket', {
      versioned: true,
      lifecycleRules: [
        // Snapshots of an index are large, and the index can be made again.
        { prefix: 'meilisearch/', noncurrentVersionExpiration: Duration.days(7) },
        // What staff corrected cannot: a fault that is seen within a quarter can still be undone.
        { prefix: backupsPrefix, noncurrentVersionExpiration: Duration.days(90) },
      ],
    });
    const withdrawals = new Withdrawals(this, 'withdrawals');
    const tables = { catalogue: new Catalogue(this, 'catalogue'), withdrawals };
    const output = (name: string, description: string, value: string) =>
      new CfnOutput(this, name, { description, value });
    const engine = chooseEngine(this, context, { backups, output });
    const uploadsQueue = new WorkQueue(this, 'uploads-queue', {
      queueName: `${this.stackName}-uploads`,
      variable: 'UPLOADS_QUEUE_URL',
      deadLettersVariable: 'UPLOADS_DEAD_LETTERS_URL',
      workerTimeout: Duration.millis(longestIngestMs),
    });
    const changesQueue = new WorkQueue(this, 'changes-queue', {
      queueName: `${this.stackName}-changes`,
      variable: 'CHANGES_QUEUE_URL',
      deadLettersVariable: 'CHANGES_DEAD_LETTERS_URL',
      workerTimeout: indexTimeout,
      gatherFor: engine.snapshots?.gatherFor,
    });
    uploads.announcesTo(uploadsQueue);
    const searching = { ...besideSearch, ...whereItSearches(engine) };

    new VindplaatsFunction(this, 'ingest-document', {
      description: 'Reads an upload and keeps what it says',
      entries: ['functions/ingest-document/reading/reading-process.ts'],
      // One whole processor: reading is the work of one thread, and a file may take 512 MB of it.
      memorySize: 1769,
      timeout: Duration.millis(longestIngestMs),
    })
      // A file that brings the function down takes no other with it. Five at once leave room for searches in a new
      // account, which runs ten functions at a time.
      .worksOff(uploadsQueue, { batchSize: 1, maxConcurrency: 5 })
      .readsUploads(uploads)
      .keepsDocuments(documents)
      .usesCatalogue(tables, {
        items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
        withdrawals: ['PutItem'],
      })
      .sendsTo(changesQueue);

    const indexDocuments = new VindplaatsFunction(this, 'index-documents', {
      description: 'Makes the search index show what the catalogue says',
      ...besideLinking(searching),
      timeout: indexTimeout,
    })
      // An engine writes one after the other; more workers would only wait for each other. Two is the least that Lambda takes.
      .worksOff(changesQueue, { batchSize: engine.snapshots?.batchSize ?? 10, maxConcurrency: 2 })
      .readsDocuments(documents)
      .usesCatalogue(tables, {
        items: ['GetItem', 'PutItem', 'UpdateItem', 'Query'],
        withdrawals: ['PutItem', 'DeleteItem', 'Scan'],
      })
      .uses(engine, 'write');

    new VindplaatsFunction(this, 'sweep-pending', {
      description: 'Sends again what the search index does not show yet',
      // It waits for others nearly all of its time.
      memorySize: 256,
      // Less than a minute, so that two sweeps seldom meet.
      timeout: Duration.seconds(55),
    })
      .runsEvery(Duration.minutes(1))
      .usesCatalogue(tables, {
        items: ['GetItem', 'PutItem', 'UpdateItem'],
        indexes: ['pending'],
        withdrawals: ['PutItem', 'DeleteItem', 'Scan'],
      })
      .publishesUploads(uploads)
      .sendsTo(changesQueue)
      .countsMessagesOf(changesQueue)
      .sendsTo(uploadsQueue);

    const publicApi = new VindplaatsFunction(this, 'public-api', {
      description: 'Answers visitors from the public collection alone',
      ...searching,
      // A search has its own deadline of a second; this is for a cold start in front of it.
      timeout: Duration.seconds(10),
    }).uses(engine, 'public');
    // Snapshots in S3 tell their readers of removals themselves.
    if (!engine.snapshots) publicApi.readsWithdrawals(withdrawals);

    const staffApi = new VindplaatsFunction(this, 'staff-api', {
      description: 'Answers staff over all documents, and takes their corrections',
      ...searching,
      // API Gateway waits for 30 seconds.
      timeout: Duration.seconds(29),
    })
      .usesCatalogue(tables, {
        items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'],
        indexes: ['ledger'],
        withdrawals: ['PutItem'],
      })
      .editsUploads(uploads)
      .publishesUploads(uploads)
      .sendsTo(uploadsQueue)
      .sendsTo(changesQueue)
      .redrives(uploadsQueue)
      .redrives(changesQueue)
      .uses(engine, 'archive');

    // Each looks every minute whether there is something to do and lets no second one begin. When it is cut off, a rebuild
    // goes on where it stopped; a comparison, which is over within minutes, begins again.
    new VindplaatsFunction(this, 'reconcile-index', {
      description: 'Finds and mends what index, catalogue and uploads disagree about',
      ...searching,
      timeout: Duration.minutes(15),
    })
      .walksEverything()
      .runsEvery(Duration.minutes(1))
      .readsUploads(uploads)
      .sweepsDocuments(documents)
      .usesCatalogue(tables, {
        items: ['GetItem', 'PutItem', 'DeleteItem', 'Query', 'Scan'],
        withdrawals: ['PutItem'],
      })
      .sendsTo(changesQueue)
      .sendsTo(uploadsQueue)
      // To say of an index that was lost that it is filled again.
      .uses(engine, 'write');

    new VindplaatsFunction(this, 'rebuild-index', {
      description: 'Makes the index anew beside the one that is served',
      ...besideLinking(searching),
      timeout: Duration.minutes(15),
    })
      .walksEverything()
      .runsEvery(Duration.minutes(1))
      .readsDocuments(documents)
      .usesCatalogue(tables, {
        items: ['GetItem', 'PutItem', 'UpdateItem', 'Query', 'Scan'],
        indexes: ['pending'],
        withdrawals: ['PutItem', 'DeleteItem'],
      })
      .outwaits(indexDocuments)
      .uses(engine, 'write');

    new VindplaatsFunction(this, 'back-up', {
      description: 'Keeps what staff made, which no upload holds',
      memorySize: 512,
      timeout: Duration.minutes(15),
    })
      .walksEverything()
      .runsAt({ hour: '1', minute: '15' })
      .usesCatalogue(tables, { items: ['Query', 'Scan'] })
      .backsUpTo(backups);

    const api = new HttpApi(this, 'http-api', { publicApi });
    const site = new Website(this, 'website', {
      apiDomainName: api.domainName,
      domain: siteDomain(context),
      webAclArn: context.webAclArn,
    });
    uploads.takesUploadsFrom(site.origin);
    api.opensArchive({ staffApi, tokens: this.#tokens(context, `${site.origin}/staff/`) });

    new VindplaatsFunction(this, 'canary', {
      description: 'Uploads a document, waits until it is found, asks as a visitor, and takes it away',
      ...searching,
      // A minute until it is found, one until a visitor is answered and one until it is gone, at worst.
      timeout: Duration.minutes(4),
    })
      .runsEvery(canaryInterval)
      .triesOut(uploads, canaryKey)
      .visits(site)
      .uses(engine, 'read');

    this.#watch({
      functions: this.node.children
        .filter((child) => child instanceof VindplaatsFunction)
        // This one runs while someone deploys, who is told of its errors then.
        .filter(({ node }) => node.id !== 'publish-web'),
      queues: { uploads: uploadsQueue, changes: changesQueue },
      apiId: api.id,
      engine,
      email: context.alarmEmail,
    });

    output('SiteUrl', 'Where visitors search', site.origin);
    output('ApiUrl', 'Where the API answers without the site in front', api.url);
    output('UploadsBucket', 'Where documents are put, below public/ or internal/', uploads.bucketName);
    output('BackupsBucket', 'Where exports and snapshots are kept', backups.bucketName);
  }

  #tokens({ staffIssuer, staffAudience, staffPageUrl }: Context, staffPage: string): TokenIssuer {
    if (staffIssuer && staffAudience) return { issuer: staffIssuer, audience: staffAudience };
    const signIn = new StaffSignIn(this, 'staff-sign-in', { staffPageUrl: staffPageUrl ?? staffPage });
    new CfnOutput(this, 'StaffSignInUrl', { description: 'Where staff sign in', value: signIn.signInUrl });
    new CfnOutput(this, 'StaffClientId', {
      description: 'The client that a sign-in is for',
      value: signIn.audience,
    });
    return signIn;
  }

  #watch({ engine, email, ...watched }: WatchedStack): void {
    const alarms = new Alarms(this, 'alarms', { email });
    for (const alarm of [...alarmList(watched), ...engine.alarms]) alarms.add(alarm);
    const view = { statistic: 'Maximum', period: Duration.minutes(5) };
    new Overview(this, 'overview', {
      ...watched,
      alarms,
      engine: engine.keys
        ? [
            functionMetric('make-search-keys', 'EngineHealthy', { ...view, statistic: 'Minimum' }),
            functionMetric('make-search-keys', 'EngineSize', view),
          ]
        : [],
    });
  }
}

interface WatchedStack extends Watched {
  readonly engine: SearchEngine;
  readonly email: string | undefined;
}

/** Also what looks for names in documents, in a process of its own. */
function besideLinking<Searching extends { readonly entries: readonly string[] }>(searching: Searching) {
  const linking = 'functions/index-documents/linking/linking-process.ts';
  return { ...searching, entries: [...searching.entries, linking] };
}

/** The network and the size of every function that searches or indexes. */
function whereItSearches({ network, snapshots }: SearchEngine) {
  return {
    network,
    // Half a processor and more, because every word of a document or a query is analysed.
    memorySize: snapshots?.memorySize ?? 1024,
    ephemeralStorageSize: snapshots?.ephemeralStorage,
  };
}

function siteDomain({ siteDomainName, siteCertificateArn }: Context) {
  return siteDomainName && siteCertificateArn
    ? { name: siteDomainName, certificateArn: siteCertificateArn }
    : undefined;
}
