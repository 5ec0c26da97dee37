/** The functions that search and index with `engine=embedded`, from their bundles, which share nothing but S3. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type BundledVindplaats, startBundled } from './bundled-vindplaats.ts';
import { readAtStart } from './read-at-start.ts';
import { Runtimes } from './runtimes.ts';
import { synthesiseFunctions } from './synthesised-functions.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
const functions = synthesiseFunctions(join(folder, 'cdk.out'), { engine: 'embedded' });
/** Bytes after which a file that visitors' function fetches stops coming, once for each number that stands here. */
const stops: number[] = [];
const runtimes = new Runtimes(functions, folder, (name, path) => {
  const isFile = name === 'public-api' && path.includes('.sqlite');
  return new Part((isFile ? stops.shift() : undefined) ?? Number.POSITIVE_INFINITY);
});
afterAll(() => {
  runtimes.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Lets so many bytes through, and then nothing more, not even the end. */
class Part extends Transform {
  #left: number;

  constructor(bytes: number) {
    super();
    this.#left = bytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, passed: TransformCallback): void {
    const part = chunk.subarray(0, this.#left);
    this.#left -= part.length;
    this.push(part);
    if (this.#left > 0) passed();
  }
}

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
  for (const name of readAtStart(bundle, 'handler.mjs')) expect(holding).not.toContain(name);
});

describe('On bundles with engine=embedded', () => {
  let vindplaats: BundledVindplaats;

  beforeAll(async () => {
    process.env.SEARCH_ENGINE_URL = 'sqlite+s3://index/index';
    vindplaats = await startBundled(runtimes, folder, (name) => bundled.includes(name));
  });
  afterAll(async () => {
    await vindplaats?.stop();
    delete process.env.SEARCH_ENGINE_URL;
  });

  const total = (path: string) => vindplaats.total(path);
  const eventually = (holds: () => Promise<boolean>) => vindplaats.eventually(holds);
  const upload = (Key: string, Body: string) =>
    vindplaats.s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body }));

  it('nothing is found before anything was uploaded', async () => {
    await eventually(async () => (await total('/search?q=kamperfoelie')) === 0);
  });

  it('what one process writes another finds, visitors and staff each their own', async () => {
    await upload('public/zwanenzang.md', '# Zwanenzang\n\nDe kamperfoelie bloeit.\n');
    await upload('internal/notulen.md', '# Notulen\n\nOver de kamperfoelie.\n');
    await eventually(async () => (await total('/search?q=kamperfoelie')) === 1);
    await eventually(async () => (await total('/archive/search?q=kamperfoelie')) === 2);
  });

  const Answer = z.object({ total: z.int(), degraded: z.boolean() });
  const search = async (q: string) => Answer.parse(await vindplaats.ask(`/search?q=${q}`));

  it('what is new is there at the second question, though its file did not come before the freeze', async () => {
    await vindplaats.upload('public/lijsterbes.md', '# Lijsterbes\n\nDe lijsterbes bloeit.\n');
    await vindplaats.settled();
    stops.push(10_000);
    // The questions before it may not have looked, for their last look is good for some seconds.
    await eventually(async () => {
      const { degraded, total } = await search('lijsterbes');
      // On a busy machine the part comes to a question that has ended, and all of the file to the next.
      return total === 1 || (degraded && stops.length === 0);
    });
    expect((await search('lijsterbes')).total).toBe(1);
    await eventually(async () => !(await search('lijsterbes')).degraded);
  });

  it('leaves nothing in the bucket but what is below the two prefixes', async () => {
    const { Contents = [] } = await vindplaats.s3.send(new ListObjectsV2Command({ Bucket: 'index' }));
    for (const { Key } of Contents)
      expect(Key).toMatch(/^index\/(public|archive)\/([\w-]+\.sqlite|pointer\.json)$/);
    expect(vindplaats.faults).toEqual([]);
    expect([...runtimes.denials]).toEqual([]);
  });
});
