/** The whole way, from an upload to what staff repair, on S3, SQS and DynamoDB of others. */
import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bucketNames, tableName, withdrawalsTableName } from '../../local/aws.ts';
import { loadFunction } from '../../local/functions.ts';
import { scheduledEvent } from '../../local/scheduler.ts';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { moved } from '../../shared/catalogue/transitions.ts';
import { documentId } from '../../shared/document.ts';
import { lookAgain } from '../../shared/upload-event.ts';
import { type RunningVindplaats, startOnServices } from './running-vindplaats.ts';

let vindplaats: RunningVindplaats;
const Bucket = bucketNames.uploads;

beforeAll(async () => {
  vindplaats = await startOnServices();
  await vindplaats.silentS3.send(new CreateBucketCommand({ Bucket: 'backups' }));
});
afterAll(() => vindplaats?.stop());

const remove = (Key: string) => vindplaats.aws.s3.send(new DeleteObjectCommand({ Bucket, Key }));
const patch = (key: string, body: unknown) => vindplaats.ask('PATCH', `/documents/${documentId(key)}`, body);
const ledger = async (key: string) => (await vindplaats.ask('GET', `/uploads/${documentId(key)}`)).body;
const isInState = (key: string, state: string) =>
  vindplaats.eventually(async () => (await ledger(key)).state === state);
const rowOf = (key: string) =>
  new Catalogue(vindplaats.aws.dynamodb, tableName, withdrawalsTableName).get(documentId(key));
const revisionOf = async (key: string) => (await rowOf(key))?.revision ?? expect.fail('There is no row');
const itemOf = (key: string) => ({
  TableName: tableName,
  Key: { pk: { S: `document#${documentId(key)}` }, sk: { S: 'document' } },
});

/** The report of a reconciliation that began after this was called. */
const reconciled = async () => {
  const { requestedAt } = (await vindplaats.ask('POST', '/reconcile')).body;
  const report = async () => (await vindplaats.ask('GET', '/reports/reconcile')).body;
  await vindplaats.eventually(async () => {
    const { state, latest } = await report();
    return state === 'finished' && latest.startedAt >= requestedAt;
  });
  return (await report()).latest;
};

describe('An upload', () => {
  const key = 'public/zorg/één map & 50% + "meer"/zwanenzang.md';

  test('is found by visitors and by staff, and the ledger says so', async () => {
    await vindplaats.upload(key, '# Zwanenzang\n\nDe kamperfoelie bloeit.\n');
    await vindplaats.isFound('kamperfoelie');
    await vindplaats.isFoundByStaff('kamperfoelie');
    await isInState(key, 'searchable');
    expect(await ledger(key)).toMatchObject({ key, pending: false });
  });

  test('that comes again changes nothing, and a replacement is found in its place', async () => {
    const revision = await revisionOf(key);
    await vindplaats.upload(key, '# Zwanenzang\n\nDe kamperfoelie bloeit.\n');
    await vindplaats.settled();
    expect(await revisionOf(key)).toBe(revision);
    await vindplaats.upload(key, '# Zwanenzang\n\nDe goudenregen bloeit.\n');
    await vindplaats.isFound('goudenregen');
    expect(await vindplaats.found('kamperfoelie')).toBe(0);
  });

  test('follows its sidecar, that comes, changes and goes', async () => {
    await vindplaats.upload(`${key}.meta.yaml`, 'title: Lied van de zwaan\n');
    await vindplaats.isFound('"lied van de zwaan"');
    await vindplaats.upload(`${key}.meta.yaml`, 'visibility: internal\n');
    await vindplaats.isGone('goudenregen');
    expect(await vindplaats.foundByStaff('goudenregen')).toBe(1);
    await remove(`${key}.meta.yaml`);
    await vindplaats.isFound('goudenregen');
  });

  test('follows its metadata', async () => {
    await vindplaats.upload('public/besloten.txt', 'Over de beukenhaag.\n', { visibility: 'internal' });
    await vindplaats.isFoundByStaff('beukenhaag');
    expect(await vindplaats.found('beukenhaag')).toBe(0);
    await vindplaats.upload('public/besloten.txt', 'Over de beukenhaag.\n');
    await vindplaats.isFound('beukenhaag');
  });

  test('that is empty or of no known kind is refused with a reason', async () => {
    await vindplaats.upload('public/leeg.txt', '');
    await vindplaats.upload('public/plaatje.png', '\u0089PNG\r\n\u001a\n');
    await isInState('public/leeg.txt', 'refused');
    await isInState('public/plaatje.png', 'refused');
    expect((await ledger('public/leeg.txt')).refusal.reason).toBe('empty');
  });

  test('in parts is found', async () => {
    const Body = `Het grootste bestand gaat over waterschappen.\n\n${'Een regel die vaker voorkomt. '.repeat(200_000)}\n`;
    const params = { Bucket, Key: 'public/groot.txt', Body };
    await new Upload({ client: vindplaats.aws.s3, params }).done();
    await vindplaats.isFound('waterschappen');
  });

  test('that is deleted is gone for everyone', async () => {
    await remove('public/groot.txt');
    await vindplaats.isGone('waterschappen');
    await isInState('public/groot.txt', 'removed');
    const { status } = await fetch(`${vindplaats.origin}/documents/${documentId('public/groot.txt')}`);
    expect(status).toBe(410);
  });
});

describe('Staff', () => {
  test('correct a document, and its next version keeps that', async () => {
    const key = 'public/logopedie.txt';
    await vindplaats.upload(key, 'Stuk zonder goede naam over logopedie.\n');
    await vindplaats.isFound('logopedie');
    const corrections = { title: 'Zomerlied', keywords: [], series: { label: 'Praktijk', number: 2 } };
    expect((await patch(key, corrections)).status).toBe(200);
    await vindplaats.isFound('zomerlied');
    await vindplaats.upload(key, 'Nieuwe versie over slikken.\n');
    await vindplaats.isFound('zomerlied slikken');
  });

  test('make an internal document public together with its sidecar', async () => {
    const key = 'internal/map met spatie/notulen + coöperatie.md';
    const target = key.replace('internal', 'public');
    await vindplaats.upload(`${key}.meta.yaml`, 'title: Bomenboek\n');
    await vindplaats.upload(key, '# Notulen\n\nOver de lijsterbes.\n', { source: 'elders' });
    await vindplaats.isFoundByStaff('bomenboek lijsterbes');
    expect((await patch(key, { visibility: 'public' })).body).toMatchObject({ key: target, movedFrom: key });
    await vindplaats.isFound('bomenboek lijsterbes');
    await vindplaats.settled();
    expect(await vindplaats.foundByStaff('lijsterbes')).toBe(1);
    const { Contents = [] } = await vindplaats.silentS3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'internal/' }),
    );
    expect(Contents).toEqual([]);
  });

  test('do not make public what would take the place of another file', async () => {
    await vindplaats.upload('internal/bezet.md', '# Bezet\n\nOver de bosanemoon.\n');
    await vindplaats.isFoundByStaff('bosanemoon');
    await vindplaats.upload('public/bezet.md', 'Van een ander, over de waterlelie.\n');
    expect((await patch('internal/bezet.md', { visibility: 'public' })).status).toBe(409);
    await vindplaats.isFound('waterlelie');
    await remove('public/bezet.md');
    await isInState('public/bezet.md', 'removed');
    expect((await patch('internal/bezet.md', { visibility: 'public' })).status).toBe(200);
    await vindplaats.isFound('bosanemoon');
  });

  test('hide a document and remove it', async () => {
    expect((await patch('public/bezet.md', { visibility: 'internal' })).status).toBe(200);
    await vindplaats.isGone('bosanemoon');
    expect(await vindplaats.foundByStaff('bosanemoon')).toBe(1);
    const { status } = await vindplaats.ask('DELETE', `/documents/${documentId('public/bezet.md')}`);
    expect(status).toBe(202);
    await vindplaats.eventually(async () => (await vindplaats.foundByStaff('bosanemoon')) === 0);
  });

  test('keep their corrections when a file is renamed', async () => {
    const content = '# Oud\n\nOver de vuurtoren.\n';
    await vindplaats.upload('public/oude naam.md', content);
    await vindplaats.isFound('vuurtoren');
    await patch('public/oude naam.md', { title: 'Lichtbaken' });
    await vindplaats.isFound('lichtbaken');
    await remove('public/oude naam.md');
    await vindplaats.upload('public/nieuwe naam.md', content);
    await vindplaats.eventually(async () => (await ledger('public/nieuwe naam.md')).state === 'searchable');
    await vindplaats.isFound('lichtbaken');
    const old = `${vindplaats.origin}/documents/${documentId('public/oude naam.md')}`;
    await vindplaats.eventually(async () => (await fetch(old, { redirect: 'manual' })).status === 308);
  });

  test('put files at addresses that were signed for them, whole and in parts', async () => {
    const text = 'Samenvatting van het ergotherapieoverleg.\n';
    const small = { key: 'public/ergo één.txt', size: text.length, contentType: 'text/plain' };
    const { body: whole } = await vindplaats.ask('POST', '/uploads', small);
    const put = await fetch(whole.url, { method: 'PUT', body: text, headers: whole.headers });
    expect(put.status).toBe(200);
    await vindplaats.isFound('ergotherapieoverleg');

    const size = 8 * 1024 * 1024 + 1;
    const { body: large } = await vindplaats.ask('POST', '/uploads', { key: 'internal/groot.bin', size });
    const parts = [];
    for (const part of large.parts) {
      const { headers } = await fetch(part.url, { method: 'PUT', body: Buffer.alloc(part.size) });
      parts.push({ number: part.number, etag: headers.get('etag') });
    }
    const complete = (numbered: readonly object[]) =>
      vindplaats.ask('POST', '/uploads/multipart', { ...large.complete.body, parts: numbered });
    const unknown = parts.map(({ number }) => ({ number, etag: `"${'0'.repeat(32)}"` }));
    expect((await complete(unknown)).status).toBe(400);
    const completed = await complete(parts);
    expect(completed.status).toBe(200);
    await isInState('internal/groot.bin', 'refused');
    const head = new HeadObjectCommand({ Bucket, Key: 'internal/groot.bin' });
    expect((await vindplaats.silentS3.send(head)).ETag).toBe(`"${completed.body.etag}"`);
  });
});

describe('What runs by itself', () => {
  const scheduled = async (name: string) => (await loadFunction(name))(scheduledEvent());

  test('writes the day’s backup, and staff restore it', async () => {
    expect(await scheduled('back-up')).toMatchObject({ corrections: expect.any(Number) });
    const { Body } = await vindplaats.silentS3.send(
      new GetObjectCommand({ Bucket: 'backups', Key: 'backups/latest.jsonl' }),
    );
    expect(await Body?.transformToString()).toContain('"title":"Zomerlied"');
    const { body: backup } = await vindplaats.ask('GET', '/backup');
    await patch('public/logopedie.txt', { title: 'Winterlied' });
    await vindplaats.isFound('winterlied');
    const choice = { takenAt: new Date().toISOString(), overwrite: true };
    const { status } = await vindplaats.ask('POST', '/restore/corrections', {
      ...choice,
      corrections: backup.corrections,
    });
    expect(status).toBe(200);
    await vindplaats.isFound('zomerlied');
  });

  test('sends the canary, which is found and gone again', async () => {
    expect(await scheduled('canary')).toEqual({ foundAfter: expect.any(Number), gone: true });
  });

  test('finishes a move that was interrupted', async () => {
    await vindplaats.upload('internal/rooster.md', '# Rooster\n\nDe zeepier op vrijdag.\n');
    await vindplaats.isFoundByStaff('zeepier');
    await vindplaats.settled();
    const source = await rowOf('internal/rooster.md');
    if (!source) expect.fail('There is no row');
    const { corrections, settled, upload } = source;
    const asked = { source, key: 'public/rooster.md', etag: upload?.etag, corrections, settled };
    const cause = { at: new Date(Date.now() - 10 * 60_000), by: 'staff' };
    await new Catalogue(vindplaats.aws.dynamodb, tableName, withdrawalsTableName).write(
      moved(undefined, asked, cause),
      undefined,
    );
    expect(await scheduled('sweep-pending')).toMatchObject({ failed: 0 });
    await vindplaats.isFound('zeepier');
  });

  test('finds uploads and deletions without an event, and rows and documents that were lost', async () => {
    const key = 'public/stil.txt';
    await vindplaats.silentS3.send(
      new PutObjectCommand({ Bucket, Key: key, Body: 'Over de nachtvlinder.\n' }),
    );
    await vindplaats.silentS3.send(new DeleteObjectCommand({ Bucket, Key: 'public/besloten.txt' }));
    await vindplaats.aws.dynamodb.send(new DeleteItemCommand(itemOf('public/logopedie.txt')));
    await reconciled();
    await vindplaats.isFound('nachtvlinder');
    await vindplaats.isGone('beukenhaag');
    await isInState('public/logopedie.txt', 'searchable');
  });

  test('forgets what was removed long ago', async () => {
    await vindplaats.aws.dynamodb.send(
      new UpdateItemCommand({
        ...itemOf('public/groot.txt'),
        UpdateExpression: 'SET updatedAt = :longAgo',
        ExpressionAttributeValues: { ':longAgo': { S: '2001-01-01T00:00:00.000Z' } },
      }),
    );
    await reconciled();
    expect((await vindplaats.ask('GET', `/uploads/${documentId('public/groot.txt')}`)).status).toBe(404);
  });

  test('builds a new index to its end', async () => {
    expect((await vindplaats.ask('POST', '/rebuild')).status).toBe(202);
    await vindplaats.eventually(
      async () => (await vindplaats.ask('GET', '/reports/rebuild')).body.state === 'promoted',
    );
    expect(await vindplaats.found('goudenregen')).toBe(1);
  });

  test('gives up a message that fails five times, and staff have those that wait tried again', async () => {
    const { sqs, queueUrls, deadLetterUrls } = vindplaats.aws;
    const send = (QueueUrl: string, body: unknown) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));
    await vindplaats.settled();
    await send(queueUrls.uploads, { unreadable: true });
    await vindplaats.eventually(async () => {
      const receive = { QueueUrl: deadLetterUrls.uploads, VisibilityTimeout: 0, WaitTimeSeconds: 1 };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
      return Messages.some(({ Body }) => Body === '{"unreadable":true}');
    });
    await sqs.send(new PurgeQueueCommand({ QueueUrl: deadLetterUrls.uploads }));
    const key = 'public/rooster.md';
    for (let sent = 0; sent < 12; sent++) {
      await send(deadLetterUrls.uploads, lookAgain(Bucket, key));
      await send(deadLetterUrls.changes, { id: documentId(key) });
    }
    expect((await vindplaats.ask('POST', '/redrive')).body).toMatchObject({
      moved: { uploads: 12, changes: 12 },
      more: false,
    });
    await vindplaats.settled();
    expect(await vindplaats.found('zeepier')).toBe(1);
  });
});

describe('A thousand uploads', () => {
  const many = 1_050;

  test('are all found, and no page of any listing leaves one out', async () => {
    const before = await vindplaats.found('');
    const keys = Array.from({ length: many }, (_, at) => `public/massa/${at}.txt`);
    const uploader = async () => {
      for (let key = keys.pop(); key; key = keys.pop())
        await vindplaats.upload(key, `Massaproef ${key}.\n\n${'Een regel tekst. '.repeat(40)}\n`);
    };
    await Promise.all(Array.from({ length: 8 }, uploader));
    await vindplaats.eventually(async () => (await vindplaats.found('')) === before + many);
    await vindplaats.settled();
    expect(await reconciled()).toMatchObject({ drift: 0 });
    const listed = new Set<string>();
    let cursor = '';
    do {
      const { body } = await vindplaats.ask('GET', `/uploads?limit=100${cursor && `&cursor=${cursor}`}`);
      for (const { id } of body.uploads) listed.add(id);
      cursor = body.cursor ?? '';
    } while (cursor !== '');
    expect(listed.size).toBeGreaterThan(many);
  });
});

test('Nothing failed on the way but the unreadable message, five times', () => {
  expect(vindplaats.faults).toEqual([]);
  const warnings = vindplaats.warnings();
  const unreadable = warnings.filter((line) => line.includes('ZodError'));
  expect(unreadable).toHaveLength(5);
  expect(warnings.filter((line) => !unreadable.includes(line))).toEqual([]);
});
