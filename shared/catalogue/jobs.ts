/**
 * The long jobs over the whole catalogue: what was asked, how far it is, who works on it now, and the reports that are
 * kept. A job is one item, written only as it was read, so that it can be taken up by another process at any moment.
 */
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { RevisionConflictError } from '../errors.ts';
import { Message } from '../message.ts';
import { collections } from '../visibility.ts';
import { itemReader } from './read-items.ts';
import { ReconcileReport } from './reconcile-report.ts';

const At = z.iso.datetime();
const Collection = z.enum(collections);
const count = z.int().min(0);

const Held = {
  /** Grows with every write and guards it. */
  version: z.int().min(1),
  /** Until then the job belongs to whoever wrote this; null when nobody works on it. */
  heldUntil: At.nullable(),
};

/** Comparing everything with everything else, every so often and when asked. */
export const ReconcileJob = z.object({
  ...Held,
  startedAt: At,
  finishedAt: At.nullable(),
  /** The last one had to do without the engine. */
  withoutIndex: z.boolean(),
  /** Uploads that the last one left to be read again by new readers. */
  rereadsLeft: count.optional(),
  /** What each collection served when it was compared, null for nothing yet; absent while its engine never answered. */
  generations: z.partialRecord(Collection, z.string().nullable()).default({}),
  /** Rows of the catalogue that were compared, and how many there were the last time. */
  progress: z.object({ done: count, total: count }),
});
export type ReconcileJob = z.infer<typeof ReconcileJob>;

/** What one collection would serve after a rebuild, against what it serves now. */
export const CollectionCheck = z.object({
  served: count,
  filled: count,
  /** Served documents that the new generation lacks, and that did not go while it was filled. */
  lost: count,
});
export type CollectionCheck = z.infer<typeof CollectionCheck>;

export const RebuildJob = z.object({
  ...Held,
  phase: z.enum(['requested', 'filling', 'checking', 'promoting', 'settling', 'promoted', 'stopped']),
  allowShrink: z.boolean(),
  requestedAt: At,
  startedAt: At.nullable(),
  finishedAt: At.nullable(),
  /** Where the walk of the catalogue goes on; null at its beginning. */
  cursor: z.string().nullable(),
  /** Documents in the new generation, and in the catalogue when the walk began. */
  progress: z.object({ done: count, total: count }),
  /** Documents that could not be put in, by id: how many and some of them. */
  skipped: z.object({ count, examples: z.array(z.string()) }),
  /** Of the generations aside, so that a job that is taken up again notices when they were lost. */
  generations: z.record(Collection, z.string()).nullable(),
  promoted: z.array(Collection),
  /** When every run of index-documents that began before the promotion has ended. */
  settlesAt: At.nullable(),
  /** Repairs in the present phase. */
  rounds: count,
  /** Failures in a row, and the kind of the last one. */
  faults: count,
  fault: z.string().nullable(),
  check: z
    .object({
      collections: z.record(Collection, CollectionCheck),
      /** Documents that were searched by words of their own, and how many of them were found. */
      sample: z.object({ asked: count, found: count }),
    })
    .nullable(),
  stopped: z.object({ reason: z.string(), message: Message }).nullable(),
});
export type RebuildJob = z.infer<typeof RebuildJob>;

type JobName = 'reconcile' | 'rebuild';
type Version = { readonly version: number };
type Unversioned<Job> = Omit<Job, 'version'>;

/** Milliseconds that a job belongs to its worker after each sign of life; a killed one is taken up after this. */
const heldFor = 60_000;
const signEvery = 5_000;

/** Reports kept; older ones are dropped. */
export const reportLimit = 20;

const keyOf = (name: JobName) => ({ pk: `job#${name}`, sk: 'job' });
/** An item of its own, so that asking never gets in the way of the one at work. */
const requestKey = { pk: 'job#reconcile', sk: 'request' };
const reportsKey = 'report#reconcile';

export class Jobs {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #read: ReturnType<typeof itemReader>;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    this.#table = table;
    this.#read = itemReader(this.#client, table);
  }

  reconcile(): Promise<ReconcileJob | undefined> {
    return this.#get('reconcile', ReconcileJob);
  }

  /** When someone last asked for a reconciliation. */
  async reconcileRequestedAt(): Promise<string | null> {
    const item = await this.#read(requestKey);
    return item ? z.object({ at: At }).parse(item).at : null;
  }

  async requestReconcile(at: Date): Promise<void> {
    await this.#client.send(
      new PutCommand({ TableName: this.#table, Item: { ...requestKey, at: at.toISOString() } }),
    );
  }

  rebuild(): Promise<RebuildJob | undefined> {
    return this.#get('rebuild', RebuildJob);
  }

  /** Writes the job on condition that it is still as it was read; returns it as written. Throws RevisionConflictError. */
  async writeReconcile(next: Unversioned<ReconcileJob>, read: Version | undefined): Promise<ReconcileJob> {
    const job = ReconcileJob.parse({ ...next, version: (read?.version ?? 0) + 1 });
    await this.#write('reconcile', job, read);
    return job;
  }

  /** As `writeReconcile`. */
  async writeRebuild(next: Unversioned<RebuildJob>, read: Version | undefined): Promise<RebuildJob> {
    const job = RebuildJob.parse({ ...next, version: (read?.version ?? 0) + 1 });
    await this.#write('rebuild', job, read);
    return job;
  }

  /** Whoever held a job is gone: for a start that knows that nobody else works on this catalogue. */
  async release(): Promise<void> {
    const [reconcile, rebuild] = await Promise.all([this.reconcile(), this.rebuild()]);
    if (reconcile?.heldUntil) await this.writeReconcile({ ...reconcile, heldUntil: null }, reconcile);
    if (rebuild?.heldUntil) await this.writeRebuild({ ...rebuild, heldUntil: null }, rebuild);
  }

  /** Keeps the report, and only the newest ones. */
  async keepReport(report: ReconcileReport): Promise<void> {
    await this.#client.send(
      new PutCommand({
        TableName: this.#table,
        Item: { pk: reportsKey, sk: report.startedAt, ...ReconcileReport.parse(report) },
      }),
    );
    const { Items = [] } = await this.#reports();
    for (const { pk, sk } of Items.slice(reportLimit)) {
      await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: { pk, sk } }));
    }
  }

  /** The newest first. */
  async reports(): Promise<readonly ReconcileReport[]> {
    const { Items = [] } = await this.#reports();
    return Items.slice(0, reportLimit).map((item) => ReconcileReport.parse(item));
  }

  #reports() {
    return this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :reports',
        ExpressionAttributeValues: { ':reports': reportsKey },
        ScanIndexForward: false,
        ConsistentRead: true,
      }),
    );
  }

  async #write(name: JobName, job: ReconcileJob | RebuildJob, read: Version | undefined): Promise<void> {
    const unchanged = read
      ? { ConditionExpression: 'version = :read', ExpressionAttributeValues: { ':read': read.version } }
      : { ConditionExpression: 'attribute_not_exists(pk)' };
    try {
      await this.#client.send(
        new PutCommand({ TableName: this.#table, Item: { ...keyOf(name), ...job }, ...unchanged }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        throw new RevisionConflictError('The job changed since it was read', { cause: error });
      }
      throw error;
    }
  }

  async #get<Schema extends z.ZodType>(name: JobName, schema: Schema): Promise<z.infer<Schema> | undefined> {
    const item = await this.#read(keyOf(name));
    return item && schema.parse(item);
  }
}

export function isHeld({ heldUntil }: Pick<RebuildJob, 'heldUntil'>, now: Date): boolean {
  return heldUntil !== null && Date.parse(heldUntil) > now.getTime();
}

/** Until when a worker that gives a sign of life now holds its job. */
export function holdFrom(now: Date, milliseconds = heldFor): string {
  return new Date(now.getTime() + milliseconds).toISOString();
}

/**
 * Gives a sign of life every so often while the work goes on, however long one step of it takes. A sign that fails stops
 * nothing: what is written in the end tells whether the job still was this worker's.
 */
export async function withSigns<Result>(
  work: Promise<Result>,
  sign: () => Promise<void>,
  every = signEvery,
): Promise<Result> {
  let isDone = false;
  const ended = work.finally(() => (isDone = true));
  const signed = async () => {
    for (;;) {
      const { promise: elapsed, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, every);
      await Promise.race([ended, elapsed]).catch(() => undefined);
      clearTimeout(timer);
      if (isDone) return;
      await sign().catch(() => undefined);
    }
  };
  // In this order, so that no sign is under way any more when the work is said to have ended.
  await signed();
  return ended;
}

/** Whether the rebuild is neither done nor given up. */
export function isUnderWay({ phase }: Pick<RebuildJob, 'phase'>): boolean {
  return phase !== 'promoted' && phase !== 'stopped';
}

/** Whether every change has to go to the generation aside as well, as the catalogue says now. */
export async function isFillingAside(jobs: Jobs): Promise<boolean> {
  const phase = (await jobs.rebuild())?.phase;
  return phase === 'filling' || phase === 'checking' || phase === 'promoting';
}
