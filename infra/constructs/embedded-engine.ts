import { Duration, Size } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { CollectionName } from '../../shared/visibility.ts';
import { PrivateBucket } from './private-bucket.ts';
import type { EngineAlarm, EngineSnapshots, SearchEngine } from './search-engine.ts';

/** Of all that the engine keeps in the bucket. */
const prefix = 'index';

/** The embedded engine over snapshots in S3: no server, and next to nothing to pay while nobody searches. */
export class EmbeddedEngine extends Construct implements SearchEngine {
  readonly url: string;
  readonly snapshots: EngineSnapshots;
  readonly alarms: readonly EngineAlarm[] = [];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const bucket = new PrivateBucket(scope, 'snapshots-bucket', {
      // What a reader still fetches must not go: files that nothing names are the engine's to remove.
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    this.url = `sqlite+s3://${bucket.bucketName}/${prefix}`;
    this.snapshots = {
      bucket,
      prefixOf: (collection: CollectionName) => `${prefix}/${collection}/`,
      // Of both collections, the working copy, the file made of it and the one that is read: some 70 MB each of 5,000
      // documents.
      ephemeralStorage: Size.gibibytes(2),
      // One whole processor: here the function is the engine.
      memorySize: 1769,
      // Each write uploads the whole file, whether of one document or of many. Seconds are what a reader may be behind
      // anyway.
      batchSize: 50,
      gatherFor: Duration.seconds(2),
    };
  }
}
