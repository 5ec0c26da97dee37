import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { together } from '../together.ts';

const ItemKey = z.object({ pk: z.string(), sk: z.string() });
type ItemKey = z.infer<typeof ItemKey>;
type Item = Readonly<Record<string, unknown>>;

/** DynamoDB takes at most this many keys in one call. */
const keysAtOnce = 100;

/**
 * Reads single items as they are now (consistent reads); undefined when there is none. What is asked for in the same
 * turn goes in one call: the rows of a batch of messages, and what all of them need to know.
 */
export function itemReader(client: DynamoDBDocumentClient, TableName: string) {
  const readOne = async (Key: ItemKey): Promise<Item | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item;
  };

  const readSome = async (Keys: ItemKey[]): Promise<ReadonlyMap<string, Item | undefined>> => {
    const items = new Map<string, Item | undefined>();
    const [only] = Keys;
    if (only && Keys.length === 1) return items.set(nameOf(only), await readOne(only));
    const { Responses = {}, UnprocessedKeys = {} } = await client.send(
      new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
    );
    for (const item of Responses[TableName] ?? []) items.set(nameOf(ItemKey.parse(item)), item);
    // A throttled table leaves some out; asked for by themselves, the SDK pauses between its tries.
    for (const left of UnprocessedKeys[TableName]?.Keys ?? []) {
      const key = ItemKey.parse(left);
      items.set(nameOf(key), await readOne(key));
    }
    return items;
  };

  return together(keysAtOnce, async (keys: readonly ItemKey[]) => {
    const distinct = new Map(keys.map((key) => [nameOf(key), key]));
    const items = await readSome([...distinct.values()]);
    return (key) => items.get(nameOf(key));
  });
}

const nameOf = ({ pk, sk }: ItemKey) => JSON.stringify([pk, sk]);
