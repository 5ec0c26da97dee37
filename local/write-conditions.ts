/**
 * The conditions on writing an object, which fauxqs 2.4.1 ignores and S3 keeps
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html).
 */
import type { buildApp } from 'fauxqs';
import * as z from 'zod';
import { S3Error } from '../node_modules/fauxqs/dist/common/errors.js';
import type { S3Store } from '../node_modules/fauxqs/dist/s3/s3Store.js';

const ObjectRequest = z.object({
  method: z.enum(['PUT', 'POST', 'DELETE']),
  params: z.object({ bucket: z.string(), '*': z.string().min(1) }).transform((params) => ({
    bucket: params.bucket,
    key: params['*'],
  })),
  query: z.looseObject({ uploadId: z.string().optional(), partNumber: z.string().optional() }),
  headers: z.looseObject({
    'if-match': z.string().optional(),
    'if-none-match': z.string().optional(),
    'x-amz-copy-source': z.string().optional(),
    'x-amz-copy-source-if-match': z.string().optional(),
  }),
});

/** Must be called before the app listens. */
export function keepWriteConditions(app: ReturnType<typeof buildApp>, store: S3Store): void {
  // Called back at once, so that nothing comes between the look and the write: fauxqs writes without waiting.
  app.addHook('preHandler', (request, reply, done) => {
    const { data } = ObjectRequest.safeParse(request);
    const broken = data && brokenCondition(data, store);
    if (!broken) return done();
    reply.status(broken.statusCode).header('content-type', 'application/xml').send(broken.toXml());
  });
}

function brokenCondition(
  { method, params: { bucket, key }, query, headers }: z.infer<typeof ObjectRequest>,
  store: S3Store,
): S3Error | undefined {
  // A part of an upload becomes an object, and an upload in parts may become one, with its completion only.
  const isWrite = method === 'POST' ? query.uploadId !== undefined : query.uploadId === undefined;
  if (!isWrite) return undefined;
  const {
    'if-match': expected,
    'if-none-match': unexpected,
    'x-amz-copy-source': source,
    'x-amz-copy-source-if-match': expectedOfSource,
  } = headers;
  const etag = etagOf(store, bucket, key);
  if (expected !== undefined && etag === undefined) return missing(bucket, key);
  if (expected !== undefined && expected !== etag) return preconditionFailed();
  if (unexpected === '*' && etag !== undefined) return preconditionFailed();
  if (source !== undefined && expectedOfSource !== undefined) {
    const [, ofBucket = '', ofKey = ''] = /^\/?([^/]+)\/(.*)$/s.exec(decodeURIComponent(source)) ?? [];
    const etagOfSource = etagOf(store, ofBucket, ofKey);
    if (etagOfSource === undefined) return missing(ofBucket, ofKey);
    if (etagOfSource !== expectedOfSource) return preconditionFailed();
  }
  return undefined;
}

/** Undefined when there is no such object. */
function etagOf(store: S3Store, bucket: string, key: string): string | undefined {
  try {
    return store.headObject(bucket, key).etag;
  } catch (error) {
    if (error instanceof S3Error) return undefined;
    throw error;
  }
}

const preconditionFailed = () =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);

const missing = (bucket: string, key: string) =>
  new S3Error('NoSuchKey', 'The specified key does not exist.', 404, `/${bucket}/${key}`);
