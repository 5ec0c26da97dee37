import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { type LocalAws, queueArn, queueNames } from '../../local/aws.ts';
import type { Invoke } from '../../local/functions.ts';
import { pollQueue } from '../../local/queue-poller.ts';
import { startTestAws } from './temporary.ts';

function poll(aws: LocalAws, handle: (event: SQSEvent) => Promise<unknown>, onError = vi.fn()) {
  const invoke: Invoke = (event) => handle(z.custom<SQSEvent>().parse(event));
  const poller = pollQueue({
    sqs: aws.sqs,
    queueUrl: aws.queueUrls.changes,
    queueArn: queueArn(queueNames.changes),
    invoke,
    onError,
  });
  onTestFinished(() => poller.stop());
  return { onError };
}

async function send(aws: LocalAws, ...bodies: string[]): Promise<void> {
  for (const MessageBody of bodies) {
    await aws.sqs.send(new SendMessageCommand({ QueueUrl: aws.queueUrls.changes, MessageBody }));
  }
}

async function left(aws: LocalAws): Promise<number> {
  const { Attributes } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: aws.queueUrls.changes, AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes?.ApproximateNumberOfMessages) +
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible)
  );
}

test('a message reaches the function at once, and is gone when it is done', async () => {
  const aws = await startTestAws();
  const seen: { record: SQSRecord; at: number }[] = [];
  poll(aws, async ({ Records }) => {
    for (const record of Records) seen.push({ record, at: performance.now() });
    return { batchItemFailures: [] };
  });
  const sentAt = performance.now();
  await send(aws, '{"id":"a"}');
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  expect(seen[0]?.at).toBeLessThan(sentAt + 250);
  expect(seen[0]?.record).toMatchObject({
    body: '{"id":"a"}',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:changes',
    attributes: { ApproximateReceiveCount: '1' },
  });
  await vi.waitFor(async () => expect(await left(aws)).toBe(0));
});

test('a hundred messages come in batches of at most ten', async () => {
  const aws = await startTestAws();
  await send(aws, ...Array.from({ length: 100 }, (_, at) => String(at)));
  const batches: number[] = [];
  const bodies = new Set<string>();
  poll(aws, async ({ Records }) => {
    batches.push(Records.length);
    for (const { body } of Records) bodies.add(body);
  });
  await vi.waitFor(() => expect(bodies.size).toBe(100));
  expect(Math.max(...batches)).toBe(10);
  await vi.waitFor(async () => expect(await left(aws)).toBe(0));
});

test('only what the function reports as failed comes back, after the pause that the function set', async () => {
  const aws = await startTestAws();
  await send(aws, 'good', 'bad', 'fine');
  const times = new Map<string, number>();
  poll(aws, async ({ Records }) => {
    for (const { body } of Records) times.set(body, (times.get(body) ?? 0) + 1);
    const failed = Records.filter(({ body }) => body === 'bad' && times.get(body) === 1);
    for (const { receiptHandle } of failed) {
      await aws.sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: aws.queueUrls.changes,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 1,
        }),
      );
    }
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  await vi.waitFor(() => expect(times.get('bad')).toBe(2), 5_000);
  expect(times.get('good')).toBe(1);
  expect(times.get('fine')).toBe(1);
  await vi.waitFor(async () => expect(await left(aws)).toBe(0));
});

test('a batch whose function throws comes back whole and soon', async () => {
  const aws = await startTestAws();
  await send(aws, 'a', 'b');
  const times = new Map<string, number>();
  const { onError } = poll(aws, async ({ Records }) => {
    for (const { body } of Records) times.set(body, (times.get(body) ?? 0) + 1);
    if (Records.some(({ body }) => times.get(body) === 1)) throw new Error('The function fell over');
  });
  await vi.waitFor(() => expect([...times.values()]).toEqual([2, 2]), 10_000);
  expect(onError).toHaveBeenCalled();
  await vi.waitFor(async () => expect(await left(aws)).toBe(0));
});

test('a failure that belongs to no message counts for the whole batch', async () => {
  const aws = await startTestAws();
  await send(aws, 'a');
  let calls = 0;
  poll(aws, async () => ({ batchItemFailures: ++calls === 1 ? [{ itemIdentifier: 'unheard of' }] : [] }));
  await vi.waitFor(() => expect(calls).toBe(2), 10_000);
  await vi.waitFor(async () => expect(await left(aws)).toBe(0));
});
