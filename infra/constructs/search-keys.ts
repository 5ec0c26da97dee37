import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { type FunctionMetric, functionMetric } from '../metrics.ts';
import type { Network } from './network.ts';
import type { EngineAlarm, EngineKeys, EngineUse, MasterKey } from './search-engine.ts';
import { VindplaatsFunction } from './vindplaats-function.ts';

export interface SearchKeysProps {
  readonly url: string;
  readonly master: MasterKey;
  readonly network?: Network;
}

/** How long a server that began anew lacks its keys at most, and how old the news of its health is. */
const interval = Duration.minutes(5);

/** The keys of a Meilisearch, made by a function that comes back until the server is up. */
export class SearchKeys extends Construct implements EngineKeys {
  readonly master: MasterKey;
  readonly secrets: Readonly<Record<EngineUse, CfnSecret>>;
  readonly alarms: readonly EngineAlarm[];

  constructor(scope: Construct, id: string, { url, master, network }: SearchKeysProps) {
    super(scope, id);
    this.master = master;
    this.secrets = {
      public: this.#secret('public', 'Searches the public collection'),
      archive: this.#secret('archive', 'Searches the archive collection'),
      read: this.#secret('read', 'Looks at both collections'),
      write: this.#secret('write', 'Writes both collections'),
    };
    // Beside the other functions, for a function is known by its place in the stack.
    new VindplaatsFunction(scope, 'make-search-keys', {
      description: 'Gives the search engine its keys, and says how it is',
      memorySize: 256,
      timeout: Duration.seconds(60),
      network,
    })
      .runsEvery(interval)
      .makesKeys({ url, keys: this });
    this.alarms = [
      {
        name: 'engine-health',
        metric: this.metric('EngineHealthy', 'Minimum'),
        threshold: 1,
        comparison: 'below',
        periods: 3,
        silence: 'bad',
      },
    ];
  }

  /** What the function says of the server. */
  metric(name: FunctionMetric<'make-search-keys'>, statistic: string): IMetric {
    return functionMetric('make-search-keys', name, { statistic, period: interval });
  }

  /** Without a value until the function writes one: a value made here would look like a key and open nothing. */
  #secret(use: EngineUse, description: string): CfnSecret {
    const secret = new CfnSecret(this, use, { description });
    secret.applyRemovalPolicy(RemovalPolicy.DESTROY);
    acknowledge(secret, {
      SMG4: 'The key follows from the master key and a fixed uid; another one is made by changing the master key.',
    });
    return secret;
  }
}
