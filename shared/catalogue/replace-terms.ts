import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { forEachOf } from '../limiter.ts';
import { Term } from '../vocabulary.ts';

/** Writes at a time. */
const concurrency = 10;

export type ReplaceTerms = (change: {
  readonly put: readonly Term[];
  readonly remove: readonly Term[];
}) => Promise<void>;

/** Makes these terms of the vocabulary as given and takes others away, and has every worker read it anew. */
export function replaceTermsOf(client: DynamoDBClient, table: string): ReplaceTerms {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const keyOf = ({ type, slug }: Term) => ({ pk: 'vocabulary', sk: `${type}#${slug}` });
  return async ({ put, remove }) => {
    await forEachOf(put, concurrency, async (term) => {
      await documents.send(
        new PutCommand({ TableName: table, Item: { ...keyOf(term), ...Term.parse(term) } }),
      );
    });
    await forEachOf(remove, concurrency, async (term) => {
      await documents.send(new DeleteCommand({ TableName: table, Key: keyOf(term) }));
    });
    // Also when nothing is left to change, for an earlier try may have ended before this.
    await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { pk: 'vocabulary-version', sk: 'version' },
        UpdateExpression: 'ADD version :one',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
  };
}
