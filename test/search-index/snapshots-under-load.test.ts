/** Readers and writers in processes of their own: what they see of each other, and of one that is killed. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { Pointer } from '../../search-index/engines/snapshots/pointer.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';
import { documentsInBatch } from './applied-batches.ts';
import { request } from './entries.ts';
import { openSnapshots, type Place, startProcess } from './snapshot-processes.ts';

let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-named-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Milliseconds in which a process that should say something is waited for. */
const patience = 60_000;
async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + patience;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await pause(10);
  }
}

/** Writes generations from `first` on until it is killed at `moment` (0 to 1) of the time that one takes it. */
async function writeUntilKilled(place: Place, first: number, acknowledgements: number, moment: number) {
  const acknowledged: number[] = [];
  const times: number[] = [];
  const writer = startProcess('snapshot-writing-process.ts', place, first, (line) => {
    acknowledged.push(Number(line));
    times.push(performance.now());
  });
  const exited = once(writer, 'exit');
  await until(() => acknowledged.length >= acknowledgements);
  await pause(moment * ((times.at(-1) ?? 0) - (times.at(-2) ?? 0)));
  writer.kill('SIGKILL');
  expect((await exited)[1]).toBe('SIGKILL');
  return acknowledged.at(-1) ?? first - 1;
}

/** What the pointer names is whole, to its last page. */
async function expectWhole({ prefix }: Place): Promise<void> {
  const bytesOf = async (name: string) => {
    const Key = `${prefix}/${name}`;
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: 'index', Key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  };
  const { served } = Pointer.parse(JSON.parse(Buffer.from(await bytesOf('pointer.json')).toString()));
  const path = join(folder, 'named.sqlite');
  writeFileSync(path, await bytesOf(served?.file ?? ''));
  const database = new DatabaseSync(path, { readOnly: true });
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  expect(database.prepare('SELECT count(*) AS n FROM document').get()).toEqual({ n: documentsInBatch });
  database.close();
}

test('A writer killed in the middle loses nothing that it acknowledged, and another one goes on', async () => {
  const place = { endpoint: aws.endpoints.s3, prefix: 'index/killed' };
  let next = 0;
  for (let kill = 0; kill < 10; kill++) {
    const last = await writeUntilKilled(place, next, 2 + (kill % 3), Math.random());
    await expectWhole(place);
    const index = openSnapshots(place);
    const { hits, total } = await index.search(request({ size: documentsInBatch }));
    const titles = [...new Set(hits.map(({ title }) => title))];
    expect(total).toBe(documentsInBatch);
    // The one after the last may have been written without having been acknowledged, but then as a whole.
    expect([[`Generatie ${last}`], [`Generatie ${last + 1}`]]).toContainEqual(titles);
    await index.close();
    next = last + 1;
  }
}, 900_000);

const Found = z.union([
  z.object({ total: z.int(), generations: z.array(z.int()), milliseconds: z.int() }),
  z.object({ failure: z.string() }),
]);

test('Two readers never fail nor see half of anything, while writers come and are killed', async () => {
  const place = { endpoint: aws.endpoints.s3, prefix: 'index/show' };
  let next = (await writeUntilKilled(place, 0, 1, 0)) + 1;
  const seen: z.infer<typeof Found>[][] = [[], []];
  const readers = seen.map((found) =>
    startProcess('snapshot-reading-process.ts', place, 0, (line) =>
      found.push(Found.parse(JSON.parse(line))),
    ),
  );
  await until(() => seen.every((found) => found.length > 0));
  for (let writer = 0; writer < 3; writer++) {
    next = (await writeUntilKilled(place, next, 8, Math.random())) + 1;
  }
  const isUpToDate = (found: z.infer<typeof Found> | undefined) =>
    found !== undefined && 'total' in found && found.generations.every((number) => number >= next - 1);
  await until(() => seen.every((found) => isUpToDate(found.at(-1))));
  await Promise.all(readers.map((reader) => [once(reader, 'exit'), reader.kill('SIGKILL')][0]));

  for (const found of seen) {
    const failures = found.flatMap((each) => ('failure' in each ? each.failure : []));
    // On a machine that is busy with other things, a search may take longer than the deadline that it has anywhere.
    expect(failures.filter((failure) => !failure.includes('TimeoutError'))).toEqual([]);
    expect(failures.length).toBeLessThanOrEqual(found.length / 100);
    const searches = found.flatMap((each) => ('total' in each ? each : []));
    expect(
      searches.filter(({ total, generations }) => total !== documentsInBatch || generations.length !== 1),
    ).toEqual([]);
    const order = searches.flatMap(({ generations }) => generations);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(order).size).toBeGreaterThan(2);
    console.log(
      `${searches.length} searches, ${new Set(order).size} snapshots, slowest ${Math.max(...searches.map(({ milliseconds }) => milliseconds))} ms`,
    );
  }
}, 900_000);
