/**
 * dynalite 4.0.0 changes an item's index entries first and the item after, not in one step as DynamoDB does. A kill in
 * between leaves an entry of an item that was never written, or an item without its entry; this sets both right.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { catalogueTable } from '../shared/catalogue-table.ts';

type Item = Record<string, AttributeValue>;

/** To be run while nothing else uses the table; a kill half-way leaves it no worse, and the next start repairs again. */
export async function repairIndexes(dynamodb: DynamoDBClient, table: string): Promise<void> {
  const items = new Map<string, Item>();
  for await (const item of scan()) items.set(nameOf(item), item);

  for (const { name, partitionKey, sortKey } of catalogueTable.indexes) {
    const entries = new Map<string, Item[]>();
    for await (const entry of scan(name)) {
      const key = nameOf(entry);
      entries.set(key, [...(entries.get(key) ?? []), entry]);
    }
    for (const [key, found] of entries) {
      const item = items.get(key);
      for (const entry of found) if (!isDeepStrictEqual(entry, item)) await forget(entry, item);
    }
    for (const [key, item] of items) {
      const isIndexed = item[partitionKey] !== undefined && item[sortKey] !== undefined;
      if (isIndexed && !entries.get(key)?.some((entry) => isDeepStrictEqual(entry, item))) await put(item);
    }
  }

  /** dynalite takes the entries away that belong to the item it replaces, so the item becomes the entry for a moment. */
  async function forget(entry: Item, item: Item | undefined) {
    await put(entry);
    if (item) await put(item);
    else await dynamodb.send(new DeleteItemCommand({ TableName: table, Key: keyOf(entry) }));
  }

  async function put(item: Item) {
    await dynamodb.send(new PutItemCommand({ TableName: table, Item: item }));
  }

  async function* scan(index?: string) {
    const pages = paginateScan(
      { client: dynamodb },
      { TableName: table, ...(index && { IndexName: index }) },
    );
    for await (const { Items = [] } of pages) yield* Items;
  }
}

function keyOf(item: Item): Item {
  const { partitionKey, sortKey } = catalogueTable;
  const [partition, sort] = [item[partitionKey], item[sortKey]];
  if (!partition || !sort) throw new Error('The catalogue holds an item without its key');
  return { [partitionKey]: partition, [sortKey]: sort };
}

function nameOf(item: Item): string {
  return JSON.stringify(keyOf(item));
}
