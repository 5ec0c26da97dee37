/**
 * Every function's bundle as it is synthesised, outside the source tree, in a process of its own: what it holds, and
 * that the whole system runs on bundles alone, with what Lambda and the stack would give them.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bundleFunction } from '../../infra/bundle-function.ts';
import { startVindplaats, type Vindplaats } from '../../local/vindplaats.ts';
import { documentId } from '../../shared/document.ts';
import { external } from '../infra/synthesised.ts';
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

  it('holds PDF.js only where files are read', () => {
    const holdPdfJs = functions.filter(({ bundle }) =>
      filesOf(bundle).some((name) => readFileSync(join(bundle, name), 'utf8').includes('PDFDocumentProxy')),
    );
    expect(holdPdfJs.map(({ name }) => name)).toEqual(['ingest-document']);
  });
});

describe('On bundles alone', () => {
  let vindplaats: Vindplaats;
  let s3: S3Client;
  const faults: unknown[] = [];
  const environment = { ...process.env };

  beforeAll(async () => {
    vindplaats = await startVindplaats({
      port: 0,
      data: join(folder, 'data'),
      samples: false,
      watch: undefined,
      say: () => {},
      showProgress: () => {},
      onError: (error) => faults.push(error),
      load: async (name) => {
        const runtime = await runtimes.of(name);
        return (event) => runtime.invoke(event);
      },
    });
    const { endpoints } = z
      .object({ endpoints: z.object({ s3: z.string() }) })
      .parse(JSON.parse(readFileSync(join(folder, 'data', 'aws-endpoints.json'), 'utf8')));
    s3 = new S3Client({ endpoint: endpoints.s3, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'backups' }));
  });
  afterAll(async () => {
    await vindplaats?.stop();
    s3?.destroy();
    process.env = environment;
  });

  const token = () => readFileSync(join(folder, 'data', 'staff-token'), 'utf8').trim();
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token()}` };
    return (await fetch(vindplaats.origin + path, { headers, ...init })).json();
  };
  /** A problem has none: on a busy machine an engine may take longer than a search may wait for it. */
  const Total = z.object({ total: z.number().default(Number.NaN) });
  const total = async (path: string) => Total.parse(await ask(path)).total;
  const eventually = async (holds: () => Promise<boolean>) => {
    const deadline = Date.now() + 40_000;
    while (!(await holds())) {
      if (Date.now() > deadline) expect.fail(`In vain: ${[...faults, runtimes.log].join('\n').slice(-3000)}`);
      await pause(50);
    }
  };

  const key = 'public/ontslagbrief-pietersen.md';
  const path = `/archive/documents/${documentId(key)}`;

  it('a file is read, indexed and found, by visitors and by staff', async () => {
    await s3.send(
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
    await ask(path, { method: 'PATCH', body: JSON.stringify({ title: 'Zomerlied' }) });
    await eventually(async () => (await total('/search?q=zomerlied')) === 1);
    expect(await (await runtimes.of('sweep-pending')).invoke({})).toEqual({ due: 0, failed: 0 });
    await (await runtimes.of('reconcile-index')).invoke({});
    await (await runtimes.of('rebuild-index')).invoke({});
  });

  it('the day’s backup is written', async () => {
    expect(await (await runtimes.of('back-up')).invoke({})).toMatchObject({ corrections: 1 });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'backups', Key: 'backups/latest.jsonl' }));
    expect(await Body?.transformToString()).toContain(`{"type":"corrections","key":"${key}"`);
  });

  it('the canary comes and goes', async () => {
    expect(await (await runtimes.of('canary')).invoke({})).toEqual({
      foundAfter: expect.any(Number),
      gone: true,
    });
    await eventually(async () => (await total('/archive/search')) === 1);
  });

  it('what only a deployment can ask for its job loads as well', async () => {
    const idle = functions.filter(({ name }) => !runtimes.names.includes(name)).map(({ name }) => name);
    expect(idle.sort()).toEqual(['make-search-keys', 'publish-web']);
    for (const name of idle) await (await runtimes.of(name)).loaded();
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
      ],
    ]) {
      expect(names).toContain(name);
    }
  });

  it('nothing that people wrote or asked, nor who they are, is in any log', () => {
    const all = runtimes.log;
    expect(all).toContain('A document moved on');
    for (const told of ['kamperfoelie', 'Zwanenzang', 'zomerlied', 'pietersen', '127.0.0.1', token()]) {
      expect(all.toLowerCase()).not.toContain(told.toLowerCase());
    }
    const errors = lines().filter(
      ({ level, message }) => level === 'ERROR' && message !== 'A request failed',
    );
    expect(errors).toEqual([]);
    expect(faults).toEqual([]);
  });
});
