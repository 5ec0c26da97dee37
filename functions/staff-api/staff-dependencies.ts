import type { S3Client } from '@aws-sdk/client-s3';
import type { SearchIndex } from '../../search-index/search-index.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { Jobs } from '../../shared/catalogue/jobs.ts';
import type { DeadLetters, WorkQueueName } from '../../shared/dead-letters.ts';
import type { ChangeQueue, UploadQueue } from '../../shared/work-queues.ts';

export interface StaffDependencies {
  readonly catalogue: Catalogue;
  readonly s3: S3Client;
  /** The uploads bucket. */
  readonly bucket: string;
  readonly looks: UploadQueue;
  readonly changes: ChangeQueue;
  readonly deadLetters: Readonly<Record<WorkQueueName, Pick<DeadLetters, 'moveSome'>>>;
  readonly jobs: Jobs;
  readonly index: SearchIndex;
  /** Visitors are shown nothing that is withdrawn, whatever the engine still holds. */
  readonly excludesWithdrawn: boolean;
  readonly now: () => Date;
}
