/**
 * Every function's bundle as it is synthesised, outside the source tree, in a process of its own: what it holds, and
 * that the whole system runs on bundles alone, with what Lambda and the stack would give them: each behind a proxy that
 * lets through what its role allows.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { keyOf, searchKeys } from '../../functions/make-search-keys/search-keys.ts';
import { bundleFunction } from '../../infra/bundle-function.ts';
import { callFunction } from '../../local/api-gateway.ts';
import { tableName, withdrawalsTableName } from '../../local/aws.ts';
import { closeServer, listenOnLoopback } from '../../local/listen.ts';
import { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { moved } from '../../shared/catalogue/transitions.ts';
import { documentId } from '../../shared/document.ts';
import { lookAgain } from '../../shared/upload-event.ts';
import { external } from '../infra/synthesised.ts';
import { type BundledVindplaats, startBundled } from './bundled-vindplaats.ts';
import { startKeyServer, startSecretsManager } from './key-stand-ins.ts';
import { readAtStart } from './read-at-start.ts';
import { Runtimes } from './runtimes.ts';
import { synthesiseFunctions } from './synthesised-functions.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
/** What the ledger or a report says of something. */
const stateOf = (answer: unknown) => z.looseObject({ state: z.string().optional() }).parse(answer).state;
const functions = synthesiseFunctions(join(folder, 'cdk.out'), external);
const filesOf = (bundle: string) => readdirSync(bundle).filter((name) => name.endsWith('.mjs'));
const runtimes = new Runtimes(functions, folder);

afterAll(() => {
  runtimes.stop();
  // What was just ended may still be writing there.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

describe('A bundle', () => {
  it.each(functions)('of $name holds every file that it looks for beside itself', ({ bundle }) => {
    for (const name of filesOf(bundle)) {
      const source = readFileSync(join(bundle, name), 'utf8');
      const neighbours = [
        ...source.matchAll(/["'`]\.\/([\w-]+\.mjs)["'`]/g),
        ...source.matchAll(/new URL\(["'`](?:\.\/)?([\w-]+\.\w+)["'`],\s*import\.meta\.url\)/g),
      ];
      for (const [, neighbour = ''] of neighbours) {
        expect(existsSync(join(bundle, neighbour)), `${name} looks for ${neighbour}`).toBe(true);
      }
    }
  });

  const packagesOf = (name: string, entries: readonly string[] = []) => {
    const out = join(folder, 'packages', name);
    mkdirSync(out, { recursive: true });
    return new Set(
      Object.keys(bundleFunction({ name, entries }, out).inputs).flatMap(
        (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
      ),
    );
  };
  const reading = ['unpdf', 'linkedom', '@mozilla/readability', 'markdown-it'];

  it('of ingest-document holds what reads files, so that the next checks look for what there is', () => {
    const packages = packagesOf('ingest-document', ['functions/ingest-document/reading/reading-process.ts']);
    for (const one of reading) expect(packages).toContain(one);
  });

  it('of public-api holds nothing that reads files or speaks to the catalogue', () => {
    const packages = packagesOf('public-api');
    expect(packages).toContain('zod');
    for (const one of [...reading, '@aws-sdk/client-dynamodb', '@aws-sdk/client-sqs']) {
      expect(packages).not.toContain(one);
    }
  });

  it('of public-api has a cold start read at most 200 KiB, for a visitor waits for it', () => {
    const { bundle } = functions.find(({ name }) => name === 'public-api') ?? expect.fail('no public-api');
    const bytes = [...readAtStart(bundle, 'handler.mjs')].map((name) => statSync(join(bundle, name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(200 * 1024);
  });

  it('holds PDF.js only where files are read', () => {
    const holdPdfJs = functions.filter(({ bundle }) =>
      filesOf(bundle).some((name) => readFileSync(join(bundle, name), 'utf8').includes('PDFDocumentProxy')),
    );
    expect(holdPdfJs.map(({ name }) => name)).toEqual(['ingest-document']);
  });
});

/** What roles allow and this story does not take, or not each time, and what does. */
const takenOtherwise: readonly (readonly [RegExp, string])[] = [
  [/: logs:/, 'Lambda itself'],
  [/: sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes) on \w+-queue\/queue$/, 'Lambda itself'],
  [/^(reconcile|rebuild)-index: dynamodb:\w+ on withdrawals$/, 'a row that was mended, or is public again'],
  [/: secretsmanager:GetSecretValue on search-keys\/(public|archive|read|write)$/, 'an engine with keys'],
  [/: dynamodb:BatchGetItem on catalogue$/, 'single items that are wanted at the same moment'],
  [/^(ingest|index)-documents?: sqs:ChangeMessageVisibility on/, 'a message that failed'],
  [/^ingest-document: dynamodb:UpdateItem on/, 'a look that failed for the last time'],
  [/^index-documents: dynamodb:PutItem on catalogue$/, 'a file that was renamed, or has an equal'],
  [/^rebuild-index: dynamodb:UpdateItem on/, 'a change that waits while a new index is promoted'],
  [/^reconcile-index: s3:GetObject on documents-bucket/, 'a document that the listing lacks'],
  [/^reconcile-index: s3:DeleteObject on documents-bucket/, 'a document that no row has named for a day'],
  [/^back-up: s3:AbortMultipartUpload on/, 'a backup of many parts that failed'],
];

describe('On bundles alone', () => {
  let vindplaats: BundledVindplaats;

  beforeAll(async () => {
    vindplaats = await startBundled(runtimes, folder);
    await vindplaats.s3.send(new CreateBucketCommand({ Bucket: 'backups' }));
  });
  afterAll(() => vindplaats?.stop());

  const total = (path: string) => vindplaats.total(path);
  const eventually = (holds: () => Promise<boolean>) => vindplaats.eventually(holds);

  const key = 'public/ontslagbrief-pietersen.md';
  const path = `/archive/documents/${documentId(key)}`;

  it('a file is read, indexed and found, by visitors and by staff', async () => {
    await vindplaats.s3.send(
      new PutObjectCommand({
        Bucket: 'uploads',
        Key: key,
        Body: '# Zwanenzang\n\nDe kamperfoelie bloeit.\n',
      }),
    );
    await eventually(async () => (await total('/search?q=kamperfoelie')) === 1);
    await eventually(async () => (await total('/archive/search?q=kamperfoelie')) === 1);
  });

  it('staff correct it, and the sweep, a reconciliation and a rebuild find nothing to do about it', async () => {
    await vindplaats.ask(path, { method: 'PATCH', body: JSON.stringify({ title: 'Zomerlied' }) });
    await eventually(async () => (await total('/search?q=zomerlied')) === 1);
    expect(await (await runtimes.of('sweep-pending')).invoke({})).toEqual({ due: 0, failed: 0 });
    await (await runtimes.of('reconcile-index')).invoke({});
    await (await runtimes.of('rebuild-index')).invoke({});
  });

  it('the day’s backup is written', async () => {
    expect(await (await runtimes.of('back-up')).invoke({})).toMatchObject({ corrections: 1 });
    const { Body } = await vindplaats.s3.send(
      new GetObjectCommand({ Bucket: 'backups', Key: 'backups/latest.jsonl' }),
    );
    expect(await Body?.transformToString()).toContain(`{"type":"corrections","key":"${key}"`);
  });

  it('the canary comes and goes', async () => {
    const canary = await runtimes.of('canary', { SITE_URL: vindplaats.origin });
    expect(await canary.invoke({})).toEqual({
      foundAfter: expect.any(Number),
      visitorAnsweredIn: expect.any(Number),
      shownToVisitors: false,
      gone: true,
    });
    await eventually(async () => (await total('/archive/search')) === 1);
  });

  const patch = (id: string, body: unknown) =>
    vindplaats.ask(`/archive/documents/${id}`, { method: 'PATCH', body: JSON.stringify(body) });
  const post = (route: string, body: unknown = {}) =>
    vindplaats.ask(`/archive/${route}`, { method: 'POST', body: JSON.stringify(body) });

  it('the same file again, a replacement, and a sidecar that comes, changes and goes are each looked at', async () => {
    await vindplaats.upload(key, '# Zwanenzang\n\nDe kamperfoelie bloeit.\n');
    await vindplaats.upload(key, '# Zwanenzang\n\nDe kamperfoelie bloeit in mei.\n');
    await eventually(async () => (await total('/search?q=kamperfoelie+mei')) === 1);
    await vindplaats.upload(`${key}.meta.yaml`, 'keywords: [bloemen]\n');
    await vindplaats.upload(`${key}.meta.yaml`, 'visibility: internal\n');
    await eventually(async () => (await total('/search?q=kamperfoelie')) === 0);
    await vindplaats.s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: `${key}.meta.yaml` }));
    await eventually(async () => (await total('/search?q=kamperfoelie')) === 1);
  });

  it('staff make an internal document public, hide it and remove it', async () => {
    await vindplaats.upload('internal/notulen.md', '# Notulen\n\nOver de lijsterbes.\n');
    await vindplaats.upload('internal/notulen.md.meta.yaml', 'keywords: [bomen]\n');
    await eventually(async () => (await total('/archive/search?q=lijsterbes')) === 1);
    await patch(documentId('internal/notulen.md'), { visibility: 'public' });
    await eventually(async () => (await total('/search?q=lijsterbes')) === 1);
    const document = documentId('public/notulen.md');
    await patch(document, { visibility: 'internal' });
    await eventually(async () => (await total('/search?q=lijsterbes')) === 0);
    await vindplaats.ask(`/archive/documents/${document}`, { method: 'DELETE' });
    await eventually(async () => (await total('/archive/search?q=lijsterbes')) === 0);
  });

  it('the sweep finishes a move that was interrupted', async () => {
    await vindplaats.upload('internal/rooster.md', '# Rooster\n\nDe bosanemoon op vrijdag.\n');
    await eventually(async () => (await total('/archive/search?q=bosanemoon')) === 1);
    const catalogue = new Catalogue(vindplaats.dynamodb, tableName, withdrawalsTableName);
    const source = await catalogue.get(documentId('internal/rooster.md'));
    if (!source) expect.fail('no row');
    const cause = { at: new Date(Date.now() - 10 * 60_000), by: 'staff' };
    const { corrections, settled, upload } = source;
    const asked = { source, key: 'public/rooster.md', etag: upload?.etag, corrections, settled };
    await catalogue.write(moved(undefined, asked, cause), undefined);
    expect(await (await runtimes.of('sweep-pending')).invoke({})).toMatchObject({ failed: 0 });
    await eventually(async () => (await total('/search?q=bosanemoon')) === 1);
  });

  it('a document that was lost is kept again when its upload comes again', async () => {
    await vindplaats.settled();
    const listing = { Bucket: 'documents', Prefix: `${documentId('public/rooster.md')}/` };
    const { Contents = [] } = await vindplaats.s3.send(new ListObjectsV2Command(listing));
    expect(Contents).not.toEqual([]);
    for (const { Key } of Contents) {
      await vindplaats.s3.send(new DeleteObjectCommand({ Bucket: 'documents', Key }));
    }
    await vindplaats.upload('public/rooster.md', '# Rooster\n\nDe bosanemoon op vrijdag.\n');
    expect((await vindplaats.s3.send(new ListObjectsV2Command(listing))).Contents).toHaveLength(1);
  });

  it('a large file is put in parts, at addresses that staff-api signed', async () => {
    const size = 8 * 1024 * 1024 + 1;
    const large = { key: 'internal/groot.bin', size, contentType: 'application/octet-stream' };
    const { id, parts, complete } = z
      .object({
        id: z.string(),
        parts: z.array(z.object({ number: z.int(), url: z.url(), size: z.int() })),
        complete: z.object({ body: z.record(z.string(), z.unknown()) }),
      })
      .parse(await post('uploads', large));
    const put = await Promise.all(
      parts.map(async (part) => {
        const { headers } = await fetch(part.url, { method: 'PUT', body: Buffer.alloc(part.size) });
        return { number: part.number, etag: headers.get('etag') };
      }),
    );
    expect(await post('uploads/multipart', { ...complete.body, parts: put })).toMatchObject({ id });
    await eventually(async () => stateOf(await vindplaats.ask(`/archive/uploads/${id}`)) === 'refused');
    await vindplaats.ask(`/archive/documents/${id}`, { method: 'DELETE' });
    expect(await vindplaats.ask('/archive/uploads')).toHaveProperty('uploads');
  });

  it('a backup is restored over what came since', async () => {
    const backup = z
      .looseObject({ terms: z.array(z.unknown()), corrections: z.array(z.looseObject({ key: z.string() })) })
      .parse(await vindplaats.ask('/archive/backup'));
    const term = { type: 'theme', slug: 'bosbeheer', label: 'Bosbeheer', aliases: [] };
    const choice = { takenAt: new Date().toISOString(), overwrite: true };
    expect(await post('restore/terms', { overwrite: true, terms: [...backup.terms, term] })).toMatchObject({
      restored: 1,
    });
    expect(await post('restore/terms', { overwrite: true, terms: backup.terms })).toMatchObject({
      restored: 1,
    });
    await patch(documentId(key), { title: 'Winterlied' });
    const { corrections } = backup;
    expect(await post('restore/corrections', { ...choice, corrections })).toHaveProperty('outcomes');
    await eventually(async () => (await total('/search?q=zomerlied')) === 1);
    expect(await post('restore/links', { after: null })).toHaveProperty('next');
  });

  it('a reconciliation finds what was lost and forgets what was removed long ago', async () => {
    const itemOf = (upload: string) => ({
      TableName: tableName,
      Key: { pk: { S: `document#${documentId(upload)}` }, sk: { S: 'document' } },
    });
    const stateOfUpload = async (upload: string) =>
      stateOf(await vindplaats.ask(`/archive/uploads/${documentId(upload)}`));
    await vindplaats.dynamodb.send(new DeleteItemCommand(itemOf(key)));
    await vindplaats.dynamodb.send(
      new UpdateItemCommand({
        ...itemOf('public/notulen.md'),
        UpdateExpression: 'SET updatedAt = :longAgo',
        ExpressionAttributeValues: { ':longAgo': { S: '2001-01-01T00:00:00.000Z' } },
      }),
    );
    await post('reconcile');
    await eventually(async () => {
      await (await runtimes.of('reconcile-index')).invoke({});
      return (await stateOfUpload(key)) === 'searchable';
    });
    expect(await stateOfUpload('public/notulen.md')).toBeUndefined();
  });

  it('a rebuild runs to its end', async () => {
    await post('rebuild');
    await eventually(async () => {
      await (await runtimes.of('rebuild-index')).invoke({});
      return stateOf(await vindplaats.ask('/archive/reports/rebuild')) === 'promoted';
    });
  });

  it('what was given up is sent through the queues again', async () => {
    await vindplaats.sqs.send(
      new SendMessageCommand({
        QueueUrl: process.env.UPLOADS_DEAD_LETTERS_URL,
        MessageBody: JSON.stringify(lookAgain('uploads', key)),
      }),
    );
    await vindplaats.sqs.send(
      new SendMessageCommand({
        QueueUrl: process.env.CHANGES_DEAD_LETTERS_URL,
        MessageBody: JSON.stringify({ id: documentId(key) }),
      }),
    );
    expect(await post('redrive')).toMatchObject({ moved: { uploads: 1, changes: 1 } });
    await eventually(async () => (await total('/search?q=kamperfoelie')) === 1);
  });

  it('the search engine and the functions are given the same keys, once', async () => {
    const master = external.masterKeySecret;
    const secrets = new Map([[master, 'a-master-key']]);
    const keys = new Map<string, unknown>();
    const secretsManager = await startSecretsManager(secrets);
    const server = await startKeyServer('a-master-key', keys);
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = secretsManager.url;
    const runtime = await runtimes.of('make-search-keys', {
      PUBLIC_KEY_SECRET: 'search-keys/public',
      ARCHIVE_KEY_SECRET: 'search-keys/archive',
      READ_KEY_SECRET: 'search-keys/read',
      WRITE_KEY_SECRET: 'search-keys/write',
      MASTER_KEY_SECRET: master,
      SEARCH_ENGINE_URL: server.url,
    });
    const made = searchKeys.length;
    expect(await runtime.invoke({})).toEqual({ healthy: true, made, bytes: 12_345 });
    expect(await runtime.invoke({})).toEqual({ healthy: true, made: 0, bytes: 12_345 });
    await Promise.all([secretsManager.stop(), server.stop()]);
    expect([...keys.values()]).toMatchObject(searchKeys.map(({ uid, actions }) => ({ uid, actions })));
    for (const { use, uid } of searchKeys) {
      expect(secrets.get(`search-keys/${use}`)).toBe(keyOf('a-master-key', uid));
    }
  });

  it('with a server as its engine, public-api knows what is withdrawn before the engine does', async () => {
    const id = documentId('public/ingetrokken.md');
    await vindplaats.dynamodb.send(
      new PutItemCommand({
        TableName: withdrawalsTableName,
        Item: {
          id: { S: id },
          revision: { N: '1' },
          at: { S: '2026-01-01T00:00:00Z' },
          gone: { BOOL: true },
        },
      }),
    );
    const visitors = new Runtimes(functions, join(folder, 'visitors'));
    mkdirSync(join(folder, 'visitors'));
    const publicApi = await visitors.of('public-api', { SEARCH_ENGINE_URL: 'http://127.0.0.1:9' });
    const ask = (path: string) =>
      callFunction(
        (event) => publicApi.invoke(event),
        {
          ...{ method: 'GET', path, queryString: '', body: Buffer.from(''), sourceIp: '127.0.0.1' },
          headers: { accept: 'application/json' },
        },
        () => {},
      );
    expect(await ask(`/documents/${id}`)).toMatchObject({ status: 410 });
    expect([...visitors.denials]).toEqual([]);
    visitors.stop();
    await vindplaats.dynamodb.send(
      new DeleteItemCommand({ TableName: withdrawalsTableName, Key: { id: { S: id } } }),
    );
  });

  it('a deployment has the pages published, and is told so', async () => {
    await vindplaats.s3.send(new CreateBucketCommand({ Bucket: 'web' }));
    const answers: unknown[] = [];
    const cloudFormation = createServer(async (request, response) => {
      answers.push(JSON.parse(await text(request)));
      response.end();
    });
    const port = await listenOnLoopback(cloudFormation);
    await (await runtimes.of('publish-web')).invoke({
      RequestType: 'Create',
      ResponseURL: `http://127.0.0.1:${port}/answer`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'pages',
      ResourceProperties: { Bucket: 'web' },
    });
    await closeServer(cloudFormation);
    expect(answers).toMatchObject([{ Status: 'SUCCESS', RequestId: 'request' }]);
    const { Body, ContentType } = await vindplaats.s3.send(
      new GetObjectCommand({ Bucket: 'web', Key: 'index.html' }),
    );
    expect(ContentType).toBe('text/html; charset=utf-8');
    expect(await Body?.transformToString()).toMatch(/^<!doctype html>/i);
  });

  it('every function has done its job, and its role denied it nothing', () => {
    expect([...runtimes.names].sort()).toEqual(functions.map(({ name }) => name).sort());
    expect([...runtimes.denials]).toEqual([]);
  });

  // Told and not judged: which of two functions does a piece of work first is chance, and with it what each takes.
  it('what no call of this story took of a role is told, for whoever looks for less privilege', async ({
    annotate,
  }) => {
    const grants = await runtimes.unusedGrants();
    expect(Object.keys(grants).sort()).toEqual(expect.arrayContaining(['ingest-document', 'public-api']));
    const unused = Object.entries(grants).flatMap(([name, of]) => of.map((grant) => `${name}: ${grant}`));
    const unexplained = unused.filter((grant) => !takenOtherwise.some(([taken]) => taken.test(grant)));
    if (unexplained.length > 0) await annotate(`Taken by no call: ${unexplained.join(', ')}`);
  });

  const Line = z.looseObject({
    service: z.string(),
    level: z.string().optional(),
    message: z.string().optional(),
    correlation_id: z.string().optional(),
    document: z.string().optional(),
    state: z.string().optional(),
  });
  const lines = () =>
    runtimes.log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => Line.parse(JSON.parse(line)));

  it('an upload can be followed from its event to being searchable by one id', () => {
    const steps = lines().filter(({ document }) => document === documentId(key));
    const [read] = steps.filter(({ service, state }) => service === 'ingest-document' && state === 'kept');
    expect(read?.correlation_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(steps).toContainEqual(
      expect.objectContaining({
        service: 'index-documents',
        state: 'searchable',
        correlation_id: read?.correlation_id,
      }),
    );
  });

  it('the measurements of the way are written', () => {
    const names = new Set(lines().flatMap((line) => Object.keys(line)));
    for (const name of [
      ...['UploadToSearchable', 'ChangeToSearchable', 'Kept', 'SearchLatency', 'SearchEmpty', 'PendingRows'],
      ...[
        'EngineSearchable',
        'IndexedDocuments',
        'CanaryFound',
        'CanaryMilliseconds',
        'VisitorAnswered',
        'VisitorMilliseconds',
        'CanaryShown',
        'CanaryGone',
        'BackedUp',
        'EngineHealthy',
        'EngineSize',
      ],
    ]) {
      expect(names).toContain(name);
    }
  });

  it('nothing that people wrote or asked, nor who they are, is in any log', () => {
    const all = runtimes.log;
    expect(all).toContain('A document moved on');
    for (const told of [
      'kamperfoelie',
      'Zwanenzang',
      'zomerlied',
      'pietersen',
      '127.0.0.1',
      vindplaats.token(),
    ]) {
      expect(all.toLowerCase()).not.toContain(told.toLowerCase());
    }
    const errors = lines().filter(
      ({ level, message }) => level === 'ERROR' && message !== 'A request failed',
    );
    expect(errors).toEqual([]);
    expect(vindplaats.faults).toEqual([]);
  });
});
