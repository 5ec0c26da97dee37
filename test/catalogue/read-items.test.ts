/** Reads of single items that are asked for at the same moment. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { tableName, withdrawalsTableName } from '../../local/aws.ts';
import { awsCredentials, awsRegion } from '../../local/aws-identity.ts';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';
import { row } from './row.ts';

let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

const rows = ['een', 'twee', 'drie'].map((name) => row(`public/${name}.txt`));
beforeAll(() => Promise.all(rows.map((each) => aws.catalogue.write(each, undefined))));

/** A catalogue, and the calls that it makes; `change` may change what it is answered. */
function watchedCatalogue(change: (output: object, input: object) => object = (output) => output) {
  const calls: (string | undefined)[] = [];
  const client = new DynamoDBClient({
    region: awsRegion,
    credentials: awsCredentials,
    endpoint: aws.endpoints.dynamodb,
  });
  onTestFinished(() => client.destroy());
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        calls.push(commandName);
        const answer = await next(args);
        return { ...answer, output: { ...answer.output, ...change(answer.output, args.input) } };
      },
    { step: 'initialize' },
  );
  return { catalogue: new Catalogue(client, tableName, withdrawalsTableName), calls };
}

describe('What is read of the catalogue at the same moment', () => {
  test('is read in one call, and each gets what it asked for', async () => {
    const { catalogue, calls } = watchedCatalogue();
    const ids = [...rows.map(({ id }) => id), row('public/nergens.txt').id, rows[0]?.id ?? ''];
    const read = await Promise.all(ids.map((id) => catalogue.get(id)));
    expect(read).toEqual([...rows, undefined, rows[0]]);
    expect(calls).toEqual(['BatchGetItemCommand']);
  });

  test('is a plain read when it is one item, however many ask', async () => {
    const { catalogue, calls } = watchedCatalogue();
    expect(await Promise.all([catalogue.vocabularyVersion(), catalogue.vocabularyVersion()])).toEqual([0, 0]);
    expect(calls).toEqual(['GetItemCommand']);
  });

  test('is asked for again where a throttled table left it out', async () => {
    const { catalogue, calls } = watchedCatalogue((output, input) => {
      if (!('RequestItems' in input)) return output;
      return { Responses: {}, UnprocessedKeys: input.RequestItems };
    });
    expect(await Promise.all(rows.map(({ id }) => catalogue.get(id)))).toEqual(rows);
    expect(calls).toEqual(['BatchGetItemCommand', ...rows.map(() => 'GetItemCommand')]);
  });

  test('goes in several calls when it is more than DynamoDB takes in one', async () => {
    const { catalogue, calls } = watchedCatalogue();
    const ids = Array.from({ length: 101 }, (_, at) => row(`public/nergens-${at}.txt`).id);
    await Promise.all(ids.map((id) => catalogue.get(id)));
    expect(calls).toEqual(['BatchGetItemCommand', 'GetItemCommand']);
  });

  test('is never answered by a call that began before it was asked', async () => {
    const { catalogue, calls } = watchedCatalogue();
    const id = rows[0]?.id ?? '';
    const early = catalogue.get(id);
    await vi.waitFor(() => expect(calls).toHaveLength(1), { interval: 1 });
    await Promise.all([early, catalogue.get(id)]);
    expect(calls).toHaveLength(2);
  });
});
