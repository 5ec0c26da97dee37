/** The functions of the way from upload to index, wired to clients and an index that faults strike. */

import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type IndexDependencies, indexChange } from '../../functions/index-documents/index-document.ts';
import { Vocabulary } from '../../functions/index-documents/vocabulary.ts';
import { ingestDocument } from '../../functions/ingest-document/ingest-document.ts';
import { readDocument } from '../../functions/ingest-document/reading/make-document.ts';
import { ReadingTurns } from '../../functions/ingest-document/reading/reading-turns.ts';
import { Uploads } from '../../functions/ingest-document/uploads.ts';
import { rebuildIndex } from '../../functions/rebuild-index/rebuild-index.ts';
import { requestRebuild } from '../../functions/rebuild-index/request-rebuild.ts';
import { compareAll } from '../../functions/reconcile-index/compare.ts';
import { correctDocument } from '../../functions/staff-api/correct-document.ts';
import { removeDocument } from '../../functions/staff-api/remove-document.ts';
import { sweepPending } from '../../functions/sweep-pending/sweep-pending.ts';
import { bucketNames, tableName, withdrawalsTableName } from '../../local/aws.ts';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { isFillingAside, isUnderWay, Jobs } from '../../shared/catalogue/jobs.ts';
import { isPublic } from '../../shared/catalogue/withdrawals.ts';
import { documentId } from '../../shared/document.ts';
import { DocumentStore } from '../../shared/document-store.ts';
import { NotFoundError, UnavailableError } from '../../shared/errors.ts';
import { finishMove } from '../../shared/move-upload.ts';
import { UploadEvent } from '../../shared/upload-event.ts';
import { ChangeMessage, WorkQueue } from '../../shared/work-queues.ts';
import { between, type Random } from '../bench/random.ts';
import { linkInProcess } from '../link-in-process.ts';
import type { TestAws } from '../local-aws.ts';
import { messageFaults } from './faults.ts';
import { faultyClients, type Weather } from './faulty-clients.ts';
import type { FaultyIndex } from './faulty-index.ts';

export type QueueName = 'uploads' | 'changes';
const queues = ['uploads', 'changes'] as const;

/** Parts that a test puts in the place of the real ones, to see that their faults are noticed. */
export interface Mutation {
  readonly catalogue?: (real: Catalogue) => Catalogue;
  readonly index?: (real: IndexDependencies['index']) => IndexDependencies['index'];
  readonly sweep?: false;
}

/** Milliseconds; longer than the longest pause between two tries of a pending row. */
const hour = 60 * 60_000;

const Hiding = z.object({ visibility: z.literal('internal') });

export class Way {
  readonly aws: TestAws;
  readonly index: FaultyIndex;
  readonly weather: Weather;
  readonly #clients: ReturnType<typeof faultyClients>;

  constructor(aws: TestAws, index: FaultyIndex, weather: Weather) {
    this.aws = aws;
    this.index = index;
    this.weather = weather;
    this.#clients = faultyClients(aws, weather);
  }

  /** The functions for one schedule. */
  begin(random: Random, trace: (line: string) => void, mutation: Mutation = {}) {
    const { s3, sqs, dynamodb } = this.#clients;
    const { weather, aws, index } = this;
    const bucket = bucketNames.uploads;
    const real = new Catalogue(dynamodb, tableName, withdrawalsTableName);
    const catalogue = mutation.catalogue?.(real) ?? real;
    const changes = new WorkQueue<{ id: string }>(sqs, aws.queueUrls.changes);
    const looks = new WorkQueue<UploadEvent>(sqs, aws.queueUrls.uploads);
    const documents = new DocumentStore(s3, bucketNames.documents);
    const now = () => new Date();
    const common = { catalogue, changes, looks, documents, s3, bucket, now };
    const uploads = new Uploads(s3, bucket);
    const jobs = new Jobs(dynamodb, tableName);
    const ingestDependencies = {
      ...common,
      uploads,
      reader: { read: readDocument },
      turns: new ReadingTurns(4),
    };
    const indexDependencies = {
      ...common,
      vocabulary: new Vocabulary(catalogue, linkInProcess),
      index: mutation.index?.(index.struck) ?? index.struck,
      isRebuilding: () => isFillingAside(jobs),
    };
    const rebuildDependencies = { ...indexDependencies, jobs, indexingTimeout: hour };
    let rebuilding: Promise<unknown> = Promise.resolve();
    let sweeps = 0;

    const handle: Readonly<Record<QueueName, (body: string) => Promise<unknown>>> = {
      uploads: async (body) => {
        const { key, sequencer } = UploadEvent.parse(JSON.parse(body)).detail.object;
        return ingestDocument({ key, sequencer: sequencer ?? null }, ingestDependencies);
      },
      changes: async (body) => indexChange(ChangeMessage.parse(JSON.parse(body)), indexDependencies),
    };
    const left = new Set<string>();
    const heldBack: { queue: QueueName; body: string }[] = [];
    let lostLooks = 0;
    const seen: Record<QueueName, string[]> = { uploads: [], changes: [] };

    /** What the event source does with one message, and what may befall the message itself. */
    const deal = async (queue: QueueName, { Body = '', ReceiptHandle }: Message): Promise<void> => {
      const message = { QueueUrl: aws.queueUrls[queue], ReceiptHandle };
      const fault = weather.plan.strike(`${queue}.message`, messageFaults);
      if (fault === 'held back') heldBack.push({ queue, body: Body });
      if (queue === 'uploads' && (fault === 'held back' || fault === 'dropped')) lostLooks++;
      const isTold = (text: string) =>
        trace(`${queue} ${nameOf(Body)}${fault ? ` (${fault})` : ''}: ${text}`);
      const old = seen[queue][between(random, 0, Math.max(0, seen[queue].length - 1))];
      seen[queue].push(Body);
      try {
        if (fault === 'doubled') await both(handle[queue](Body), handle[queue](Body));
        else if (fault === 'old one again' && old) await both(handle[queue](Body), handle[queue](old));
        else if (fault !== 'dropped' && fault !== 'held back') await handle[queue](Body);
        isTold('done');
        await sqs.send(new DeleteMessageCommand(message));
      } catch (error) {
        isTold(String(error));
        // As the functions do, only without their pause; where that fails too, the queue's own time-out has passed. Where
        // only its reply was lost, another worker may have the message by now.
        const back = new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: 0 });
        await sqs.send(back).catch(() => aws.sqs.send(back).catch(() => undefined));
      }
    };

    return {
      heldBack,
      s3,

      /** Works off some messages of both queues, two at a time and in no order; returns how many there were. */
      work: async (): Promise<number> => {
        const received = await Promise.all(
          queues.map(async (queue) => {
            const { Messages = [] } = await aws.sqs.send(
              new ReceiveMessageCommand({
                QueueUrl: aws.queueUrls[queue],
                MaxNumberOfMessages: 10,
                WaitTimeSeconds: 0,
              }),
            );
            return Messages.map((message) => ({ queue, message }));
          }),
        );
        const waiting = shuffled(received.flat(), random);
        const total = waiting.length;
        const worker = async () => {
          for (let next = waiting.pop(); next; next = waiting.pop()) await deal(next.queue, next.message);
        };
        await Promise.all([worker(), worker(), worker()]);
        return total;
      },

      /** The schedule's sweep, at a time when every pause has passed. */
      sweep: async () => {
        if (mutation.sweep === false) return 0;
        const later = ++sweeps * hour;
        const { due } = await sweepPending({
          ...common,
          finishMove: (row) => finishMove(row, common),
          now: () => new Date(Date.now() + later),
        });
        return due;
      },

      /** Staff ask for a new index. */
      askForRebuild: () =>
        requestRebuild({ allowShrink: random() < 0.5, anew: random() < 0.5 }, rebuildDependencies),

      /**
       * Goes on with the rebuild that is under way, one call at a time; answers whether it still is. Only at rest is every
       * run of index-documents that began before the promotion surely over.
       */
      rebuild: async (isAtRest: boolean): Promise<boolean> => {
        const going = rebuilding.then(async () => {
          const job = await jobs.rebuild();
          if (!job || !isUnderWay(job)) return false;
          const isOver = isAtRest && job.phase === 'settling';
          const at = isOver ? () => new Date(Date.now() + 2 * hour) : now;
          // Calls follow each other, so whoever held the job is gone.
          await jobs.release();
          const left = await rebuildIndex({ ...rebuildDependencies, now: at }, () => true);
          return !left || isUnderWay(left);
        });
        rebuilding = going.catch(() => undefined);
        return going;
      },

      /** Compares everything with everything else; returns how much had to be looked at again. */
      reconcile: async (): Promise<number> => {
        const { queued } = await compareAll({ ...common, uploads, index: index.struck }, () => {});
        return queued.changes + queued.uploads;
      },

      put: (key: string, text: string) =>
        s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(text) })),
      remove: (key: string) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),

      patch: async (key: string, patch: unknown) => {
        const row = await correctDocument(await this.#row(key), patch, { ...common });
        // Anything else than hiding it may leave unread what becomes public when it is read.
        if (Hiding.safeParse(patch).success && !isPublic(row)) left.add(row.id);
        return row;
      },
      removeByStaff: async (key: string) => {
        const read = await this.#row(key);
        // Whoever deletes a document sees it.
        if (read.state === 'removed') throw gone();
        const row = await removeDocument(read, common);
        if (row.state === 'removed') left.add(row.id);
        return row;
      },

      /** People do something else with it, so that it may be public again. */
      mayReturn: (key: string) => void left.delete(documentId(key)),

      /** What visitors are shown of what staff were told has left. */
      shownToVisitors: async (): Promise<string[]> => {
        const shown: string[] = [];
        for (const id of left) {
          // The list first: what is cleared from it has been taken out of the engine before.
          const withdrawn = new Set<string>();
          for await (const one of aws.catalogue.withdrawals()) withdrawn.add(one.id);
          if (withdrawn.has(id)) continue;
          const found = await index.real.public.document(id, '').catch(notShown);
          const isShown = typeof found === 'object' && !('movedTo' in found);
          if (isShown && left.has(id))
            shown.push(`Visitors are shown ${id}, of which staff were told that it has left`);
        }
        return shown;
      },

      /** Whether messages are in somebody's hands. */
      areHandedOut: async (): Promise<boolean> => {
        const counts = await Promise.all(
          queues.map(async (queue) => {
            const { Attributes } = await aws.sqs.send(
              new GetQueueAttributesCommand({
                QueueUrl: aws.queueUrls[queue],
                AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
              }),
            );
            return Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
          }),
        );
        return counts.some((count) => count > 0);
      },

      /** Whether some upload may never be looked at again unless somebody compares the bucket with the catalogue. */
      hasLostMessages: async (): Promise<boolean> => {
        const { Attributes } = await aws.sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl: aws.deadLetterUrls.uploads,
            AttributeNames: ['ApproximateNumberOfMessages'],
          }),
        );
        return lostLooks > 0 || Number(Attributes?.ApproximateNumberOfMessages) > 0;
      },

      /** Messages that were long under way arrive when nobody expects them any more. */
      deliverLate: async () => {
        for (const { queue, body } of heldBack.splice(0)) {
          await aws.sqs.send(new SendMessageCommand({ QueueUrl: aws.queueUrls[queue], MessageBody: body }));
        }
      },
    };
  }

  /** Leaves nothing to the next schedule. */
  async clear(): Promise<void> {
    const { aws } = this;
    for (const Bucket of Object.values(bucketNames)) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: aws.s3 }, { Bucket })) {
        const Objects = Contents.map(({ Key }) => ({ Key }));
        if (Objects.length > 0) await aws.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      }
    }
    for await (const { id } of aws.catalogue.all()) {
      const Key = { pk: { S: `document#${id}` }, sk: { S: 'document' } };
      await aws.dynamodb.send(new DeleteItemCommand({ TableName: tableName, Key }));
    }
    for await (const { id, revision } of aws.catalogue.withdrawals())
      await aws.catalogue.clearWithdrawal(id, revision);
    const Key = { pk: { S: 'job#rebuild' }, sk: { S: 'job' } };
    await aws.dynamodb.send(new DeleteItemCommand({ TableName: tableName, Key }));
    for (const url of [...Object.values(aws.queueUrls), ...Object.values(aws.deadLetterUrls)])
      await aws.sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    await this.index.clear();
  }

  /** As staff find it. */
  async #row(key: string) {
    const row = await this.aws.catalogue.get(documentId(key));
    if (!row) throw gone();
    return row;
  }
}

/** Who asks an engine that is away is shown nothing. */
function notShown(error: unknown): undefined {
  if (!(error instanceof UnavailableError)) throw error;
}

const gone = () => new NotFoundError({ nl: 'Deze upload is er niet.', en: 'This upload is not there.' });

/** Which document or event a message asks to look at. */
function nameOf(body: string): string {
  const parsed: unknown = JSON.parse(body);
  const event = UploadEvent.safeParse(parsed).data;
  return event
    ? `${event['detail-type']} ${event.detail.object.key} ${event.detail.object.sequencer ?? ''}`
    : body;
}

export type Functions = ReturnType<Way['begin']>;

async function both(one: Promise<unknown>, other: Promise<unknown>): Promise<void> {
  const results = await Promise.allSettled([one, other]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
