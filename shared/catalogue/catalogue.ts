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
import { visibilityOfKey } from '../visibility.ts';
import { StoredTerm, Term } from '../vocabulary.ts';
import type { Withdrawal } from '../withdrawal.ts';
import type { ReadingAttempt } from './attempt.ts';
import { itemReader } from './read-items.ts';
import { retryConflicts } from './retry-conflicts.ts';
import { DocumentRow, type Failure } from './row.ts';
import { applied, failed, needsMessage, resent } from './transitions.ts';
import { Withdrawals } from './withdrawals.ts';

const keyOf = (id: string) => ({ pk: `document#${id}`, sk: 'document' });
/** Bytes in places of one visibility, so that nothing is found across it. */
const contentKey = ({ key, content }: HasContent) => {
  const place = visibilityOfKey(key) ?? 'internal';
  return `content#${place}#${content?.sha256}`;
};
type HasContent = Pick<DocumentRow, 'key' | 'content'>;

/** Rows of equal bytes that are looked at: with thousands of copies, each would cost reading all others. */
const equalAtMost = 100;

const vocabularyKey = { pk: 'vocabulary' };
const vocabularyVersionKey = { pk: 'vocabulary-version', sk: 'version' };

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
export type Tombstone = Pick<DocumentRow, 'id' | 'revision' | 'key' | 'content'>;

/** `sk` is the document's id. */
const ContentItem = z.object({ sk: DocumentRow.shape.id });

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

/** What the table's indexes find the row by; without `ledger` the one that staff's list is read from does not know it. */
function indexedBy({ id, key, updatedAt, pendingSince }: DocumentRow) {
  return {
    ledger: key === canaryKey ? undefined : 'upload',
    ledgerOrder: `${updatedAt}#${id}`,
    pending: pendingSince === undefined ? undefined : 'pending',
  };
}

/** Asks `page` for what comes after this row. */
export function cursorAfter({ id }: Pick<DocumentRow, 'id'>): string {
  return toCursor(keyOf(id));
}

export class Catalogue {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #read: ReturnType<typeof itemReader>;
  readonly #withdrawals: Withdrawals;

  constructor(client: DynamoDBClient, table: string, withdrawals: string) {
    this.#client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    this.#table = table;
    this.#withdrawals = new Withdrawals(client, withdrawals);
    this.#read = itemReader(this.#client, table);
  }

  /** The row as it is now (a consistent read), or undefined when there never was one or its tombstone was swept. */
  async get(id: string): Promise<DocumentRow | undefined> {
    const item = await this.#read(keyOf(id));
    return item && DocumentRow.parse(item);
  }

  /**
   * Reads the row, and writes what `change` makes of it unless it moved meanwhile, else again from a new look. Nothing is
   * written when `change` gives undefined. Returns the row as it then is. Throws RevisionConflictError when other
   * writers are first again and again, and whatever `change` throws.
   */
  async transition(
    id: string,
    change: (row: DocumentRow | undefined) => DocumentRow | undefined,
  ): Promise<DocumentRow | undefined> {
    return retryConflicts(async () => {
      const row = await this.get(id);
      const next = change(row);
      if (next) await this.write(next, row);
      return next ?? row;
    });
  }

  /**
   * A single attempt, for who has read the row already: writes it on condition that its revision is still that of
   * `read`, which the change was made from (undefined: that there is none). Resolves once what has left the public
   * collection is withdrawn, with whether a message has to be sent for the row. Throws RevisionConflictError when another
   * writer was first.
   */
  async write(row: DocumentRow, read: DocumentRow | undefined): Promise<{ readonly needsMessage: boolean }> {
    const isNewContent = row.content?.sha256 !== read?.content?.sha256;
    // Before the row: of two that write rows of equal bytes, the later then finds the other.
    if (row.content && isNewContent) await this.#noteContent(row);
    const unchanged = read
      ? { ConditionExpression: 'revision = :read', ExpressionAttributeValues: { ':read': read.revision } }
      : { ConditionExpression: 'attribute_not_exists(pk)' };
    const { Attributes: replaced } = await orConflict(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...keyOf(row.id), ...DocumentRow.parse(row), ...indexedBy(row) },
          // In its revision too it may have been applied since it was read.
          ReturnValues: 'ALL_OLD',
          ...unchanged,
        }),
      ),
    );
    // After the row: killed in between, nobody was told that it is done, and the row is pending.
    await this.withdraw(row);
    if (read?.content && row.content && isNewContent) await this.#forgetContent(read);
    return { needsMessage: needsMessage(row, replaced && DocumentRow.parse(replaced)) };
  }

  /**
   * Records that the document has left the public collection, where the row says so and the collection may hold it still;
   * for who finds a row that another writer may have been stopped at.
   */
  async withdraw(row: DocumentRow): Promise<void> {
    await this.#withdrawals.record(row);
  }

  /** What is withdrawn, in no order (consistent reads). */
  withdrawals(): AsyncGenerator<Withdrawal> {
    return this.#withdrawals.all();
  }

  /** Nothing older than this revision is held any more. */
  async clearWithdrawal(id: string, revision: number): Promise<void> {
    await this.#withdrawals.clear(id, revision);
  }

  /**
   * Rows that tell of these bytes, now or before they were removed, in places of the same visibility (consistent reads);
   * at most a hundred.
   */
  async withContent(row: HasContent): Promise<readonly DocumentRow[]> {
    if (!row.content) return [];
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :content',
        ExpressionAttributeValues: { ':content': contentKey(row) },
        ConsistentRead: true,
        Limit: equalAtMost,
      }),
    );
    const ids = Items.map((item) => ContentItem.parse(item).sk);
    const rows = await Promise.all(ids.map((id) => this.get(id)));
    // An item only says where to look: a row may have other bytes by now, or is written after it.
    return rows.flatMap((found) => (found && contentKey(found) === contentKey(row) ? [found] : []));
  }

  /** With the revision of the row that it is noted for, so that who had it forgotten for an older one does not. */
  async #noteContent(row: DocumentRow): Promise<void> {
    await this.#unlessOvertaken(
      new PutCommand({
        TableName: this.#table,
        Item: { pk: contentKey(row), sk: row.id, revision: row.revision },
        ConditionExpression: 'attribute_not_exists(pk) OR revision < :revision',
        ExpressionAttributeValues: { ':revision': row.revision },
      }),
    );
  }

  async #forgetContent(row: Tombstone): Promise<void> {
    await this.#unlessOvertaken(
      new DeleteCommand({
        TableName: this.#table,
        Key: { pk: contentKey(row), sk: row.id },
        ConditionExpression: 'attribute_not_exists(pk) OR revision <= :revision',
        ExpressionAttributeValues: { ':revision': row.revision },
      }),
    );
  }

  async #unlessOvertaken(command: PutCommand | DeleteCommand): Promise<void> {
    try {
      await this.#conditional(command);
    } catch (error) {
      if (!(error instanceof RevisionConflictError)) throw error;
    }
  }

  /**
   * Notes that every collection shows what this row says. Throws RevisionConflictError when the row has moved on: then
   * something else than this is to be shown.
   */
  async markApplied(row: DocumentRow, at: Date): Promise<void> {
    const next = applied(row, at);
    const done = next.pendingSince === undefined ? (['pendingSince', 'resent', 'failure'] as const) : [];
    await this.#mark(next, row, ['state', 'history', 'updatedAt', ...done]);
  }

  /**
   * Notes that a message about the row is under way again, sent so many times by the sweep. Throws RevisionConflictError
   * when the row has moved on.
   */
  async markResent(row: DocumentRow, times: number, at: Date): Promise<void> {
    await this.#mark(resent(row, times, at), row, ['resent'], ' AND attribute_exists(pendingSince)');
  }

  /** Notes how reading the upload of this row goes. Throws as `markResent` does. */
  async markAttempt(row: DocumentRow, attempt: ReadingAttempt): Promise<void> {
    await this.#mark({ ...row, attempt }, row, ['attempt']);
  }

  /** Notes that a message about this row failed as often as its queue allows. Throws as `markResent` does. */
  async markFailed(row: DocumentRow, failure: Failure): Promise<void> {
    await this.#mark(failed(row, failure), row, ['failure', 'history', 'updatedAt']);
  }

  /**
   * Writes these fields alone, on condition that the revision is still that of the row that was read: what is to be shown
   * did not change, and other steps of the same revision keep what they wrote.
   */
  async #mark(
    next: DocumentRow,
    read: DocumentRow,
    fields: readonly (keyof DocumentRow)[],
    condition = '',
  ): Promise<void> {
    const changed = fields.filter(
      (field) => field === 'state' || next[field] === undefined || next[field] !== read[field],
    );
    const index = indexedBy(next);
    const values: Record<string, unknown> = Object.fromEntries(changed.map((field) => [field, next[field]]));
    if (changed.includes('updatedAt')) values.ledgerOrder = index.ledgerOrder;
    if (changed.includes('pendingSince')) values.pending = index.pending;
    const names = Object.keys(values);
    const set = names.filter((name) => values[name] !== undefined);
    const remove = names.filter((name) => values[name] === undefined);
    await this.#conditional(
      new UpdateCommand({
        TableName: this.#table,
        Key: keyOf(read.id),
        UpdateExpression: [
          ...(set.length > 0 ? [`SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`] : []),
          ...(remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : []),
        ].join(' '),
        ConditionExpression: `revision = :revision${condition}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(set.map((name) => [`:${name}`, values[name]])),
          ':revision': read.revision,
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
    if (tombstone.content) await this.#forgetContent(tombstone);
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

  /** How many rows are pending. */
  async countPending(): Promise<number> {
    let count = 0;
    let from: Record<string, unknown> | undefined;
    do {
      const { Count = 0, LastEvaluatedKey } = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: 'pending',
          KeyConditionExpression: 'pending = :pending',
          ExpressionAttributeValues: { ':pending': 'pending' },
          Select: 'COUNT',
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      count += Count;
      from = LastEvaluatedKey;
    } while (from);
    return count;
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
      for (const item of Items) terms.push(StoredTerm.parse(item));
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
    if (command instanceof PutCommand) await orConflict(this.#client.send(command));
    else if (command instanceof UpdateCommand) await orConflict(this.#client.send(command));
    else await orConflict(this.#client.send(command));
  }
}

/** Throws RevisionConflictError when the condition did not hold. */
async function orConflict<Output>(sent: Promise<Output>): Promise<Output> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      throw new RevisionConflictError('The row changed since it was read', { cause: error });
    }
    throw error;
  }
}
