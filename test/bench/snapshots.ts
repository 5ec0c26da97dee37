/**
 * `npm run bench:snapshots`: the index as snapshots in S3, of so many documents: how large its file is, how long the first
 * search of a new process takes (looking, fetching, opening, searching), and a write of one document until the pointer
 * names it, in a new process and in one that wrote before. S3 is the stand-in of this machine, so what a real one takes
 * comes on top; processor time is that of all threads, and tells more than the clock on a machine that is busy.
 *
 *   npm run bench:snapshots -- [DOCUMENTS…]      1000 and 5000 by default
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { bucketNames, startAws } from '../../local/aws.ts';
import { setEnvironment } from '../../local/functions.ts';
import type { SnapshotTask } from './snapshot-process.ts';

const Measured = z.object({ milliseconds: z.number(), processor: z.number() });
type Measured = z.infer<typeof Measured>;

/** Processes that each measure one beginning; the median is told. */
const runs = 5;

const counts = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'vindplaats-bench-'));
const aws = await startAws({ folder: join(folder, 'data'), generation: 1, repair: false });
try {
  for (const documents of counts.length > 0 ? counts : [1_000, 5_000]) {
    const url = `sqlite+s3://${bucketNames.index}/${documents}`;
    setEnvironment(aws, { searchEngineUrl: url });
    const [filled] = await run({ url, documents, task: 'fill' });
    const size = await largestFile(`${documents}/`);
    const first = await several(() => run({ url, documents, task: 'search' }));
    const writes = await several(() => run({ url, documents, task: 'write' }));
    console.log(`${documents} documents, ${(size / 1e6).toFixed(1)} MB, filled in ${told(filled)}`);
    console.log(`  first search of a new process   ${told(median(first.map(([one]) => one)))}`);
    console.log(`  first write of a new process    ${told(median(writes.map(([one]) => one)))}`);
    console.log(`  a write after others            ${told(median(writes.flatMap(([, ...later]) => later)))}`);
  }
} finally {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function run(task: SnapshotTask): Promise<Measured[]> {
  const child = fork(
    fileURLToPath(new URL('./snapshot-process.ts', import.meta.url)),
    [JSON.stringify(task)],
    {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    },
  );
  const [message] = await once(child, 'message');
  await once(child, 'exit');
  return z.array(Measured).parse(message);
}

async function several<Result>(make: () => Promise<Result>): Promise<Result[]> {
  const made: Result[] = [];
  for (let at = 0; at < runs; at++) made.push(await make());
  return made;
}

async function largestFile(Prefix: string): Promise<number> {
  const { Contents = [] } = await aws.s3.send(
    new ListObjectsV2Command({ Bucket: bucketNames.index, Prefix }),
  );
  return Math.max(...Contents.map(({ Size = 0 }) => Size));
}

function median(all: readonly (Measured | undefined)[]): Measured | undefined {
  const sorted = all.flatMap((one) => one ?? []).sort((a, b) => a.milliseconds - b.milliseconds);
  return sorted[Math.floor(sorted.length / 2)];
}

function told(measured: Measured | undefined): string {
  return measured
    ? `${Math.round(measured.milliseconds)} ms (processor ${Math.round(measured.processor)} ms)`
    : 'nothing';
}
