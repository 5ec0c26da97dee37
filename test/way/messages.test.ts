/** No more messages about changes than rows that are pending and messages that are in hand, however slow the engine is. */

import {
  DeleteMessageCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import { indexChange } from '../../functions/index-documents/index-document.ts';
import { sweepPending } from '../../functions/sweep-pending/sweep-pending.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { documentId } from '../../shared/document.ts';
import { ChangeMessage } from '../../shared/work-queues.ts';
import { smallWay } from './small-way.ts';

const way = smallWay();
const { newKey, put, ingest, correct, row } = way;

const url = () => way.aws.queueUrls.changes;
afterEach(() => way.aws.sqs.send(new PurgeQueueCommand({ QueueUrl: url() })));

const pendingRows = async () => {
  const rows: DocumentRow[] = [];
  for await (const one of way.aws.catalogue.pending()) rows.push(one);
  return rows;
};

async function receive(): Promise<readonly Message[]> {
  const { Messages = [] } = await way.aws.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url(), MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
  );
  return Messages;
}

async function workOff({ Body = '', ReceiptHandle }: Message): Promise<void> {
  await indexChange(ChangeMessage.parse(JSON.parse(Body)), way.indexing());
  await way.aws.sqs.send(new DeleteMessageCommand({ QueueUrl: url(), ReceiptHandle }));
}

async function workAll(): Promise<number> {
  let worked = 0;
  for (let some = await receive(); some.length > 0; some = await receive()) {
    await Promise.all(some.map(workOff));
    worked += some.length;
  }
  return worked;
}

const sweep = (minutes: number) =>
  sweepPending({
    catalogue: way.aws.catalogue,
    changes: way.aws.changes,
    finishMove: async () => {},
    now: () => new Date(Date.now() + minutes * 60_000),
  });

const messages = async () => {
  const { waiting, inHand } = await way.aws.changes.depth();
  return { waiting, inHand, all: waiting + inHand };
};

test('hundreds of changes while the engine is slow', async () => {
  const keys = Array.from({ length: 40 }, () => newKey());
  for (const key of keys) {
    await put(key, key);
    await ingest(key);
  }
  await workAll();
  const held = Promise.withResolvers<void>();
  way.collections.beforeAnything = () => held.promise;
  const expectNoMore = async () => {
    const { inHand, all } = await messages();
    expect(all).toBeLessThanOrEqual((await pendingRows()).length + inHand);
  };
  const hot = keys.slice(0, 4);
  let inHand: Promise<void>[] = [];
  for (let round = 0; round < 40; round++) {
    await correct(hot[round % 4] ?? '', { title: `Titel ${round}` });
    await correct(keys[round] ?? '', { title: `Andere titel ${round}` });
    if (round % 10 === 3) inHand = [...inHand, ...(await receive()).map(workOff)];
    // A file that is put again, and an event that comes twice.
    await put(hot[round % 4] ?? '', `${round}`);
    await ingest(hot[round % 4] ?? '');
    await ingest(hot[round % 4] ?? '');
    if (round % 8 === 0) await sweep(round);
    await expectNoMore();
  }
  held.resolve();
  await Promise.all(inHand);
  await workAll();
  expect(await pendingRows()).toEqual([]);
  for (const key of hot) {
    expect(way.collections.shown.public.get(documentId(key))?.revision).toBe((await row(key)).revision);
  }
});

test('a message that was dropped is sent again, and those that still wait are not', async () => {
  const keys = Array.from({ length: 15 }, () => newKey());
  for (const key of keys) {
    await put(key, key);
    await ingest(key);
  }
  expect((await messages()).waiting).toBe(15);
  // Every pause has passed, and no message is missing.
  expect((await sweep(90)).due).toBe(0);
  expect((await messages()).waiting).toBe(15);
  const dropped = await receive();
  for (const { ReceiptHandle } of dropped) {
    await way.aws.sqs.send(new DeleteMessageCommand({ QueueUrl: url(), ReceiptHandle }));
  }
  const { due } = await sweep(90);
  expect(due).toBe(dropped.length);
  expect((await messages()).waiting).toBe(15);
  // Those that were sent were those that had waited longest, whose messages may not be those that were lost.
  for (let later = 180; (await pendingRows()).length > 0; later += 90) {
    await workAll();
    await sweep(later);
    expect(later).toBeLessThan(1_000);
  }
});

test('a change that comes just after its row was applied has a message of its own', async () => {
  const key = newKey();
  await put(key, key);
  await ingest(key);
  const [message] = await receive();
  if (!message) expect.fail('no message');
  const { catalogue } = way.aws;
  const put2 = catalogue.write.bind(catalogue);
  catalogue.write = async (next, read) => {
    // The worker ends between the look of whoever changes it and the write.
    catalogue.write = put2;
    await workOff(message);
    return put2(next, read);
  };
  await correct(key, { title: 'Net erna' });
  expect((await messages()).waiting).toBe(1);
  await workAll();
  expect(way.collections.shown.public.get(documentId(key))?.title).toBe('Net erna');
});

test('what every collection shows already is not written again, unless it was lost', async () => {
  const key = newKey();
  const id = await way.searchable(key);
  const writes = way.collections.log.length;
  await indexChange({ id }, way.indexing());
  expect(way.collections.log).toHaveLength(writes);
  await indexChange({ id, repair: true }, way.indexing());
  expect(way.collections.log.length).toBeGreaterThan(writes);
});

test('what a move writes at its end has a message, also where its upload was looked at before', async () => {
  const key = newKey('internal');
  await way.searchable(key);
  await workAll();
  await correct(key, { visibility: 'public' });
  const target = key.replace('internal/', 'public/');
  await ingest(target);
  await ingest(key);
  await workAll();
  expect(await row(target)).toMatchObject({ state: 'searchable', movedFrom: { done: true } });
  expect(await pendingRows()).toEqual([]);
});
