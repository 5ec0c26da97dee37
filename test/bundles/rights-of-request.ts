/** What a request to AWS takes of the role that makes it, by the service authorization reference of each service. */
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { Right } from './role.ts';

export type Service = 's3' | 'sqs' | 'dynamodb' | 'secretsmanager';

export interface AwsRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RequiredRights {
  readonly service: Service;
  readonly rights: readonly Right[];
  /** Without this one, what is not there looks like what is forbidden. */
  readonly toLearnOfAbsence?: Right;
}

/** Throws for a request of which it does not know what it takes. */
export function rightsOf(request: AwsRequest): RequiredRights {
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string') return rightsInS3(request);
  const [service = '', operation = ''] = target.split('.');
  const body: unknown = JSON.parse(request.body);
  if (service.startsWith('DynamoDB_'))
    return { service: 'dynamodb', rights: rightsInTables(operation, body) };
  if (service === 'AmazonSQS') return { service: 'sqs', rights: [rightInQueues(operation, body)] };
  if (service === 'secretsmanager') return { service, rights: [rightInSecrets(operation, body)] };
  throw new Error(`Nobody knows what ${target} takes`);
}

const TableRequest = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const BatchRequest = z.object({ RequestItems: z.record(z.string(), z.unknown()) });

function rightsInTables(operation: string, body: unknown): Right[] {
  const action = `dynamodb:${operation}`;
  const batch = BatchRequest.safeParse(body);
  if (batch.success) return Object.keys(batch.data.RequestItems).map((resource) => ({ action, resource }));
  const { TableName, IndexName } = TableRequest.parse(body);
  return [{ action, resource: IndexName === undefined ? TableName : `${TableName}/index/${IndexName}` }];
}

const QueueRequest = z.object({ QueueUrl: z.string() });

/** A batch takes what each of its messages does. */
function rightInQueues(operation: string, body: unknown): Right {
  const name = QueueRequest.parse(body).QueueUrl.split('/').at(-1) ?? '';
  const [queue] = name.split('-');
  const resource = `${queue}-queue/${name.endsWith('-dead-letters') ? 'dead-letters' : 'queue'}`;
  return { action: `sqs:${operation.replace(/Batch$/, '')}`, resource };
}

const SecretRequest = z.object({ SecretId: z.string() });

/** One that the stack does not make is known by its name, to which Secrets Manager adds six characters. */
function rightInSecrets(operation: string, body: unknown): Right {
  const { SecretId: id } = SecretRequest.parse(body);
  const arn = `arn:AWS::Partition:secretsmanager:AWS::Region:AWS::AccountId:secret:${id}-a1B2c3`;
  return { action: `secretsmanager:${operation}`, resource: id.startsWith('search-keys/') ? id : arn };
}

/** The stack's bucket of each that the local stand-in has. */
const buckets: Readonly<Record<string, string>> = {
  uploads: 'uploads-bucket',
  documents: 'documents-bucket',
  index: 'snapshots-bucket',
  backups: 'backups-bucket',
  web: 'web-bucket',
};

function placeOf(path: string): { bucket: string; key: string } {
  const [, name = '', ...rest] = decodeURIComponent(path).split('/');
  const bucket = buckets[name];
  if (bucket === undefined) throw new Error(`The stack has no bucket that is ${name} here`);
  return { bucket, key: rest.join('/') };
}

function rightsInS3({ method, url, headers }: AwsRequest): RequiredRights {
  const { pathname, searchParams: query } = new URL(url, 'http://s3');
  const { bucket, key } = placeOf(pathname);
  const listing = (prefix: string | null): Right => ({
    action: 's3:ListBucket',
    resource: bucket,
    ...(prefix !== null && { context: { 's3:prefix': prefix } }),
  });
  if (key === '') {
    const isListing = (method === 'GET' && query.get('list-type') === '2') || method === 'HEAD';
    if (!isListing) throw new Error(`Nobody knows what ${method} ${url} takes`);
    return { service: 's3', rights: [listing(query.get('prefix'))] };
  }
  const onObject = (action: string): Right => ({ action: `s3:${action}`, resource: `${bucket}/${key}` });
  // What is on condition of the present version tells of it.
  const ofCondition = headers['if-match'] === undefined ? [] : [onObject('GetObject')];
  const source = headers['x-amz-copy-source'];
  if (method === 'PUT' && typeof source === 'string') {
    const from = placeOf(source.startsWith('/') ? source : `/${source}`);
    const onSource = (action: string): Right => ({
      action: `s3:${action}`,
      resource: `${from.bucket}/${from.key}`,
    });
    // S3 asks for them only when there are tags; whoever wants none says so.
    const takesTags = headers['x-amz-tagging-directive'] !== 'REPLACE';
    return {
      service: 's3',
      rights: [
        onSource('GetObject'),
        onObject('PutObject'),
        ...(takesTags ? [onSource('GetObjectTagging'), onObject('PutObjectTagging')] : []),
      ],
      toLearnOfAbsence: {
        action: 's3:ListBucket',
        resource: from.bucket,
        context: { 's3:prefix': from.key },
      },
    };
  }
  const action = objectAction(method, query);
  if (action === undefined) throw new Error(`Nobody knows what ${method} ${url} takes`);
  // S3 takes the name that was asked for as the prefix that a condition is about.
  return { service: 's3', rights: [onObject(action), ...ofCondition], toLearnOfAbsence: listing(key) };
}

function objectAction(method: string, query: URLSearchParams): string | undefined {
  // The SDK names its own operation there.
  const asked = [...query.keys()].filter(
    (name) => name !== 'x-id' && !name.toLowerCase().startsWith('x-amz-'),
  );
  const what = `${method} ${asked.sort().join('&')}`.trim();
  return objectActions[what];
}

const objectActions: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'GetObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
  'POST uploads': 'PutObject',
  'PUT partNumber&uploadId': 'PutObject',
  'POST uploadId': 'PutObject',
  'DELETE uploadId': 'AbortMultipartUpload',
};
