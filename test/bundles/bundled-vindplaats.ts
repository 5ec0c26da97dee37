/** A Vindplaats on one machine whose functions run as they are synthesised, each in a process of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import * as z from 'zod';
import { loadFunction } from '../../local/functions.ts';
import { startVindplaats } from '../../local/vindplaats.ts';
import type { Runtimes } from './runtimes.ts';

const Endpoints = z.object({
  endpoints: z.object({ s3: z.string(), sqs: z.string(), dynamodb: z.string() }),
  queueUrls: z.record(z.string(), z.string()),
});
/** A problem has none: on a busy machine an engine may take longer than a search may wait for it. */
const Total = z.object({ total: z.number().default(Number.NaN) });

export type BundledVindplaats = Awaited<ReturnType<typeof startBundled>>;

/** Its data lie in `folder`; a function that `isBundled` leaves out runs from its source. */
export async function startBundled(
  runtimes: Runtimes,
  folder: string,
  isBundled: (name: string) => boolean = () => true,
) {
  const data = join(folder, 'data');
  const environment = { ...process.env };
  const faults: unknown[] = [];
  const vindplaats = await startVindplaats({
    port: 0,
    data,
    samples: false,
    watch: undefined,
    say: () => {},
    showProgress: () => {},
    onError: (error) => faults.push(error),
    load: async (name) => {
      if (!isBundled(name)) return loadFunction(name);
      const runtime = await runtimes.of(name);
      return (event) => runtime.invoke(event);
    },
  });
  const { endpoints, queueUrls } = Endpoints.parse(
    JSON.parse(readFileSync(join(data, 'aws-endpoints.json'), 'utf8')),
  );
  const s3 = new S3Client({ endpoint: endpoints.s3, forcePathStyle: true });
  const sqs = new SQSClient({ endpoint: endpoints.sqs });
  const dynamodb = new DynamoDBClient({ endpoint: endpoints.dynamodb });
  const token = () => readFileSync(join(data, 'staff-token'), 'utf8').trim();

  /** As staff, in JSON. */
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token()}` };
    return (await fetch(vindplaats.origin + path, { headers, ...init })).json();
  };

  const eventually = async (holds: () => Promise<boolean>) => {
    const deadline = Date.now() + 40_000;
    const before = runtimes.denials.size;
    while (!(await holds())) {
      const denied = [...runtimes.denials].slice(before);
      if (denied.length > 0) expect.fail(`Denied: ${denied.join('; ')}`);
      if (Date.now() > deadline) expect.fail(`In vain: ${[...faults, runtimes.log].join('\n').slice(-3000)}`);
      await pause(50);
    }
  };

  /** How many messages of the queue wait or are worked on. */
  const messagesIn = async (QueueUrl: string): Promise<number> => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  };

  /** Resolves when no message waits or is worked on. */
  const settled = async () => {
    for (const queue of Object.values(queueUrls)) {
      await eventually(async () => (await messagesIn(queue)) === 0);
    }
  };

  return {
    origin: vindplaats.origin,
    s3,
    sqs,
    dynamodb,
    faults,
    token,
    ask,
    total: async (path: string) => Total.parse(await ask(path)).total,
    eventually,
    settled,
    /** Resolves when it has been looked at, and all that follows from it was done. */
    upload: async (Key: string, Body: string) => {
      await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body }));
      await settled();
    },
    stop: async () => {
      await vindplaats.stop();
      for (const client of [s3, sqs, dynamodb]) client.destroy();
      process.env = environment;
    },
  };
}
