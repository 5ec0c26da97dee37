import { RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** A bucket that nobody reaches but who is granted it, over TLS, and that outlives the stack. */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, props: Pick<BucketProps, 'versioned' | 'lifecycleRules'> = {}) {
    super(scope, id, {
      ...props,
      // A key of our own in KMS would cost per request and keep nobody out who is not kept out already.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
