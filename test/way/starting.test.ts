/** What callers hear between a deployment and the moment when `make-search-keys` has made the first keys. */
import { devNull } from 'node:os';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { httpHandler } from '../../functions/middleware/http-handler.ts';
import { publicRoutes } from '../../functions/public-api/public-routes.ts';
import { openCollection } from '../../functions/searching/collections.ts';
import { toEvent } from '../../local/api-gateway.ts';
import { startSecretsManager } from '../bundles/key-stand-ins.ts';

const secrets = new Map<string, string>();
const environment = { ...process.env };
let stop: () => Promise<void>;

beforeAll(async () => {
  const secretsManager = await startSecretsManager(secrets);
  stop = secretsManager.stop;
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
});
afterAll(async () => {
  process.env = environment;
  await stop();
});

/** The answer to visitors while the server, which nobody reaches at this port, has the key of this secret. */
async function answerTo(path: string, language: string) {
  const index = await openCollection(
    {
      SEARCH_ENGINE_URL: 'http://127.0.0.1:1',
      SEARCH_ENGINE_KEY: undefined,
      SEARCH_ENGINE_KEY_SECRET: 'public',
    },
    'public',
  );
  const event = toEvent({
    method: 'GET',
    path,
    queryString: '',
    headers: { 'accept-language': language },
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
  });
  const { statusCode, headers, body } = z
    .custom<APIGatewayProxyStructuredResultV2>()
    .parse(
      await httpHandler(
        'test',
        publicRoutes(index),
        {},
      )(
        z.custom<APIGatewayProxyEventV2>().parse(event),
        z.custom<Context>().parse({ awsRequestId: 'test', functionName: 'test' }),
      ),
    );
  return { statusCode, headers, ...z.record(z.string(), z.unknown()).parse(JSON.parse(body ?? '')) };
}

test.each([
  ['/health', 'nl', 'De zoekmachine wordt klaargezet. Probeer het over enkele minuten opnieuw.'],
  ['/health', 'en', 'The search engine is being set up. Try again in a few minutes.'],
  ['/search', 'nl', 'De zoekmachine wordt klaargezet. Probeer het over enkele minuten opnieuw.'],
])('%s in %s says that the search engine has no keys yet', async (path, language, detail) => {
  secrets.clear();
  expect(await answerTo(path, language)).toMatchObject({
    statusCode: 503,
    status: 503,
    reason: 'starting',
    detail,
    headers: { 'retry-after': '30', 'content-type': 'application/problem+json; charset=utf-8' },
  });
});

test('with its key, a server that is away is told of as that, without a new start of the function', async () => {
  secrets.clear();
  expect(await answerTo('/health', 'en')).toMatchObject({ reason: 'starting' });
  secrets.set('public', 'a-key');
  expect(await answerTo('/health', 'en')).toMatchObject({
    statusCode: 503,
    reason: 'no-answer',
    headers: { 'retry-after': '5' },
  });
});
