/** The functions that search and index with `engine=embedded`, from their bundles, which share nothing but S3. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadFunction } from '../../local/functions.ts';
import { startVindplaats, type Vindplaats } from '../../local/vindplaats.ts';
import { Runtimes } from './runtimes.ts';
import { synthesiseFunctions } from './synthesised-functions.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
const functions = synthesiseFunctions(join(folder, 'cdk.out'), { engine: 'embedded' });
const runtimes = new Runtimes(functions, folder);
afterAll(() => {
  runtimes.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** In processes of their own; the others run in this one. */
const bundled = ['public-api', 'staff-api', 'index-documents'];

it('The thread and the words lie beside whatever opens the index, and nowhere else', () => {
  const holding = functions.filter(
    ({ bundle }) => existsSync(join(bundle, 'worker.mjs')) && existsSync(join(bundle, 'lexicon.bin')),
  );
  const opening = functions.filter(({ variables }) => 'SEARCH_ENGINE_URL' in variables);
  expect(holding.map(({ name }) => name)).toEqual(opening.map(({ name }) => name));
});

it('A handler of visitors loads the client of S3 only when the index is asked', () => {
  const { bundle } = functions.find(({ name }) => name === 'public-api') ?? expect.fail('no public-api');
  const modules = readdirSync(bundle).filter((name) => name.endsWith('.mjs'));
  const holding = modules.filter((name) =>
    readFileSync(join(bundle, name), 'utf8').includes('ListObjectsV2'),
  );
  expect(holding.length).toBeGreaterThan(0);
  for (const name of loadedAtOnce(bundle, 'handler.mjs')) expect(holding).not.toContain(name);
});

/** What `import … from` leads to, from this module on. */
function loadedAtOnce(bundle: string, name: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const source = readFileSync(join(bundle, name), 'utf8');
  for (const [, next = ''] of source.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.mjs)"/g)) {
    loadedAtOnce(bundle, next, seen);
  }
  return seen;
}

describe('On bundles with engine=embedded', () => {
  let vindplaats: Vindplaats;
  let s3: S3Client;
  const faults: unknown[] = [];
  const environment = { ...process.env };

  beforeAll(async () => {
    process.env.SEARCH_ENGINE_URL = 'sqlite+s3://index/index';
    vindplaats = await startVindplaats({
      port: 0,
      data: join(folder, 'data'),
      samples: false,
      watch: undefined,
      say: () => {},
      showProgress: () => {},
      onError: (error) => faults.push(error),
      load: async (name) => {
        if (!bundled.includes(name)) return loadFunction(name);
        const runtime = await runtimes.of(name);
        return (event) => runtime.invoke(event);
      },
    });
    const { endpoints } = z
      .object({ endpoints: z.object({ s3: z.string() }) })
      .parse(JSON.parse(readFileSync(join(folder, 'data', 'aws-endpoints.json'), 'utf8')));
    s3 = new S3Client({ endpoint: endpoints.s3, forcePathStyle: true });
  });
  afterAll(async () => {
    await vindplaats?.stop();
    s3?.destroy();
    process.env = environment;
  });

  const token = () => readFileSync(join(folder, 'data', 'staff-token'), 'utf8').trim();
  const total = async (path: string) => {
    const response = await fetch(vindplaats.origin + path, {
      headers: { authorization: `Bearer ${token()}` },
    });
    return z.object({ total: z.number().default(Number.NaN) }).parse(await response.json()).total;
  };
  const eventually = async (holds: () => Promise<boolean>) => {
    const deadline = Date.now() + 40_000;
    while (!(await holds())) {
      if (Date.now() > deadline) expect.fail(`In vain: ${[...faults, runtimes.log].join('\n').slice(-3000)}`);
      await pause(100);
    }
  };
  const upload = (Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body }));

  it('nothing is found before anything was uploaded', async () => {
    expect(await total('/search?q=kamperfoelie')).toBe(0);
  });

  it('what one process writes another finds, visitors and staff each their own', async () => {
    await upload('public/zwanenzang.md', '# Zwanenzang\n\nDe kamperfoelie bloeit.\n');
    await upload('internal/notulen.md', '# Notulen\n\nOver de kamperfoelie.\n');
    await eventually(async () => (await total('/search?q=kamperfoelie')) === 1);
    await eventually(async () => (await total('/archive/search?q=kamperfoelie')) === 2);
  });

  it('leaves nothing in the bucket but what is below the two prefixes', async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'index' }));
    for (const { Key } of Contents)
      expect(Key).toMatch(/^index\/(public|archive)\/([\w-]+\.sqlite|pointer\.json)$/);
    expect(faults).toEqual([]);
  });
});
