/** What becomes of messages that fail, through the real SDK and the code that stands behind both queues. */
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { giveUpIndexing } from '../../functions/index-documents/give-up-indexing.ts';
import { indexChange } from '../../functions/index-documents/index-document.ts';
import { postponeIndexing } from '../../functions/index-documents/postpone-indexing.ts';
import { consumeQueue } from '../../functions/middleware/consume-queue.ts';
import { redrive } from '../../functions/staff-api/redrive.ts';
import { sweepPending } from '../../functions/sweep-pending/sweep-pending.ts';
import { queueArn } from '../../local/aws.ts';
import { awsCredentials, awsRegion } from '../../local/aws-identity.ts';
import { pollQueue } from '../../local/queue-poller.ts';
import { deadLettersOf } from '../../shared/dead-letters.ts';
import { documentId } from '../../shared/document.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { ChangeMessage } from '../../shared/work-queues.ts';
import { now, smallWay } from './small-way.ts';

const way = smallWay();
const { newKey, put, ingest, row } = way;

let environment: NodeJS.ProcessEnv;
beforeAll(() => {
  environment = { ...process.env };
  // A function's own clients know no option but what the environment says.
  Object.assign(process.env, {
    AWS_REGION: awsRegion,
    AWS_ACCESS_KEY_ID: awsCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: awsCredentials.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: way.aws.endpoints.sqs,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
});
afterAll(() => {
  process.env = environment;
});

/** index-documents as it is deployed, on the test's collections; `spoil` makes single documents fail. */
function indexDocuments(spoil: (id: string) => void = () => {}) {
  return consumeQueue({
    name: 'index-documents',
    queueUrl: way.aws.queueUrls.changes,
    message: ChangeMessage,
    handle: async (message) => {
      spoil(message.id);
      await indexChange(message, way.indexing());
      return undefined;
    },
    onPostponed: ({ id }) => postponeIndexing(id, way.indexing()),
    onGivenUp: ({ id }, error) => giveUpIndexing(id, error, way.indexing()),
  });
}

type Handler = ReturnType<typeof indexDocuments>;
const context = z.custom<Context>().parse({ awsRequestId: 'test', functionName: 'test' });

/** Works the queue off as Lambda does. */
function worksOff(handler: Handler) {
  const poller = pollQueue({
    sqs: way.aws.sqs,
    queueUrl: way.aws.queueUrls.changes,
    queueArn: queueArn('changes'),
    invoke: (event) => handler(event as SQSEvent, context),
    onError: (error) => expect.fail(error.message),
  });
  onTestFinished(() => poller.stop());
}

/** Hands messages to the function as if they were received for the `count`th time. */
const received = (count: number, ...ids: string[]): SQSEvent => ({
  Records: ids.map((id) => ({
    messageId: id,
    receiptHandle: 'unknown',
    body: JSON.stringify({ id }),
    attributes: {
      ApproximateReceiveCount: String(count),
      SentTimestamp: '',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn('changes'),
    awsRegion,
  })),
});

async function waiting(url: string): Promise<number> {
  const { Attributes = {} } = await way.aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  const { ApproximateNumberOfMessages: ready, ApproximateNumberOfMessagesDelayed: delayed } = Attributes;
  return Number(ready ?? 0) + Number(delayed ?? 0);
}

async function kept(text = 'tekst') {
  const key = newKey();
  await put(key, text);
  await ingest(key);
  return { key, id: documentId(key) };
}

/** A message that was received by who stopped is not there for half an hour; the one that was sent anew waits 20 s. */
const searchable = (key: string) =>
  expect.poll(async () => (await row(key)).state, { timeout: 50_000 }).toBe('searchable');

describe('A message that fails', () => {
  beforeEach(() => {
    vi.restoreAllMocks();
  });

  test('harms none of its neighbours: nine are searchable, and the tenth goes back', async () => {
    const documents = await Promise.all(Array.from({ length: 10 }, () => kept()));
    const poison = documents[4]?.id;
    worksOff(
      indexDocuments((id) => {
        if (id === poison) throw new TypeError('poison');
      }),
    );
    for (const { key, id } of documents) if (id !== poison) await searchable(key);
  });

  test('goes back with a pause that grows, and at its last try the ledger says why', async () => {
    const { key, id } = await kept();
    const send = vi.spyOn(SQSClient.prototype, 'send');
    const handler = indexDocuments(() => {
      throw new TypeError('poison');
    });
    const pauses = async (count: number) => {
      send.mockClear();
      const response = await handler(received(count, id), context);
      expect(response.batchItemFailures).toEqual([{ itemIdentifier: id }]);
      return send.mock.calls.flatMap(([{ input }]) =>
        'VisibilityTimeout' in input && input.VisibilityTimeout !== undefined
          ? [input.VisibilityTimeout]
          : [],
      );
    };
    expect([await pauses(1), await pauses(2), await pauses(3), await pauses(4)].flat()).toEqual([1, 2, 4, 8]);
    expect((await row(key)).failure).toBeUndefined();
    await pauses(5);
    expect(await row(key)).toMatchObject({
      state: 'kept',
      pendingSince: expect.any(String),
      failure: { step: 'index-documents', why: 'TypeError' },
    });
    expect((await row(key)).history.at(-1)).toMatchObject({ what: 'failed', why: 'TypeError' });
    await way.index(key);
    expect(await row(key)).toMatchObject({ state: 'searchable' });
    expect((await row(key)).failure).toBeUndefined();
  });

  test('is moved back from the dead letters once, and works after a repair', async () => {
    const { key, id } = await kept();
    const { queueUrls, deadLetterUrls, sqs } = way.aws;
    for (const body of [{ id }, { id: documentId('public/weg.txt') }]) {
      await sqs.send(
        new SendMessageCommand({ QueueUrl: deadLetterUrls.changes, MessageBody: JSON.stringify(body) }),
      );
    }
    const deadLetters = deadLettersOf(sqs, {
      UPLOADS_QUEUE_URL: queueUrls.uploads,
      CHANGES_QUEUE_URL: queueUrls.changes,
      UPLOADS_DEAD_LETTERS_URL: deadLetterUrls.uploads,
      CHANGES_DEAD_LETTERS_URL: deadLetterUrls.changes,
    });
    const again = () => redrive({ ...way.aws, deadLetters, now });
    expect(await again()).toEqual({ moved: { uploads: 0, changes: 2 }, refused: 0, more: false });
    expect(await waiting(deadLetterUrls.changes)).toBe(0);
    expect((await again()).moved).toEqual({ uploads: 0, changes: 0 });
    worksOff(indexDocuments());
    await searchable(key);
  });
});

describe('While the engine is away', () => {
  test('ingestion goes on, nothing is given up, and all is searchable once it is back', async () => {
    way.collections.beforeAnything = async () => {
      throw new UnavailableError('The search index');
    };
    const { key, id } = await kept('eerste');
    const before = await waiting(way.aws.queueUrls.changes);
    const response = await indexDocuments()(received(5, id), context);
    // It is not failed but sent anew, so its tries are not used up.
    expect(response.batchItemFailures).toEqual([]);
    expect(await waiting(way.aws.queueUrls.changes)).toBe(before + 1);
    expect(await row(key)).toMatchObject({ state: 'kept', pendingSince: expect.any(String) });
    expect((await row(key)).failure).toBeUndefined();
    await put(key, 'tweede');
    await ingest(key);
    way.collections.beforeAnything = async () => {};
    worksOff(indexDocuments());
    await searchable(key);
    expect(way.collections.shown.public.get(id)?.title).toBe('tweede');
    expect(await waiting(way.aws.deadLetterUrls.changes)).toBe(0);
  });

  test('the sweep adds no messages to the one that goes round', async () => {
    way.collections.beforeAnything = async () => {
      throw new UnavailableError('The search index');
    };
    const { id, key } = await kept();
    const sent: string[] = [];
    const sweepAfter = (seconds: number) =>
      sweepPending({
        catalogue: way.aws.catalogue,
        changes: {
          depth: async () => ({ waiting: 0, inHand: 0 }),
          send: async (messages) => void sent.push(...messages.map((message) => message.id)),
        },
        finishMove: async () => {},
        now: () => new Date(Date.now() + seconds * 1000),
      });
    await way.aws.catalogue.write(
      { ...(await row(key)), pendingSince: new Date(Date.now() - 3_600_000).toISOString() },
      await row(key),
    );
    await indexDocuments()(received(1, id), context);
    await sweepAfter(50);
    expect(sent).not.toContain(id);
    // Nothing was heard of the message for a minute: it may be lost.
    await sweepAfter(70);
    expect(sent).toContain(id);
  });

  test('a row whose message is lost is sent again for as long as it takes', async () => {
    const { id, key } = await kept();
    const began = Date.parse((await row(key)).pendingSince ?? '');
    const sent: number[] = [];
    for (let minute = 0; minute <= 120; minute++) {
      await sweepPending({
        catalogue: way.aws.catalogue,
        changes: {
          depth: async () => ({ waiting: 0, inHand: 0 }),
          send: async (messages) => {
            if (messages.some((message) => message.id === id)) sent.push(minute);
          },
        },
        finishMove: async () => {},
        now: () => new Date(began + minute * 60_000 + 1),
      });
    }
    expect(sent).toEqual([1, 3, 7, 15, 31, 63, 95]);
  });
});
