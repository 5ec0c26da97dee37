/** The table of withdrawals, as those who write the catalogue use it. */
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { CollectionName } from '../visibility.ts';
import { Withdrawal } from '../withdrawal.ts';
import type { DocumentRow } from './row.ts';

export class Withdrawals {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    this.#table = table;
  }

  /**
   * Records that the document has left the public collection, where the row says so and the collection may hold it still.
   * One of a higher revision stays. Safe to repeat.
   */
  async record(row: DocumentRow): Promise<void> {
    const withdrawal = withdrawalOf(row);
    if (!withdrawal) return;
    await this.#unlessOvertaken(
      new PutCommand({
        TableName: this.#table,
        Item: withdrawal,
        ConditionExpression: 'attribute_not_exists(id) OR revision < :revision',
        ExpressionAttributeValues: { ':revision': withdrawal.revision },
      }),
    );
  }

  /** Takes it away unless it is of a higher revision than this. */
  async clear(id: string, revision: number): Promise<void> {
    await this.#unlessOvertaken(
      new DeleteCommand({
        TableName: this.#table,
        Key: { id },
        ConditionExpression: 'attribute_not_exists(id) OR revision <= :revision',
        ExpressionAttributeValues: { ':revision': revision },
      }),
    );
  }

  /** All of them, in no order (consistent reads). */
  async *all(): AsyncGenerator<Withdrawal> {
    const pages = paginateScan({ client: this.#client }, { TableName: this.#table, ConsistentRead: true });
    for await (const { Items = [] } of pages) for (const item of Items) yield Withdrawal.parse(item);
  }

  async #unlessOvertaken(command: PutCommand | DeleteCommand): Promise<void> {
    try {
      if (command instanceof PutCommand) await this.#client.send(command);
      else await this.#client.send(command);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

/**
 * That the row's document has left the public collection; undefined while it has a place there, never had one, or when
 * every collection shows already what the row says.
 */
export function withdrawalOf(row: DocumentRow): Withdrawal | undefined {
  if (row.pendingSince === undefined || !row.wasPublic || isPublic(row)) return undefined;
  const { id, revision } = row;
  return { id, revision, at: new Date().toISOString(), ...absence(row, 'public') };
}

/** Whether the public collection has to hold the row's document. */
export function isPublic({ document, visibility }: DocumentRow): boolean {
  return document !== null && visibility === 'public';
}

/** What is told of a document that has no place in the collection. */
export function absence(row: DocumentRow, collection: CollectionName): Pick<Withdrawal, 'gone' | 'movedTo'> {
  const wasThere = row.wasPublic || collection === 'archive';
  const gone = row.state === 'removed' && row.document === null && wasThere;
  return { gone, ...(gone && row.renamedTo && { movedTo: row.renamedTo }) };
}
