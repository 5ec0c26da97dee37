/** A Vindplaats on one machine whose functions run as they are synthesised, each in a process of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import * as z from 'zod';
import { loadFunction } from '../../local/functions.ts';
import { startVindplaats } from '../../local/vindplaats.ts';
import type { Runtimes } from './runtimes.ts';

const Endpoints = z.object({ endpoints: z.object({ s3: z.string() }) });
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
  const { endpoints } = Endpoints.parse(JSON.parse(readFileSync(join(data, 'aws-endpoints.json'), 'utf8')));
  const s3 = new S3Client({ endpoint: endpoints.s3, forcePathStyle: true });
  const token = () => readFileSync(join(data, 'staff-token'), 'utf8').trim();

  /** As staff, in JSON. */
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token()}` };
    return (await fetch(vindplaats.origin + path, { headers, ...init })).json();
  };

  return {
    s3,
    faults,
    token,
    ask,
    total: async (path: string) => Total.parse(await ask(path)).total,
    eventually: async (holds: () => Promise<boolean>) => {
      const deadline = Date.now() + 40_000;
      while (!(await holds())) {
        if (Date.now() > deadline)
          expect.fail(`In vain: ${[...faults, runtimes.log].join('\n').slice(-3000)}`);
        await pause(50);
      }
    },
    stop: async () => {
      await vindplaats.stop();
      s3.destroy();
      process.env = environment;
    },
  };
}
