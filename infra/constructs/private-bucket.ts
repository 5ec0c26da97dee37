import { RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** A bucket that nobody reaches but who is granted it, over TLS, and that outlives the stack. */
export class PrivateBucket extends Bucket {
  /** Of CloudFormation, for what the construct has no property for. */
  readonly resource: CfnBucket;

  constructor(
    scope: Construct,
    id: string,
    props: Pick<BucketProps, 'versioned' | 'lifecycleRules' | 'cors'> = {},
  ) {
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
    const { defaultChild } = this.node;
    if (!(defaultChild instanceof CfnBucket)) throw new Error('A bucket without a bucket of CloudFormation');
    this.resource = defaultChild;
    acknowledge(this, {
      S1: 'A server access log has no choice of fields: it holds the address, the agent and the referring page of whoever reads a document, which are personal data here.',
    });
  }
}
