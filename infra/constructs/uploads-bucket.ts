import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { canaryKey } from '../../shared/canary-key.ts';
import { PrivateBucket } from './private-bucket.ts';
import type { WorkQueue } from './work-queue.ts';

/** How long a file that was replaced or deleted by mistake can be brought back. */
const recoverable = Duration.days(90);

/** What people put in: all documents can be read from it again. */
export class UploadsBucket extends PrivateBucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      versioned: true,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: recoverable,
          expiredObjectDeleteMarker: true,
          // The parts of an upload that was given up are paid for and seen by nobody.
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        // Ninety-six a day that nobody will want back; where two rules meet, S3 takes the sooner one.
        { prefix: canaryKey, noncurrentVersionExpiration: Duration.days(1) },
      ],
    });
  }

  /** Lets the page at this origin put files and parts of files, with addresses that `staff-api` signed. */
  takesUploadsFrom(origin: string): void {
    this.addCorsRule({
      allowedOrigins: [origin],
      allowedMethods: [HttpMethods.PUT],
      allowedHeaders: ['content-type'],
      // By its ETag the page names each part when all are there.
      exposedHeaders: ['ETag'],
      maxAge: Duration.hours(1).toSeconds(),
    });
  }

  /** Asks for a look at every object that is put, replaced, copied or deleted. */
  announcesTo({ queue, deadLetters }: WorkQueue): void {
    // The construct's own property for this brings a helper function along that may change every bucket of the account.
    this.resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    new Rule(this, 'changes', {
      description: 'Uploads that were put or deleted are to be looked at',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: [this.bucketName] } },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }
}
