import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import type { Invoke } from '../../local/functions.ts';
import { listenOnLoopback } from '../../local/listen.ts';
import { PlainError } from '../../local/plain-error.ts';
import { startVindplaats, type VindplaatsOptions } from '../../local/vindplaats.ts';
import { temporaryFolder } from './temporary.ts';

// Starting sets the environment of the functions; no test should find that of another.
let before: NodeJS.ProcessEnv;
beforeEach(() => {
  before = { ...process.env };
});
afterEach(() => {
  process.env = before;
});

/** Functions that note what they are asked, and pass an upload on as the real ones do. */
function fakeFunctions() {
  const uploads: string[] = [];
  const changes: string[] = [];
  let sweeps = 0;
  const bodies = (event: unknown) =>
    z
      .custom<SQSEvent>()
      .parse(event)
      .Records.map(({ body }) => body);
  const functions: Record<string, Invoke> = {
    'ingest-document': async (event) => {
      const Body = z.object({ detail: z.object({ object: z.object({ key: z.string() }) }) });
      const { CHANGES_QUEUE_URL: QueueUrl } = process.env;
      for (const body of bodies(event)) {
        const { key } = Body.parse(JSON.parse(body)).detail.object;
        uploads.push(key);
        await new SQSClient().send(new SendMessageCommand({ QueueUrl, MessageBody: key }));
      }
    },
    'index-documents': async (event) => void changes.push(...bodies(event)),
    'sweep-pending': async () => void sweeps++,
    'reconcile-index': async () => undefined,
    'rebuild-index': async () => undefined,
    'public-api': async () => ({ statusCode: 200, body: 'public' }),
    'staff-api': async () => ({ statusCode: 200, body: 'staff' }),
  };
  const load = async (name: string): Promise<Invoke> => {
    const invoke = functions[name];
    if (!invoke) throw new Error(`There is no function ${name}`);
    return invoke;
  };
  return { uploads, changes, sweeps: () => sweeps, load };
}

async function start(options: Partial<VindplaatsOptions> = {}) {
  const functions = fakeFunctions();
  const said: string[] = [];
  const onError = vi.fn();
  const vindplaats = await startVindplaats({
    port: 0,
    data: join(temporaryFolder(), 'data'),
    samples: false,
    watch: undefined,
    say: (sentence) => said.push(sentence),
    showProgress: () => undefined,
    onError,
    load: functions.load,
    ...options,
  });
  onTestFinished(() => vindplaats.stop());
  return { ...vindplaats, ...functions, said, onError };
}

const soon = { timeout: 8_000, interval: 20 };

test('an upload goes the whole way by the real SDK, as the functions in the cloud see it', async () => {
  const { uploads, changes, sweeps, onError } = await start();
  // A function's own clients: no option but what the environment says.
  const s3 = new S3Client();
  await s3.send(
    new PutObjectCommand({ Bucket: process.env.UPLOADS_BUCKET, Key: 'public/a.txt', Body: 'text' }),
  );
  await s3.send(new DeleteObjectCommand({ Bucket: process.env.UPLOADS_BUCKET, Key: 'public/a.txt' }));
  await expect.poll(() => uploads, soon).toEqual(['public/a.txt', 'public/a.txt']);
  await expect.poll(() => changes, soon).toEqual(['public/a.txt', 'public/a.txt']);
  expect(sweeps()).toBe(1);
  expect(onError).not.toHaveBeenCalled();
});

test('nothing of a real account can be reached', async () => {
  process.env.AWS_PROFILE = 'production';
  process.env.AWS_SESSION_TOKEN = 'secret';
  process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = 'true';
  await start();
  const { AWS_PROFILE, AWS_SESSION_TOKEN, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS } = process.env;
  expect([AWS_PROFILE, AWS_SESSION_TOKEN, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('the watched folder and the way are one', async () => {
  const watch = temporaryFolder();
  const { uploads, filled } = await start({ watch });
  await filled;
  mkdirSync(join(watch, 'internal'));
  writeFileSync(join(watch, 'internal/a.txt'), 'text');
  await expect.poll(() => uploads, soon).toEqual(['internal/a.txt']);
});

test('staff get in with the token that was written for them, and nobody else does', async () => {
  const { origin, dataFolder } = await start();
  const file = join(dataFolder, 'staff-token');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const headers = { authorization: `Bearer ${readFileSync(file, 'utf8')}` };
  expect((await fetch(`${origin}/archive/uploads`, { method: 'POST', headers })).status).toBe(200);
  expect((await fetch(`${origin}/archive/uploads`)).status).toBe(401);
  const discovery = await (await fetch(`${origin}/.well-known/openid-configuration`)).json();
  expect(discovery).toMatchObject({ issuer: origin, vindplaats_token_file: file });
  expect(readFileSync(join(dataFolder, 'address'), 'utf8')).toBe(origin);
});

test('samples come with the first start only', async () => {
  const data = join(temporaryFolder(), 'data');
  for (const samples of [false, true]) {
    const { filled, uploads, stop } = await start({ data, samples });
    await filled;
    expect(uploads).toEqual([]);
    await stop();
  }
});

test('every start compares what was uploaded with what is known, and says what was found', async () => {
  const { filled, said } = await start({
    load: async (name) =>
      name === 'reconcile-index'
        ? async () => ({ queued: { uploads: 2, changes: 0 } })
        : fakeFunctions().load(name),
  });
  await filled;
  expect(said).toContainEqual(expect.stringContaining('2 of the uploads'));
});

test('a comparison that fails keeps nothing else from starting', async () => {
  const watch = temporaryFolder();
  const functions = fakeFunctions();
  const { filled, onError } = await start({
    watch,
    load: async (name) =>
      name === 'reconcile-index'
        ? async () => {
            throw new Error('The comparison failed');
          }
        : functions.load(name),
  });
  await filled;
  expect(onError).toHaveBeenCalledWith(new Error('The comparison failed'));
  mkdirSync(join(watch, 'public'));
  writeFileSync(join(watch, 'public/a.txt'), 'text');
  await expect.poll(() => functions.uploads, soon).toEqual(['public/a.txt']);
});

describe('one sentence says why it cannot start, and nothing is left running', () => {
  test('when the folder is in use', async () => {
    const { dataFolder } = await start();
    await expect(start({ data: dataFolder })).rejects.toThrow(/^Another Vindplaats is already using/);
  });

  test('when the port is taken', async () => {
    const other = createServer();
    onTestFinished(() => void other.close());
    const port = await listenOnLoopback(other);
    const data = join(temporaryFolder(), 'data');
    await expect(start({ data, port })).rejects.toThrow(`Port ${port} is taken`);
    await expect(start({ data, port })).rejects.toThrow(PlainError);
    const { dataFolder } = await start({ data });
    expect(existsSync(dataFolder)).toBe(true);
  });
});

test('it stops at once, and can be started again on the same data', async () => {
  const data = join(temporaryFolder(), 'data');
  for (const _ of [1, 2, 3]) {
    const { origin, stop, filled, onError } = await start({ data });
    await filled;
    const began = performance.now();
    await stop();
    expect(performance.now() - began).toBeLessThan(1_000);
    await expect(fetch(origin)).rejects.toThrow();
    expect(onError).not.toHaveBeenCalled();
  }
});
