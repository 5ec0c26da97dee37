/** What a function that searches or indexes is given, whichever engine was chosen. */
import type { Duration, Size } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { CollectionName } from '../../shared/visibility.ts';
import type { Network } from './network.ts';
import type { PrivateBucket } from './private-bucket.ts';

/** Searching one collection, looking at all of them, or writing them. */
export type EngineUse = CollectionName | 'read' | 'write';

export interface SearchEngine {
  /** As `SEARCH_ENGINE_URL` says it. */
  readonly url: string;
  /** The network that its functions must be in. */
  readonly network?: Network;
  /** Its keys, for an engine that asks for them. */
  readonly keys?: EngineKeys;
  /** Its files, for an engine that runs in the function itself. */
  readonly snapshots?: EngineSnapshots;
  /** What only this engine can go wrong with. */
  readonly alarms: readonly EngineAlarm[];
}

export interface EngineKeys {
  readonly master: MasterKey;
  /** A secret for each use, so that who searches one collection cannot read the key of another. */
  readonly secrets: Readonly<Record<EngineUse, CfnSecret>>;
}

export interface MasterKey {
  /** What it is asked for by. */
  readonly id: string;
  /** What a grant names. */
  readonly arn: string;
}

export interface EngineSnapshots {
  readonly bucket: PrivateBucket;
  /** The files of a collection, and nothing of another one, lie below this. */
  readonly prefixOf: (collection: CollectionName) => string;
  /** Disk for the generation that is read and the one that is fetched to replace it. */
  readonly ephemeralStorage: Size;
  /** MiB. */
  readonly memorySize: number;
  /** Changes that are written together at most, and how long the first one waits for the others. */
  readonly batchSize: number;
  readonly gatherFor: Duration;
}

export interface EngineAlarm {
  /** Its name, and that of its section in `docs/operations.md`. */
  readonly name: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparison: 'at least' | 'below';
  /** Periods in a row. */
  readonly periods: number;
  /** What a period without any data means. */
  readonly silence: 'fine' | 'bad' | 'unknown';
  /** What AWS does by itself. */
  readonly remedy?: 'recover' | 'reboot';
}
