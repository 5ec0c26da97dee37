import { join } from 'node:path';
import {
  type AttributeValue,
  PutItemCommand,
  type PutItemCommandInput,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { Level } from 'level';
import { expect, test } from 'vitest';
import { type LocalAws, startAws, tableName } from '../../local/aws.ts';
import { temporaryFolder } from './temporary.ts';

type Item = NonNullable<PutItemCommandInput['Item']>;

const row = (updatedAt: string, pendingSince?: string): Item => ({
  pk: { S: 'document#a' },
  sk: { S: 'document' },
  ledger: { S: 'upload' },
  ledgerOrder: { S: updatedAt },
  ...(pendingSince && { pending: { S: 'pending' }, pendingSince: { S: pendingSince } }),
});

const neighbour: Item = {
  pk: { S: 'document#b' },
  sk: { S: 'document' },
  ledger: { S: 'upload' },
  ledgerOrder: { S: '2' },
};

async function put(aws: LocalAws, Item: Item): Promise<void> {
  await aws.dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
}

async function scan(aws: LocalAws, IndexName?: string): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  const input = { TableName: tableName, ...(IndexName && { IndexName }) };
  for await (const { Items = [] } of paginateScan({ client: aws.dynamodb }, input)) items.push(...Items);
  return items;
}

/** The catalogue as a kill leaves it between the two writes that make `next` of `before`: entries first, item after. */
async function killedBetween(folder: string, before: Item | undefined, next: Item): Promise<void> {
  const first = await startAws({ folder, generation: 1, repair: false });
  await put(first, neighbour);
  if (before) await put(first, before);
  await first.stop();
  const items = await contents(folder, (key) => key.startsWith('item-'));
  const second = await startAws({ folder, generation: 2, repair: false });
  await put(second, next);
  await second.stop();
  const store = new Level(join(folder, 'catalogue'));
  for await (const key of store.keys()) if (key.startsWith('item-')) await store.del(key);
  for (const [key, value] of items) await store.put(key, value);
  await store.close();
}

async function contents(folder: string, wanted: (key: string) => boolean): Promise<Map<string, string>> {
  const store = new Level(join(folder, 'catalogue'));
  const found = new Map<string, string>();
  for await (const [key, value] of store.iterator()) if (wanted(key)) found.set(key, value);
  await store.close();
  return found;
}

test.each([
  { what: 'a first version', before: undefined, next: row('1', '1') },
  { what: 'a next version', before: row('1', '1'), next: row('3', '3') },
  { what: 'the end of what was pending', before: row('1', '1'), next: row('3') },
])('$what that was never written leaves no trace in an index', async ({ before, next }) => {
  const folder = temporaryFolder();
  await killedBetween(folder, before, next);

  const aws = await startAws({ folder, generation: 3, repair: true });
  const isIn = (index: 'pending' | 'ledger') => (item: Item) => item[index] !== undefined;
  const items = [neighbour, ...(before ? [before] : [])];
  expect(await scan(aws)).toEqual(expect.arrayContaining(items));
  expect(await scan(aws)).toHaveLength(items.length);
  for (const index of ['pending', 'ledger'] as const) {
    const entries = await scan(aws, index);
    expect(entries).toHaveLength(items.filter(isIn(index)).length);
    expect(entries).toEqual(expect.arrayContaining(items.filter(isIn(index))));
  }
  await aws.stop();
});

test('without the repair such a trace would stay', async () => {
  const folder = temporaryFolder();
  await killedBetween(folder, undefined, row('1', '1'));
  const aws = await startAws({ folder, generation: 3, repair: false });
  expect(await scan(aws, 'pending')).toHaveLength(1);
  await aws.stop();
});
