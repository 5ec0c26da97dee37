/** A whole Vindplaats in this process, on the services of others where the environment gives them. */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect, vi } from 'vitest';
import type { LocalAws } from '../../local/aws.ts';
import { awsRegion } from '../../local/aws-identity.ts';
import { startVindplaats } from '../../local/vindplaats.ts';
import { startAwsOfOthers } from './aws-of-others.ts';
import { startServices } from './services.ts';

/** Milliseconds; only ends what waits in vain. */
const patience = 500_000;

// biome-ignore lint/suspicious/noExplicitAny: a test reads the answers as a client would, by their documented fields.
type Answer = any;

export type RunningVindplaats = Awaited<ReturnType<typeof startOnServices>>;

/** `searchEngine` is as `SEARCH_ENGINE_URL` has it, the embedded engine when undefined. */
export async function startOnServices(searchEngine?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'vindplaats-services-'));
  const data = join(folder, 'data');
  const objects = join(folder, 'objects');
  await mkdir(objects);
  const environment = { ...process.env };
  const services = await startServices(environment, objects);
  if (searchEngine === undefined) delete process.env.SEARCH_ENGINE_URL;
  else process.env.SEARCH_ENGINE_URL = searchEngine;
  process.env.BACKUPS_BUCKET = 'backups';
  process.env.POWERTOOLS_LOG_LEVEL = 'WARN';
  let log = '';
  // Where the logger writes warnings and errors.
  const writing = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    log += text;
    return true;
  });
  const faults: unknown[] = [];
  let started: LocalAws | undefined;
  const vindplaats = await startVindplaats({
    port: 0,
    data,
    samples: false,
    watch: undefined,
    say: () => {},
    showProgress: () => {},
    onError: (error) => faults.push(error),
    startServices: async (options) => {
      started = await startAwsOfOthers(services, options);
      return started;
    },
  }).catch(async (error) => {
    await services.stop();
    throw error;
  });
  if (!started) throw new Error('Vindplaats runs on other services than it was given');
  const aws = started;
  /** Past what tells of changes. */
  const silentS3 = new S3Client({
    region: awsRegion,
    credentials: aws.credentials,
    endpoint: services.s3.url ?? aws.endpoints.s3,
    forcePathStyle: true,
  });

  /** Staff's, in JSON. */
  const ask = async (method: string, path: string, body?: unknown) => {
    const token = readFileSync(join(data, 'staff-token'), 'utf8').trim();
    const response = await fetch(`${vindplaats.origin}/archive${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer: Answer = text === '' ? null : JSON.parse(text);
    return { status: response.status, body: answer };
  };

  const eventually = async (holds: () => Promise<boolean>) => {
    const deadline = Date.now() + patience;
    while (!(await holds())) {
      if (Date.now() > deadline) expect.fail(`In vain: ${faults.map(String).join('\n').slice(-3000)}`);
      await pause(50);
    }
  };

  const total = async (path: string): Promise<number> => {
    const answer: Answer = await (await fetch(vindplaats.origin + path)).json();
    return answer.total;
  };
  const found = async (q: string) => total(`/search?q=${encodeURIComponent(q)}`);
  const foundByStaff = async (q: string): Promise<number> =>
    (await ask('GET', `/search?q=${encodeURIComponent(q)}`)).body.total;

  /** How many messages of both queues wait or are worked on. */
  const messages = async (): Promise<number> => {
    const counts = await Promise.all(
      Object.values(aws.queueUrls).map(async (QueueUrl) => {
        const { Attributes = {} } = await aws.sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl,
            AttributeNames: [
              'ApproximateNumberOfMessages',
              'ApproximateNumberOfMessagesNotVisible',
              'ApproximateNumberOfMessagesDelayed',
            ],
          }),
        );
        return Object.values(Attributes).map(Number);
      }),
    );
    return counts.flat().reduce((sum, count) => sum + count, 0);
  };

  const upload = (Key: string, Body: string | Uint8Array, Metadata?: Record<string, string>) =>
    aws.s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body, Metadata }));

  return {
    services,
    aws,
    silentS3,
    origin: vindplaats.origin,
    /** What came back whole. */
    faults,
    /** What functions wrote of failures that a second try makes good. */
    warnings: () => log.split('\n').filter((line) => line.startsWith('{')),
    ask,
    eventually,
    found,
    foundByStaff,
    upload,
    isFound: (q: string) => eventually(async () => (await found(q)) === 1),
    isGone: (q: string) => eventually(async () => (await found(q)) === 0),
    isFoundByStaff: (q: string) => eventually(async () => (await foundByStaff(q)) === 1),
    /** Resolves when no message waits or is worked on. */
    settled: () => eventually(async () => (await messages()) === 0),
    stop: async () => {
      await vindplaats.stop();
      silentS3.destroy();
      await services.stop();
      writing.mockRestore();
      await rm(folder, { recursive: true, force: true });
      process.env = environment;
    },
  };
}
