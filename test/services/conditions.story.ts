/** What the code relies on when S3 refuses: each condition on a write, and what is not there, in words that it understands. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bucketNames, type LocalAws } from '../../local/aws.ts';
import { isOvertaken } from '../../shared/move-upload.ts';
import { startAwsOfOthers } from './aws-of-others.ts';
import { type Services, startServices } from './services.ts';

const Bucket = bucketNames.documents;
/** Of no version that is there. */
const otherVersion = '"0123456789abcdef0123456789abcdef"';

let folder: string;
let services: Services;
let aws: LocalAws;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vindplaats-conditions-'));
  const objects = join(folder, 'objects');
  await mkdir(objects);
  services = await startServices(process.env, objects);
  aws = await startAwsOfOthers(services, { folder, generation: 1, repair: false });
});
afterAll(async () => {
  await aws?.stop();
  await services?.stop();
  await rm(folder, { recursive: true, force: true });
});

const put = async (Key: string, Body: string) =>
  (await aws.s3.send(new PutObjectCommand({ Bucket, Key, Body }))).ETag;
const textOf = async (Key: string) =>
  (await aws.s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
/** Undefined when it was done. */
const refusalOf = (sent: Promise<unknown>): Promise<unknown> =>
  sent.then(
    () => undefined,
    (error: unknown) => error,
  );

const copied = (s3: S3Client, Key: string, condition: object) =>
  s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, ...condition }));

interface BrokenCondition {
  readonly name: string;
  readonly send: (s3: S3Client, Key: string) => Promise<unknown>;
  /** S3 keeps it, and servers of others may not; only a race between two writers shows it. */
  readonly mayBeIgnored?: true;
}

const brokenConditions: readonly BrokenCondition[] = [
  {
    name: 'a put where nothing may lie',
    send: (s3, Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'new', IfNoneMatch: '*' })),
  },
  {
    name: 'a put over another version',
    send: (s3, Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'new', IfMatch: otherVersion })),
  },
  {
    name: 'the completion of an upload in parts where nothing may lie',
    send: (s3, Key) => {
      const params = { Bucket, Key, Body: Buffer.alloc(6 * 1024 * 1024), IfNoneMatch: '*' };
      return new Upload({ client: s3, params, partSize: 5 * 1024 * 1024 }).done();
    },
  },
  {
    name: 'a copy of another version',
    send: (s3, Key) => copied(s3, Key, { CopySourceIfMatch: otherVersion }),
  },
  {
    name: 'a copy to where nothing may lie',
    send: (s3, Key) => copied(s3, Key, { IfNoneMatch: '*' }),
    mayBeIgnored: true,
  },
  {
    name: 'a copy over another version',
    send: (s3, Key) => copied(s3, Key, { IfMatch: otherVersion }),
    mayBeIgnored: true,
  },
  {
    name: 'a deletion of another version',
    send: (s3, Key) => s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: otherVersion })),
    mayBeIgnored: true,
  },
];

describe('Refused as overtaken, and without effect, is', () => {
  test.each(brokenConditions)('$name', async ({ name, send, mayBeIgnored }) => {
    const key = `conditions/${name}`;
    await put('source', 'source');
    await put(key, 'old');
    const refusal = await refusalOf(send(aws.s3, key));
    if (refusal === undefined && mayBeIgnored && services.s3.url !== undefined) {
      console.log(`This S3 does not refuse ${name}`);
      return;
    }
    expect(isOvertaken(refusal), String(refusal)).toBe(true);
    expect(await textOf(key)).toBe('old');
  });
});

describe('Of what is not there', () => {
  const Key = 'conditions/missing';

  test('a look and a read say so by classes of the SDK', async () => {
    expect(await refusalOf(aws.s3.send(new HeadObjectCommand({ Bucket, Key })))).toBeInstanceOf(NotFound);
    expect(await refusalOf(aws.s3.send(new GetObjectCommand({ Bucket, Key })))).toBeInstanceOf(NoSuchKey);
  });

  test('a put over a version and a copy are refused as overtaken', async () => {
    const over = new PutObjectCommand({ Bucket, Key, Body: 'new', IfMatch: otherVersion });
    expect(isOvertaken(await refusalOf(aws.s3.send(over)))).toBe(true);
    const CopySource = `${Bucket}/${Key}`;
    const of = new CopyObjectCommand({ Bucket, Key: 'copy', CopySource, CopySourceIfMatch: otherVersion });
    expect(await refusalOf(aws.s3.send(of))).toMatchObject({ name: 'NoSuchKey' });
  });

  test('a deletion of a version is done or overtaken, and one without condition is done', async () => {
    const version = new DeleteObjectCommand({ Bucket, Key, IfMatch: otherVersion });
    const refusal = await refusalOf(aws.s3.send(version));
    expect(refusal === undefined || isOvertaken(refusal)).toBe(true);
    expect(await refusalOf(aws.s3.send(new DeleteObjectCommand({ Bucket, Key })))).toBeUndefined();
  });
});

test('A read of what is known already answers 304', async () => {
  const IfNoneMatch = await put('conditions/known', 'known');
  const read = new GetObjectCommand({ Bucket, Key: 'conditions/known', IfNoneMatch });
  expect(await refusalOf(aws.s3.send(read))).toMatchObject({ $metadata: { httpStatusCode: 304 } });
});
