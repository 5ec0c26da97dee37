import { describe, expect, it, vi } from 'vitest';
import { external, synthesise } from './synthesised.ts';

vi.setConfig({ testTimeout: 30_000 });

// With an engine that someone else runs; what the others add is in engines.test.ts.
const stack = synthesise(external);

describe('what each function may do', () => {
  const ownLog = (name: string) => ({ [`${name}/log`]: ['logs:CreateLogStream', 'logs:PutLogEvents'] });

  it('ingest-document reads uploads, keeps documents and rows, and is told when an upload or a document is not there', () => {
    expect(stack.grantsOf('ingest-document')).toEqual({
      ...ownLog('ingest-document'),
      'uploads-queue/queue': [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
      ],
      'uploads-bucket': ['s3:ListBucket'],
      'uploads-bucket/*': ['s3:GetObject'],
      'documents-bucket': ['s3:ListBucket'],
      'documents-bucket/*': ['s3:GetObject', 's3:PutObject'],
      withdrawals: ['dynamodb:PutItem'],
      catalogue: [
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      'changes-queue/queue': ['sqs:SendMessage'],
    });
  });

  it('index-documents reads rows and documents, writes rows, and never sees an upload', () => {
    expect(stack.grantsOf('index-documents')).toEqual({
      ...ownLog('index-documents'),
      'changes-queue/queue': [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
      ],
      'documents-bucket/*': ['s3:GetObject'],
      withdrawals: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Scan'],
      catalogue: [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      'search-keys/write': ['secretsmanager:GetSecretValue'],
    });
  });

  it('sweep-pending finds pending rows, finishes moves out of internal/, and sends again', () => {
    expect(stack.grantsOf('sweep-pending')).toEqual({
      ...ownLog('sweep-pending'),
      withdrawals: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Scan'],
      catalogue: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      'catalogue/index/pending': ['dynamodb:Query'],
      'uploads-bucket': ['s3:ListBucket'],
      'uploads-bucket/*': ['s3:GetObject'],
      'uploads-bucket/internal/*': ['s3:DeleteObject', 's3:GetObjectTagging'],
      'uploads-bucket/public/*': ['s3:PutObject', 's3:PutObjectTagging'],
      'changes-queue/queue': ['sqs:GetQueueAttributes', 'sqs:SendMessage'],
      'uploads-queue/queue': ['sqs:SendMessage'],
    });
  });

  it('public-api may write its log, read its own key and what is withdrawn: not the catalogue, not a bucket, not a queue', () => {
    expect(stack.grantsOf('public-api')).toEqual({
      ...ownLog('public-api'),
      withdrawals: ['dynamodb:Scan'],
      'search-keys/public': ['secretsmanager:GetSecretValue'],
    });
  });

  it('publish-web fills the bucket of the pages and nothing else', () => {
    expect(stack.grantsOf('publish-web')).toEqual({
      ...ownLog('publish-web'),
      'web-bucket/*': ['s3:PutObject'],
    });
  });

  it('staff-api edits uploads and rows, and puts uploads only where they have a visibility', () => {
    expect(stack.grantsOf('staff-api')).toEqual({
      ...ownLog('staff-api'),
      withdrawals: ['dynamodb:PutItem'],
      catalogue: [
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:Scan',
        'dynamodb:UpdateItem',
      ],
      'catalogue/index/ledger': ['dynamodb:Query'],
      'uploads-bucket': ['s3:ListBucket'],
      'uploads-bucket/*': ['s3:DeleteObject', 's3:GetObject'],
      'uploads-bucket/internal/*': ['s3:DeleteObject', 's3:GetObjectTagging', 's3:PutObject'],
      'uploads-bucket/public/*': ['s3:PutObject', 's3:PutObjectTagging'],
      'changes-queue/queue': ['sqs:SendMessage'],
      'uploads-queue/queue': ['sqs:SendMessage'],
      'changes-queue/dead-letters': ['sqs:DeleteMessage', 'sqs:ReceiveMessage'],
      'uploads-queue/dead-letters': ['sqs:DeleteMessage', 'sqs:ReceiveMessage'],
      'search-keys/archive': ['secretsmanager:GetSecretValue'],
    });
  });

  it('reconcile-index reads everything, asks for another look, removes only what no row names, and marks an index as filled', () => {
    expect(stack.grantsOf('reconcile-index')).toEqual({
      ...ownLog('reconcile-index'),
      withdrawals: ['dynamodb:PutItem'],
      catalogue: [
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:Scan',
      ],
      'uploads-bucket': ['s3:ListBucket'],
      'uploads-bucket/*': ['s3:GetObject'],
      'documents-bucket': ['s3:ListBucket'],
      'documents-bucket/*': ['s3:DeleteObject', 's3:GetObject'],
      'changes-queue/queue': ['sqs:SendMessage'],
      'uploads-queue/queue': ['sqs:SendMessage'],
      'search-keys/write': ['secretsmanager:GetSecretValue'],
    });
  });

  it('rebuild-index reads rows and documents, keeps where it is, and writes the index', () => {
    expect(stack.grantsOf('rebuild-index')).toEqual({
      ...ownLog('rebuild-index'),
      withdrawals: ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
      catalogue: [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:Scan',
        'dynamodb:UpdateItem',
      ],
      'catalogue/index/pending': ['dynamodb:Query'],
      'documents-bucket/*': ['s3:GetObject'],
      'search-keys/write': ['secretsmanager:GetSecretValue'],
    });
  });

  it('back-up reads the catalogue and writes backups, and changes nothing', () => {
    expect(stack.grantsOf('back-up')).toEqual({
      ...ownLog('back-up'),
      catalogue: ['dynamodb:Query', 'dynamodb:Scan'],
      'backups-bucket/backups/*': ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
    });
  });

  it('canary puts and removes one upload, and searches', () => {
    expect(stack.grantsOf('canary')).toEqual({
      ...ownLog('canary'),
      'uploads-bucket/internal/.vindplaats-canary.txt': ['s3:DeleteObject', 's3:PutObject'],
      'search-keys/read': ['secretsmanager:GetSecretValue'],
    });
  });

  it('no statement allows a wildcard action, or anything on every resource', () => {
    const allowed = stack.statements().filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.length).toBeGreaterThan(20);
    expect(allowed.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
    expect(allowed.flatMap(({ Resource }) => Resource)).not.toContain('*');
  });

  it('no role carries a policy of AWS, which all allow more than is used', () => {
    for (const { properties } of stack.resources('AWS::IAM::Role')) {
      expect(properties).not.toHaveProperty('ManagedPolicyArns');
      expect(properties).not.toHaveProperty('Policies');
    }
  });

  it('every function has a role of its own', () => {
    const roles = stack.resources('AWS::Lambda::Function').map(({ properties }) => properties.Role);
    expect(new Set(roles.map((role) => JSON.stringify(role))).size).toBe(roles.length);
  });
});
