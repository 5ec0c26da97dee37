/** The collections on the engine that a function's environment names. */
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import type { SearchIndex } from '../../search-index/search-index.ts';
import type { Environment } from '../../shared/environment.ts';
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
