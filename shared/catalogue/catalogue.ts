/**
 * DynamoDB: what is known of every document and of the vocabulary. Only this file, and `jobs.ts` for its own, knows how
 * items are laid out.
 */
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { canaryKey } from '../canary-key.ts';
import { InvalidInputError, RevisionConflictError } from '../errors.ts';
import { Term } from '../vocabulary.ts';
import { itemReader } from './read-items.ts';
import { DocumentRow, type Failure, nextRevision, stateBeforeShown, withHistory } from './row.ts';

const keyOf = (id: string) => ({ pk: `document#${id}`, sk: 'document' });
const vocabularyKey = { pk: 'vocabulary' };
const vocabularyVersionKey = { pk: 'vocabulary-version', sk: 'version' };

/** Another writer being first this often in a row is no longer chance. */
const attempts = 5;

/** A page of the ledger, newest first; `cursor` asks for the next one. */
export interface LedgerPage {
  readonly rows: readonly DocumentRow[];
  readonly cursor: string | null;
}

/** A page of all rows; `next` asks for the one after it. */
export interface RowsPage {
  readonly rows: readonly DocumentRow[];
  readonly next: string | null;
}

/** A removed document's row, as it was when it was looked at. */
export type Tombstone = Pick<DocumentRow, 'id' | 'revision'>;

/** The keys of the item after which a page begins, in the table and in the ledger's index. */
const TableKey = z.strictObject({ pk: z.string().min(1), sk: z.string().min(1) });
const LedgerKey = z.strictObject({
  ...TableKey.shape,
  ledger: z.literal('upload'),
  ledgerOrder: z.string().min(1),
});

const toCursor = (lastKey: Record<string, unknown>) =>
  Buffer.from(JSON.stringify(lastKey)).toString('base64url');

/** Throws InvalidInputError for what no page gave: a cursor goes through the hands of whoever asks. */
function fromCursor<Key>(cursor: string, schema: z.ZodType<Key>): Key {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    throw new InvalidInputError({
      nl: 'Deze cursor hoort bij geen bladzijde. Gebruik die van de vorige bladzijde, of begin vooraan.',
      en: 'This cursor belongs to no page. Use the one of the page before, or begin at the first.',
    });
  }
}

/** Asks `page` for what comes after this row. */
export function cursorAfter({ id }: Pick<DocumentRow, 'id'>): string {
  return toCursor(keyOf(id));
}

export class Catalogue {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #read: ReturnType<typeof itemReader>;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    this.#table = table;
    this.#read = itemReader(this.#client, table);
  }

  /** The row as it is now (a consistent read), or undefined when there never was one or its tombstone was swept. */
  async get(id: string): Promise<DocumentRow | undefined> {
    const item = await this.#read(keyOf(id));
    return item && DocumentRow.parse(item);
  }

  /**
   * Writes the row on condition that its revision is still that of `read`, the row that the change was made from
   * (undefined: that there is none). What was sent again was the row before, so the sweep counts anew. Throws
   * RevisionConflictError when another writer was first.
   */
  async write(row: DocumentRow, read: DocumentRow | undefined): Promise<void> {
    const unchanged = read
      ? { ConditionExpression: 'revision = :read', ExpressionAttributeValues: { ':read': read.revision } }
      : { ConditionExpression: 'attribute_not_exists(pk)' };
    await this.#conditional(
      new PutCommand({
        TableName: this.#table,
        Item: {
          ...keyOf(row.id),
          ...DocumentRow.parse(row),
          resent: undefined,
          // Without it the index that staff's list is read from does not know the row.
          ...(row.key !== canaryKey && { ledger: 'upload' }),
          ledgerOrder: `${row.updatedAt}#${row.id}`,
          ...(row.pendingSince && { pending: 'pending' }),
        },
        ...unchanged,
      }),
    );
  }

  /**
   * Notes that every collection shows what this row says. Throws RevisionConflictError when the row has moved on:
   * then something else than this is to be shown. What a move still has to do stays pending.
   */
  async markApplied(row: DocumentRow, at: Date): Promise<void> {
    const shown = row.state === 'kept' || row.state === 'searchable';
    const state = shown ? ('searchable' as const) : row.state;
    const { pendingSince, failure, movedFrom } = row;
    const ms = pendingSince ? Math.max(0, at.getTime() - Date.parse(pendingSince)) : undefined;
    const step = { at: at.toISOString(), what: state, ...(ms !== undefined && { ms }) };
    const movePending = movedFrom !== null && !movedFrom.done;
    // Of a version of the upload that is not the one that was read, and so is not what is shown.
    const failureStands =
      failure?.step === 'ingest-document' && failure.etag !== null && failure.etag !== row.upload?.etag;
    // A second message about a row is no news of it, and must not drive older steps out of its history.
    const isNews = pendingSince !== undefined || state !== row.state;
    const set = isNews ? ', history = :history, updatedAt = :at, ledgerOrder = :order' : '';
    const remove = `pending, pendingSince, resent${failureStands ? '' : ', failure'}`;
    await this.#conditional(
      new UpdateCommand({
        TableName: this.#table,
        Key: keyOf(row.id),
        UpdateExpression: `SET #state = :state${set}${movePending ? '' : ` REMOVE ${remove}`}`,
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':state': state,
          ':revision': row.revision,
          ...(isNews && {
            ':history': withHistory(row, step),
            ':at': at.toISOString(),
            ':order': `${at.toISOString()}#${row.id}`,
          }),
        },
      }),
    );
  }

  /** Notes that nothing is left of the upload that this one was moved from. */
  async markMoved(id: string, source: string): Promise<void> {
    await this.#endMove(id, source, ({ movedFrom, corrections }) => ({
      movedFrom: movedFrom && { ...movedFrom, corrections: undefined, done: true },
      corrections,
    }));
  }

  /**
   * Notes that nothing was moved here and nothing will be. Staff's corrections of the source are not about what others
   * put here, but what was hidden stays so.
   */
  async markNotMoved(id: string, source: string): Promise<void> {
    await this.#endMove(id, source, ({ corrections: { visibility } }) => ({
      movedFrom: null,
      corrections: visibility ? { visibility } : {},
    }));
  }

  /** Moves the revision, so that nobody writes back that the move is under way; once is enough. */
  async #endMove(
    id: string,
    source: string,
    change: (row: DocumentRow) => Pick<DocumentRow, 'movedFrom' | 'corrections'>,
  ): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const row = await this.get(id);
      if (!row?.movedFrom || row.movedFrom.done || row.movedFrom.key !== source) return;
      const { movedFrom, corrections } = change(row);
      try {
        return await this.#conditional(
          new UpdateCommand({
            TableName: this.#table,
            Key: keyOf(id),
            UpdateExpression:
              'SET movedFrom = :movedFrom, corrections = :corrections, revision = :next, #is = :is, pending = :pending, pendingSince = :since',
            ConditionExpression: 'revision = :revision',
            ExpressionAttributeNames: { '#is': 'state' },
            ExpressionAttributeValues: {
              ':movedFrom': movedFrom,
              ':corrections': corrections,
              ':next': nextRevision(row),
              ':is': stateBeforeShown(row),
              ':pending': 'pending',
              ':since': row.pendingSince ?? row.updatedAt,
              ':revision': row.revision,
            },
          }),
        );
      } catch (error) {
        if (!(error instanceof RevisionConflictError) || attempt === attempts) throw error;
      }
    }
  }

  /**
   * Notes that a message about the row is under way again, sent so many times by the sweep. Keeps the revision, for what
   * is to be shown did not change.
   */
  async markResent({ id, revision }: DocumentRow, times: number, at: Date): Promise<void> {
    await this.#conditional(
      new UpdateCommand({
        TableName: this.#table,
        Key: keyOf(id),
        UpdateExpression: 'SET resent = :resent',
        ConditionExpression: 'revision = :revision AND attribute_exists(pendingSince)',
        ExpressionAttributeValues: {
          ':resent': { times, at: at.toISOString() },
          ':revision': revision,
        },
      }),
    );
  }

  /** Notes that a message about this row failed as often as its queue allows; what is pending stays so. */
  async markFailed(row: DocumentRow, failure: Failure): Promise<void> {
    const { at, why } = failure;
    await this.#conditional(
      new UpdateCommand({
        TableName: this.#table,
        Key: keyOf(row.id),
        UpdateExpression: 'SET failure = :failure, history = :history, updatedAt = :at, ledgerOrder = :order',
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: {
          ':failure': failure,
          ':history': withHistory(row, { at, what: 'failed', why }),
          ':at': at,
          ':order': `${at}#${row.id}`,
          ':revision': row.revision,
        },
      }),
    );
  }

  /** Takes a tombstone away. Throws RevisionConflictError when the row is another by now, or still to be shown. */
  async forget(tombstone: Tombstone): Promise<void> {
    await this.#conditional(
      new DeleteCommand({
        TableName: this.#table,
        Key: keyOf(tombstone.id),
        ConditionExpression:
          'revision = :revision AND #state = :removed AND attribute_not_exists(pendingSince)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':revision': tombstone.revision, ':removed': 'removed' },
      }),
    );
  }

  /** Rows of which the engine does not yet show what they say, the longest waiting first. */
  async *pending(): AsyncGenerator<DocumentRow> {
    yield* this.#rows((from) =>
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: 'pending',
          KeyConditionExpression: 'pending = :pending',
          ExpressionAttributeValues: { ':pending': 'pending' },
          ...from,
        }),
      ),
    );
  }

  /** Every row, tombstones included, in no order, with no more of them in memory than a page. */
  async *all(): AsyncGenerator<DocumentRow> {
    let after: string | null = null;
    do {
      const page: RowsPage = await this.page({ after });
      yield* page.rows;
      after = page.next;
    } while (after !== null);
  }

  /** Some of all rows, and where to go on: the walk can be taken up by another process. At most `limit` when given. */
  async page({ after, limit }: { after: string | null; limit?: number }): Promise<RowsPage> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new ScanCommand({
        TableName: this.#table,
        FilterExpression: 'sk = :document',
        ExpressionAttributeValues: { ':document': 'document' },
        ConsistentRead: true,
        Limit: limit,
        ...(after !== null && { ExclusiveStartKey: fromCursor(after, TableKey) }),
      }),
    );
    return {
      rows: Items.map((item) => DocumentRow.parse(item)),
      next: LastEvaluatedKey ? toCursor(LastEvaluatedKey) : null,
    };
  }

  /** How many rows have a document, which is what the archive collection should hold. */
  async countDocuments(): Promise<number> {
    let count = 0;
    let from: Record<string, unknown> | undefined;
    do {
      const { Count = 0, LastEvaluatedKey } = await this.#client.send(
        new ScanCommand({
          TableName: this.#table,
          FilterExpression: 'sk = :document AND attribute_type(document, :map)',
          ExpressionAttributeValues: { ':document': 'document', ':map': 'M' },
          Select: 'COUNT',
          ConsistentRead: true,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      count += Count;
      from = LastEvaluatedKey;
    } while (from);
    return count;
  }

  /** A page of what became of the uploads, the last changed first. */
  async ledger({ limit, cursor }: { limit: number; cursor: string | null }): Promise<LedgerPage> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: 'ledger',
        KeyConditionExpression: 'ledger = :upload',
        ExpressionAttributeValues: { ':upload': 'upload' },
        ScanIndexForward: false,
        Limit: limit,
        ...(cursor && { ExclusiveStartKey: fromCursor(cursor, LedgerKey) }),
      }),
    );
    return {
      rows: Items.map((item) => DocumentRow.parse(item)),
      cursor: LastEvaluatedKey ? toCursor(LastEvaluatedKey) : null,
    };
  }

  /** Grows with every change of the vocabulary; 0 before the first. */
  async vocabularyVersion(): Promise<number> {
    const item = await this.#read(vocabularyVersionKey);
    return item ? z.object({ version: z.int() }).parse(item).version : 0;
  }

  /** The whole vocabulary, in no order. */
  async terms(): Promise<readonly Term[]> {
    const terms: Term[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :vocabulary',
          ExpressionAttributeValues: { ':vocabulary': vocabularyKey.pk },
          ConsistentRead: true,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      for (const item of Items) terms.push(Term.parse(item));
      from = LastEvaluatedKey;
    } while (from);
    return terms;
  }

  /** Adds the terms that are not there yet and leaves the others as staff made them; says how many it added. */
  async addTerms(terms: readonly Term[]): Promise<number> {
    const present = new Set((await this.terms()).map((term) => `${term.type}#${term.slug}`));
    const missing = terms.filter((term) => !present.has(`${term.type}#${term.slug}`));
    for (const term of missing) {
      await this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...vocabularyKey, sk: `${term.type}#${term.slug}`, ...Term.parse(term) },
        }),
      );
    }
    if (missing.length > 0) {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: vocabularyVersionKey,
          UpdateExpression: 'ADD version :one',
          ExpressionAttributeValues: { ':one': 1 },
        }),
      );
    }
    return missing.length;
  }

  async *#rows(
    page: (from: { ExclusiveStartKey?: Record<string, unknown> }) => Promise<{
      Items?: Record<string, unknown>[] | undefined;
      LastEvaluatedKey?: Record<string, unknown> | undefined;
    }>,
  ): AsyncGenerator<DocumentRow> {
    let last: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await page(last ? { ExclusiveStartKey: last } : {});
      for (const item of Items) yield DocumentRow.parse(item);
      last = LastEvaluatedKey;
    } while (last);
  }

  async #conditional(command: PutCommand | UpdateCommand | DeleteCommand): Promise<void> {
    try {
      if (command instanceof PutCommand) await this.#client.send(command);
      else if (command instanceof UpdateCommand) await this.#client.send(command);
      else await this.#client.send(command);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        throw new RevisionConflictError('The row changed since it was read', { cause: error });
      }
      throw error;
    }
  }
}
