import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import { readEnvironment } from '../../shared/environment.ts';
import { makeLogger } from '../middleware/make-logger.ts';
import { makeMetrics } from '../middleware/measurements.ts';
import { MakeSearchKeysEnvironment } from './environment.ts';
import { keySecrets } from './key-secrets.ts';
import { makeSearchKeys } from './make-search-keys.ts';
import { meilisearchKeys } from './meilisearch-keys.ts';
import { searchKeys } from './search-keys.ts';

const environment = readEnvironment(MakeSearchKeysEnvironment);
const logger = makeLogger('make-search-keys');
const metrics = makeMetrics('make-search-keys');
const secrets = keySecrets(new SecretsManagerClient());

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async () => {
    const masterKey = await secrets.read(environment.MASTER_KEY_SECRET);
    if (masterKey === undefined) throw new Error('The secret of the master key holds nothing');
    const outcome = await makeSearchKeys({
      server: meilisearchKeys(environment.SEARCH_ENGINE_URL, masterKey),
      secrets,
      masterKey,
      keys: searchKeys,
      secretOf: {
        public: environment.PUBLIC_KEY_SECRET,
        archive: environment.ARCHIVE_KEY_SECRET,
        read: environment.READ_KEY_SECRET,
        write: environment.WRITE_KEY_SECRET,
      },
    });
    metrics.addMetric('EngineHealthy', MetricUnit.Count, outcome.healthy ? 1 : 0);
    if (outcome.healthy) metrics.addMetric('EngineSize', MetricUnit.Bytes, outcome.bytes);
    metrics.publishStoredMetrics();
    return outcome;
  });
