/**
 * What is withdrawn, as the visitors' function reads it: with one signed request of its own, because the SDK's client would
 * be longer than all of its other code.
 */
import aws4 from 'aws4';
import * as z from 'zod/mini';
import { ConnectionError, httpExchange } from '../../search-index/engines/meilisearch/http-exchange.ts';
import type { Environment } from '../../shared/environment.ts';
import { UnavailableError } from '../../shared/errors.ts';
import type { ListWithdrawals, Withdrawal, WithdrawalsById } from '../../shared/withdrawal.ts';

/** Milliseconds for which a list serves; a removal is seen that much later. */
const freshFor = 500;
/** Milliseconds for which the last list serves while none can be read. */
const servesFor = 2_000;
/** Milliseconds for a page of the list. */
const readWithin = 700;

type AwsEnvironment = Pick<
  Environment,
  | 'AWS_REGION'
  | 'AWS_ACCESS_KEY_ID'
  | 'AWS_SECRET_ACCESS_KEY'
  | 'AWS_SESSION_TOKEN'
  | 'AWS_ENDPOINT_URL_DYNAMODB'
>;

/** Every question within half a second shares one list; a question that finds it older waits for the next one. */
export function withdrawalList(
  read: () => Promise<WithdrawalsById>,
  now: () => number = Date.now,
): ListWithdrawals {
  let last: { readonly at: number; readonly list: WithdrawalsById } | undefined;
  let reading: Promise<WithdrawalsById> | undefined;
  const readAgain = async () => {
    // Counted from before it is read: what is withdrawn meanwhile may not be in it.
    const at = now();
    try {
      last = { at, list: await read() };
      return last.list;
    } catch (error) {
      if (last && now() - last.at <= servesFor) return last.list;
      throw new UnavailableError('The list of what was withdrawn', { cause: error });
    } finally {
      reading = undefined;
    }
  };
  return async () => {
    if (last && now() - last.at < freshFor) return last.list;
    reading ??= readAgain();
    return reading;
  };
}

const Text = z.object({ S: z.string() });
const Item = z.object({
  id: Text,
  revision: z.object({ N: z.coerce.number() }),
  at: Text,
  gone: z.object({ BOOL: z.boolean() }),
  movedTo: z.optional(Text),
});
const Page = z.object({
  Items: z.array(Item),
  LastEvaluatedKey: z.optional(z.record(z.string(), z.unknown())),
});

/** Reads the whole table, consistently. */
export function readWithdrawals(table: string, environment: AwsEnvironment): () => Promise<WithdrawalsById> {
  const { exchange } = httpExchange();
  const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID: accessKeyId = '' } = environment;
  const { AWS_SECRET_ACCESS_KEY: secretAccessKey = '', AWS_SESSION_TOKEN: sessionToken } = environment;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  const endpoint = environment.AWS_ENDPOINT_URL_DYNAMODB ?? `https://dynamodb.${region}.amazonaws.com`;
  const url = new URL('/', endpoint);

  const page = async (after: Record<string, unknown> | undefined) => {
    const body = JSON.stringify({
      TableName: table,
      ConsistentRead: true,
      ...(after && { ExclusiveStartKey: after }),
    });
    const { headers = {} } = aws4.sign(
      {
        service: 'dynamodb',
        region,
        host: url.host,
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.Scan' },
        body,
      },
      credentials,
    );
    const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const signal = AbortSignal.timeout(readWithin);
    const ask = () => exchange({ method: 'POST', url, headers: signed, body }, signal);
    // A connection that was kept is gone after a freeze.
    const answer = await ask().catch((error) =>
      error instanceof ConnectionError ? ask() : Promise.reject(error),
    );
    if (answer.status !== 200) throw new Error(`DynamoDB answered ${answer.status}`);
    return Page.parse(JSON.parse(answer.body));
  };

  return async () => {
    const list = new Map<string, Withdrawal>();
    let after: Record<string, unknown> | undefined;
    do {
      const { Items, LastEvaluatedKey } = await page(after);
      for (const { id, revision, at, gone, movedTo } of Items) {
        list.set(id.S, {
          id: id.S,
          revision: revision.N,
          at: at.S,
          gone: gone.BOOL,
          ...(movedTo && { movedTo: movedTo.S }),
        });
      }
      after = LastEvaluatedKey;
    } while (after);
    return list;
  };
}
