/** What S3 tells EventBridge about an object, as the uploads queue gets to see it in the cloud. */
import { randomUUID } from 'node:crypto';
import { awsAccount, awsRegion } from './aws-identity.ts';

export interface ObjectEvent {
  readonly type: 'Object Created' | 'Object Deleted';
  readonly bucket: string;
  readonly key: string;
  readonly size?: number;
  /** Without quotes. */
  readonly etag?: string;
  readonly sequencer: string;
}

/** The event as EventBridge words it; the key stands in it as it is, not URL-encoded. */
export function toEventBridge({ type, bucket, key, size, etag, sequencer }: ObjectEvent) {
  const isDeleted = type === 'Object Deleted';
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': type,
    source: 'aws.s3',
    account: awsAccount,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region: awsRegion,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: {
        key,
        ...(size !== undefined && { size }),
        ...(etag !== undefined && { etag }),
        sequencer,
      },
      'request-id': randomUUID(),
      requester: awsAccount,
      'source-ip-address': '127.0.0.1',
      reason: isDeleted ? 'DeleteObject' : 'PutObject',
      ...(isDeleted && { 'deletion-type': 'Permanently Deleted' }),
    },
  };
}

/** Numbers that grow with every event and with every start, as fixed-width hexadecimal (8 digits and 10). */
export function sequencers(generation: number): () => string {
  const prefix = generation.toString(16).toUpperCase().padStart(8, '0');
  let last = 0;
  return () => prefix + (++last).toString(16).toUpperCase().padStart(10, '0');
}
