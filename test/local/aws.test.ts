import { createHash } from 'node:crypto';
import { request } from 'node:http';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { bucketNames, type LocalAws, startAws } from '../../local/aws.ts';
import { startTestAws, temporaryFolder } from './temporary.ts';

const Bucket = bucketNames.uploads;

const Event = z.looseObject({
  'detail-type': z.string(),
  source: z.literal('aws.s3'),
  time: z.iso.datetime(),
  id: z.uuid(),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string(),
      size: z.int().optional(),
      etag: z.string().optional(),
      sequencer: z.string().regex(/^[0-9A-F]{18}$/),
    }),
  }),
});

async function receive(aws: LocalAws, waitSeconds = 1): Promise<Message[]> {
  const { Messages = [] } = await aws.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: aws.queueUrls.uploads,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
}

async function events(aws: LocalAws, count: number): Promise<z.infer<typeof Event>[]> {
  const found: z.infer<typeof Event>[] = [];
  while (found.length < count) {
    const messages = await receive(aws, 5);
    if (messages.length === 0) throw new Error(`Only ${found.length} of ${count} events arrived`);
    found.push(...messages.map(({ Body }) => Event.parse(JSON.parse(Body ?? ''))));
  }
  return found;
}

async function put(aws: LocalAws, Key: string, Body = 'text'): Promise<void> {
  await aws.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
}

describe('an upload is announced on the uploads queue', () => {
  test('with its key as it is, its size and its ETag', async () => {
    const aws = await startTestAws();
    const key = 'public/een map/coöperatie 50% & meer+?.txt';
    await put(aws, key, 'twaalf bytes');
    const [event] = await events(aws, 1);
    expect(event?.['detail-type']).toBe('Object Created');
    expect(event?.detail.bucket.name).toBe(Bucket);
    const etag = createHash('md5').update('twaalf bytes').digest('hex');
    expect(event?.detail.object).toMatchObject({ key, size: 12, etag });
  });

  test('when it is put by a presigned address', async () => {
    const aws = await startTestAws();
    const url = await getSignedUrl(aws.s3, new PutObjectCommand({ Bucket, Key: 'public/a.txt' }));
    const response = await fetch(url, { method: 'PUT', body: 'text' });
    expect(response.status).toBe(200);
    expect((await events(aws, 1))[0]?.detail.object.key).toBe('public/a.txt');
  });

  test('once when it is a copy', async () => {
    const aws = await startTestAws();
    await put(aws, 'public/a.txt');
    await aws.s3.send(
      new CopyObjectCommand({ Bucket, Key: 'public/b.txt', CopySource: `${Bucket}/public/a.txt` }),
    );
    const keys = (await events(aws, 2)).map(({ detail }) => detail.object.key);
    expect(keys).toEqual(['public/a.txt', 'public/b.txt']);
    expect(await receive(aws, 0)).toEqual([]);
  });

  test('once when it came in parts', async () => {
    const aws = await startTestAws();
    const Body = Buffer.alloc(9 * 1024 * 1024, 'x');
    await new Upload({
      client: aws.s3,
      params: { Bucket, Key: 'public/large.txt', Body },
      partSize: 8 * 1024 * 1024,
    }).done();
    expect((await events(aws, 1))[0]?.detail.object).toMatchObject({
      key: 'public/large.txt',
      size: Body.length,
    });
    expect(await receive(aws, 0)).toEqual([]);
  });

  test('when it is deleted, and not when there was nothing to delete', async () => {
    const aws = await startTestAws();
    await put(aws, 'public/a.txt');
    await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: 'public/a.txt' }));
    await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: 'public/never.txt' }));
    const types = (await events(aws, 2)).map((event) => event['detail-type']);
    expect(types).toEqual(['Object Created', 'Object Deleted']);
    expect(await receive(aws, 0)).toEqual([]);
  });

  test('and nothing of the documents bucket is', async () => {
    const aws = await startTestAws();
    await aws.s3.send(new PutObjectCommand({ Bucket: bucketNames.documents, Key: 'a.json', Body: '{}' }));
    expect(await receive(aws, 0)).toEqual([]);
  });

  test('with sequencers that grow, over a restart too', async () => {
    const folder = temporaryFolder();
    const first = await startAws({ folder, generation: 9, repair: false });
    await put(first, 'public/a.txt');
    await put(first, 'public/b.txt');
    const before = (await events(first, 2)).map(({ detail }) => detail.object.sequencer);
    await first.stop();

    const second = await startTestAws(folder, 10);
    await put(second, 'public/c.txt');
    const after = (await events(second, 3)).find(({ detail }) => detail.object.key === 'public/c.txt');
    const all = [...before, after?.detail.object.sequencer ?? ''];
    expect(all).toEqual(all.toSorted());
    expect(new Set(all).size).toBe(3);
  });
});

describe('what was kept is there after a restart', () => {
  test('objects with their metadata', async () => {
    const folder = temporaryFolder();
    const first = await startAws({ folder, generation: 1, repair: false });
    await first.s3.send(
      new PutObjectCommand({ Bucket, Key: 'public/a.txt', Body: 'text', Metadata: { source: 'watch' } }),
    );
    await first.stop();

    const second = await startTestAws(folder, 2);
    const object = await second.s3.send(new GetObjectCommand({ Bucket, Key: 'public/a.txt' }));
    expect(await object.Body?.transformToString()).toBe('text');
    expect(object.Metadata).toEqual({ source: 'watch' });
  });

  test('a message that was being worked on, at once', async () => {
    const folder = temporaryFolder();
    const first = await startAws({ folder, generation: 1, repair: false });
    await put(first, 'public/a.txt');
    expect(await receive(first)).toHaveLength(1);
    expect(await receive(first, 0)).toHaveLength(0);
    await first.stop();

    const second = await startTestAws(folder, 2);
    const [message] = await receive(second, 0);
    expect(message?.Attributes?.ApproximateReceiveCount).toBe('2');
  });
});

describe('where fauxqs 2.4.1 is mended', () => {
  test('pages of a listing hold every key, whatever its letters', async () => {
    const aws = await startTestAws();
    const keys = ['a', 'B', 'c', 'é', 'Z', 'z', 'map/a', 'map/B', '50%', 'q?x#y', 'x&y<z>'].map(
      (key) => `public/${key}`,
    );
    for (const key of keys) await put(aws, key);
    for (const pageSize of [1, 2, 3, 1000]) {
      const listed: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client: aws.s3, pageSize }, { Bucket })) {
        listed.push(...Contents.flatMap(({ Key }) => Key ?? []));
      }
      expect(listed).toEqual(keys.toSorted());
    }
  });

  test('folders of a listing are pages too', async () => {
    const aws = await startTestAws();
    for (const key of ['a/1', 'a/2', 'b', 'C/1']) await put(aws, key);
    const { Contents, CommonPrefixes } = await aws.s3.send(
      new ListObjectsV2Command({ Bucket, Delimiter: '/' }),
    );
    expect(Contents?.map(({ Key }) => Key)).toEqual(['b']);
    expect(CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['C/', 'a/']);
  });

  const refusal = (sent: Promise<unknown>) =>
    sent.then(
      () => 'done',
      (error) => `${error.$metadata?.httpStatusCode} ${error.name}`,
    );
  const Key = 'public/a.txt';
  const etagOf = async ({ s3 }: LocalAws) => (await s3.send(new HeadObjectCommand({ Bucket, Key }))).ETag;
  const textOf = async ({ s3 }: LocalAws, key = Key) =>
    (await s3.send(new GetObjectCommand({ Bucket, Key: key }))).Body?.transformToString();

  test('an object is written only as it was read', async () => {
    const aws = await startTestAws();
    const write = (Body: string, condition: object) =>
      refusal(aws.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...condition })));
    expect(await write('0', { IfMatch: '"0"' })).toBe('404 NoSuchKey');
    expect(await write('1', { IfNoneMatch: '*' })).toBe('done');
    expect(await write('2', { IfNoneMatch: '*' })).toBe('412 PreconditionFailed');
    const IfMatch = await etagOf(aws);
    expect(await write('3', { IfMatch })).toBe('done');
    expect(await write('4', { IfMatch })).toBe('412 PreconditionFailed');
    expect(await textOf(aws)).toBe('3');
  });

  test('of many that write at once on one condition, one does', async () => {
    const aws = await startTestAws();
    await put(aws, Key, 'begin');
    const IfMatch = await etagOf(aws);
    const writers = Array.from({ length: 20 }, (_, at) =>
      refusal(aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: `writer ${at}`, IfMatch }))),
    );
    const ends = await Promise.all(writers);
    expect(ends.filter((end) => end === 'done')).toHaveLength(1);
    expect(await textOf(aws)).toBe(`writer ${ends.indexOf('done')}`);
  });

  test('an object in parts takes no place that was taken meanwhile', async () => {
    const aws = await startTestAws();
    await put(aws, Key, 'begin');
    const Body = Buffer.alloc(9 * 1024 * 1024, 'x');
    const params = { Bucket, Key, Body, IfNoneMatch: '*' };
    const upload = new Upload({ client: aws.s3, params, partSize: 8 * 1024 * 1024 });
    expect(await refusal(upload.done())).toBe('412 PreconditionFailed');
    expect(await textOf(aws)).toBe('begin');
  });

  test('a copy is made only of what was read, and only where nothing is', async () => {
    const aws = await startTestAws();
    await put(aws, Key, 'source');
    const copy = (key: string, condition: object) => {
      const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
      return refusal(aws.s3.send(new CopyObjectCommand({ Bucket, Key: key, CopySource, ...condition })));
    };
    expect(await copy('public/b c.txt', { CopySourceIfMatch: '"0"' })).toBe('412 PreconditionFailed');
    const CopySourceIfMatch = await etagOf(aws);
    expect(await copy('public/b c.txt', { CopySourceIfMatch, IfNoneMatch: '*' })).toBe('done');
    expect(await copy('public/b c.txt', { CopySourceIfMatch, IfNoneMatch: '*' })).toBe(
      '412 PreconditionFailed',
    );
    expect(await textOf(aws, 'public/b c.txt')).toBe('source');
    await aws.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(await copy('public/d.txt', { CopySourceIfMatch })).toBe('404 NoSuchKey');
  });

  test('only what was read is deleted', async () => {
    const aws = await startTestAws();
    await put(aws, Key, 'first');
    const remove = (IfMatch: string | undefined) =>
      refusal(aws.s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch })));
    const first = await etagOf(aws);
    await put(aws, Key, 'second');
    expect(await remove(first)).toBe('412 PreconditionFailed');
    expect(await textOf(aws)).toBe('second');
    const second = await etagOf(aws);
    expect(await remove(second)).toBe('done');
    expect(await remove(second)).toBe('404 NoSuchKey');
    expect(await remove(undefined)).toBe('done');
  });

  test('a message that is given back at once is not lost', async () => {
    const aws = await startTestAws();
    const QueueUrl = aws.queueUrls.uploads;
    await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }));
    const [message] = await receive(aws);
    await aws.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    expect((await receive(aws, 0))[0]?.Body).toBe('again');
  });
});

describe('the stand-ins answer programs of this machine only', () => {
  const ask = (endpoint: string, headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(endpoint, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });

  test('not a page of another site', async () => {
    const { endpoints } = await startTestAws();
    for (const endpoint of [endpoints.s3, endpoints.dynamodb]) {
      const { port } = new URL(endpoint);
      expect(await ask(endpoint, { host: `uploads.example.org:${port}` })).toBe(403);
      expect(await ask(endpoint, { origin: 'http://example.org' })).toBe(403);
      expect(await ask(endpoint, { 'sec-fetch-site': 'cross-site' })).toBe(403);
      expect(await ask(endpoint, {})).toBe(200);
    }
  });
});

test('an object of any size that S3 takes is put in one request', async () => {
  const aws = await startTestAws();
  const Body = Buffer.alloc(12 * 1024 * 1024, 'x');
  await aws.s3.send(new PutObjectCommand({ Bucket: bucketNames.documents, Key: 'a/b.json', Body }));
  const { ContentLength } = await aws.s3.send(
    new HeadObjectCommand({ Bucket: bucketNames.documents, Key: 'a/b.json' }),
  );
  expect(ContentLength).toBe(Body.length);
});
