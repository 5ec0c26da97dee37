import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { EngineAlarm, SearchEngine } from './search-engine.ts';
import { SearchKeys } from './search-keys.ts';

export interface ExternalEngineProps {
  readonly url: string;
  /** A name, or a whole ARN. */
  readonly masterKeySecret: string;
}

/** A Meilisearch that someone else runs and that answers on the internet. */
export class ExternalEngine extends Construct implements SearchEngine {
  readonly url: string;
  readonly keys: SearchKeys;
  readonly alarms: readonly EngineAlarm[];

  constructor(scope: Construct, id: string, { url, masterKeySecret }: ExternalEngineProps) {
    super(scope, id);
    this.url = url;
    const master = { id: masterKeySecret, arn: this.#arnOf(masterKeySecret) };
    this.keys = new SearchKeys(scope, 'search-keys', { url, master });
    this.alarms = this.keys.alarms;
  }

  #arnOf(secret: string): string {
    const isArn = secret.startsWith('arn:');
    if (isArn && !/^arn:[\w-]+:secretsmanager:[\w-]+:\d+:secret:./.test(secret)) {
      throw new Error(`masterKeySecret is neither a name nor the ARN of a secret: ${secret}`);
    }
    if (isArn) return secret;
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      // Secrets Manager adds six characters to a name, which only it knows.
      resourceName: `${secret}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
