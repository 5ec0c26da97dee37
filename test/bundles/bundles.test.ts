/**
 * Every function's bundle as it is synthesised, outside the source tree, in a process of its own: what it holds, and
 * that the whole system runs on bundles alone, with what Lambda and the stack would give them.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { keyOf, searchKeys } from '../../functions/make-search-keys/search-keys.ts';
import { bundleFunction } from '../../infra/bundle-function.ts';
import { closeServer, listenOnLoopback } from '../../local/listen.ts';
import { documentId } from '../../shared/document.ts';
import { external } from '../infra/synthesised.ts';
import { type BundledVindplaats, startBundled } from './bundled-vindplaats.ts';
import { startKeyServer, startSecretsManager } from './key-stand-ins.ts';
import { readAtStart } from './read-at-start.ts';
import { Runtimes } from './runtimes.ts';
import { synthesiseFunctions } from './synthesised-functions.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
const functions = synthesiseFunctions(join(folder, 'cdk.out'), external);
const filesOf = (bundle: string) => readdirSync(bundle).filter((name) => name.endsWith('.mjs'));
const runtimes = new Runtimes(functions, folder);

afterAll(() => {
  runtimes.stop();
  rmSync(folder, { recursive: true, force: true });
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
    expect(await (await runtimes.of('canary')).invoke({})).toEqual({
      foundAfter: expect.any(Number),
      gone: true,
    });
    await eventually(async () => (await total('/archive/search')) === 1);
  });

  it('the search engine and the functions are given the same keys, once', async () => {
    const secrets = new Map([['master', 'a-master-key']]);
    const keys = new Map<string, unknown>();
    const secretsManager = await startSecretsManager(secrets);
    const server = await startKeyServer('a-master-key', keys);
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = secretsManager.url;
    const secretOf = { PUBLIC_KEY_SECRET: 'public', ARCHIVE_KEY_SECRET: 'archive' };
    const others = { READ_KEY_SECRET: 'read', WRITE_KEY_SECRET: 'write', MASTER_KEY_SECRET: 'master' };
    const runtime = await runtimes.of('make-search-keys', {
      ...secretOf,
      ...others,
      SEARCH_ENGINE_URL: server.url,
    });
    const made = searchKeys.length;
    expect(await runtime.invoke({})).toEqual({ healthy: true, made, bytes: 12_345 });
    expect(await runtime.invoke({})).toEqual({ healthy: true, made: 0, bytes: 12_345 });
    await Promise.all([secretsManager.stop(), server.stop()]);
    expect([...keys.values()]).toMatchObject(searchKeys.map(({ uid, actions }) => ({ uid, actions })));
    for (const { use, uid } of searchKeys) expect(secrets.get(use)).toBe(keyOf('a-master-key', uid));
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

  it('every function has done its job', () => {
    expect([...runtimes.names].sort()).toEqual(functions.map(({ name }) => name).sort());
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
