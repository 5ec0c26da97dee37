/** The collections on the engine that a function's environment names. */
import * as z from 'zod/mini';
import { isServer, openSearchIndex } from '../../search-index/open-search-index.ts';
import type { SearchIndex } from '../../search-index/search-index.ts';
import { Environment } from '../../shared/environment.ts';
import { UnavailableError } from '../../shared/errors.ts';
import type { CollectionName } from '../../shared/visibility.ts';

/** What a function that searches or writes reads of the environment. */
export const engineVariables = {
  SEARCH_ENGINE_URL: true,
  SEARCH_ENGINE_KEY: true,
  SEARCH_ENGINE_KEY_SECRET: true,
} as const;

type EngineEnvironment = Pick<Environment, keyof typeof engineVariables>;

export function openCollection(
  environment: EngineEnvironment,
  collection: CollectionName,
): Promise<SearchIndex> {
  return openSearchIndex({ url: environment.SEARCH_ENGINE_URL, collection, key: keyOf(environment) });
}

/** What the visitors' function reads of the environment: the table only where the engine is a server. */
export const VisitorEnvironment = z.extend(
  z.pick(Environment, {
    ...engineVariables,
    AWS_REGION: true,
    AWS_ACCESS_KEY_ID: true,
    AWS_SECRET_ACCESS_KEY: true,
    AWS_SESSION_TOKEN: true,
    AWS_ENDPOINT_URL_DYNAMODB: true,
  }),
  { WITHDRAWALS_TABLE: z.optional(Environment.shape.WITHDRAWALS_TABLE) },
);

/**
 * The public collection as visitors are shown it: without what is withdrawn, where the engine may be long about a removal.
 * The embedded engine removes at once, and what it reads of a bucket tells of removals by itself.
 */
export async function openForVisitors(environment: z.infer<typeof VisitorEnvironment>): Promise<SearchIndex> {
  const { SEARCH_ENGINE_URL: url } = environment;
  if (!isServer(url)) return openCollection(environment, 'public');
  const { readWithdrawals, withdrawalList } = await import('./withdrawal-list.ts');
  const { WITHDRAWALS_TABLE: table } = environment;
  if (table === undefined) throw new Error('The environment lacks WITHDRAWALS_TABLE, which a server needs');
  const withdrawals = withdrawalList(readWithdrawals(table, environment));
  // While the rest loads; whoever asks is told when it cannot be read.
  withdrawals().catch(() => undefined);
  return openSearchIndex({ url, collection: 'public', key: keyOf(environment), withdrawals });
}

export async function openCollections(
  environment: EngineEnvironment,
): Promise<Record<CollectionName, SearchIndex>> {
  return {
    public: await openCollection(environment, 'public'),
    archive: await openCollection(environment, 'archive'),
  };
}

function keyOf({ SEARCH_ENGINE_KEY: key, SEARCH_ENGINE_KEY_SECRET: secret }: EngineEnvironment) {
  return secret === undefined ? key : () => keyIn(secret);
}

/**
 * The client is loaded when a key is asked for: most starts of a function need none, or have one. Until
 * `make-search-keys` has written the first key, which it tries every five minutes, the engine is starting.
 */
async function keyIn(secret: string): Promise<string> {
  const { GetSecretValueCommand, ResourceNotFoundException, SecretsManagerClient } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  try {
    const { SecretString } = await new SecretsManagerClient().send(
      new GetSecretValueCommand({ SecretId: secret }),
    );
    if (SecretString) return SecretString;
  } catch (error) {
    // What Secrets Manager says of a secret that was never given a value.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  throw new UnavailableError('The search engine', { reason: 'starting', retryAfterSeconds: 30 });
}
