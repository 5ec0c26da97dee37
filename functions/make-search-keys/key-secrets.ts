import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { KeySecrets } from './make-search-keys.ts';

/** Secrets as plain text in Secrets Manager. */
export function keySecrets(client: SecretsManagerClient): KeySecrets {
  return {
    read: async (secret) => {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString;
      } catch (error) {
        // A secret that was never given a value is told of in the same way as one that does not exist.
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    write: async (secret, text) => {
      await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString: text }));
    },
  };
}
