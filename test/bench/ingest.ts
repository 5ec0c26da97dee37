/**
 * `npm run bench:ingest`: how many small documents a second a whole Vindplaats takes from the uploads bucket to the
 * index, and how much work of the processor each costs, over each thousand of them; then, at a steady pace, how long one
 * takes from its upload until a visitor finds it. `--profile DIR` writes where the time went as a CPU profile.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { awsCredentials, awsRegion } from '../../local/aws-identity.ts';
import { percentiles } from './percentiles.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '10000' },
    /** Documents a second at the steady pace, and seconds of it. */
    pace: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    profile: { type: 'string' },
  },
});
const documents = Number(values.documents);
const [pace, seconds] = [Number(values.pace), Number(values.seconds)];

/** Uploads under way at a time, and how many wait to be found: enough that Vindplaats never waits for them. */
const uploadsAtATime = 8;
const uploadsAhead = 400;

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-bench-'));
const data = join(folder, 'data');
const profile = values.profile && resolve(values.profile);
if (profile) mkdirSync(profile, { recursive: true });
const vindplaats = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []),
    ...['local/start.ts', '--port', '0', '--no-samples', '--data', data],
  ],
  { cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
);

try {
  const origin = await started();
  const s3 = client();

  const reached = [{ documents: 0, ...spent() }];
  let searchable = 0;
  let peakMemory = 0;
  const uploading = uploadAll(s3, () => searchable + uploadsAhead);
  while (searchable < documents) {
    await pause(50);
    peakMemory = Math.max(peakMemory, memoryOf(vindplaats.pid));
    searchable = await count(origin);
    if (searchable >= Math.min(reached.length * 1000, documents))
      reached.push({ documents: searchable, ...spent() });
  }
  await uploading;
  const since = reached.slice(1).map((at, index) => ({ at, from: reached[index] ?? at }));
  const rates = since.map(({ at, from }) => (1000 * (at.documents - from.documents)) / (at.time - from.time));
  const costs = since.map(({ at, from }) => (at.work - from.work) / (at.documents - from.documents));
  const took = since.reduce((sum, { at, from }) => sum + at.time - from.time, 0) / 1000;
  console.log(`${documents} documents in ${took.toFixed(1)} s: ${(documents / took).toFixed(1)} documents/s`);
  console.log(`per thousand: ${rates.map((rate) => rate.toFixed(0)).join(' ')} documents/s`);
  console.log(`work of the processor: ${costs.map((cost) => cost.toFixed(1)).join(' ')} ms a document`);

  const times: number[] = [];
  const looking: Promise<void>[] = [];
  const beganSteady = performance.now();
  for (let number = 0; number < pace * seconds; number++) {
    await pause(Math.max(0, beganSteady + (number * 1000) / pace - performance.now()));
    looking.push(
      uploadToFound(s3, origin, number).then((milliseconds) => {
        times.push(milliseconds);
      }),
    );
    peakMemory = Math.max(peakMemory, memoryOf(vindplaats.pid));
  }
  await Promise.all(looking);
  const { p50, p95, slowest } = percentiles(times);
  if (times.length > 0) {
    console.log(
      `upload to searchable at ${pace}/s: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms, over ${times.length} documents`,
    );
  }
  console.log(`peak memory: ${(peakMemory / 1024 / 1024).toFixed(0)} MiB, with its reading processes`);
} finally {
  const ended = new Promise((done) => vindplaats.once('exit', done));
  vindplaats.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

async function started(): Promise<string> {
  let origin: string | undefined;
  let output = '';
  vindplaats.stdout.on('data', (chunk) => {
    output += chunk;
    origin ??= /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  });
  while (!origin || (await fetch(`${origin}/health`)).status !== 200) await pause(10);
  return origin;
}

function client(): S3Client {
  const Endpoints = z.object({ endpoints: z.object({ s3: z.string() }) });
  const { endpoints } = Endpoints.parse(JSON.parse(readFileSync(join(data, 'aws-endpoints.json'), 'utf8')));
  return new S3Client({
    region: awsRegion,
    credentials: awsCredentials,
    endpoint: endpoints.s3,
    forcePathStyle: true,
  });
}

async function put(s3: S3Client, name: string, text: string): Promise<void> {
  await s3.send(
    new PutObjectCommand({ Bucket: 'uploads', Key: `public/${name}.md`, Body: Buffer.from(text) }),
  );
}

async function uploadAll(s3: S3Client, upTo: () => number): Promise<void> {
  let next = 0;
  const uploader = async () => {
    for (let number = next++; number < documents; number = next++) {
      while (number >= upTo()) await pause(10);
      await put(s3, `stuk-${number}`, textOf(number));
    }
  };
  await Promise.all(Array.from({ length: uploadsAtATime }, uploader));
}

/** A page or so, as notes and news items are. */
function textOf(number: number): string {
  const words =
    'bewoners koken samen in de huiskamer en de tuin van het woonzorghuis vertellen familie'.split(' ');
  const sentence = (at: number) =>
    `${Array.from({ length: 12 }, (_, word) => words[(number * 7 + at * 3 + word * 5) % words.length]).join(' ')}.`;
  const paragraph = (from: number) => Array.from({ length: 5 }, (_, at) => sentence(from + at)).join(' ');
  return `# Stuk nummer${number}x\n\n${paragraph(0)}\n\n${paragraph(5)}\n\n${paragraph(10)}\n`;
}

async function uploadToFound(s3: S3Client, origin: string, number: number): Promise<number> {
  const word = `gestaag${number}x`;
  const began = performance.now();
  await put(s3, word, `# Bericht\n\nDit is ${word}.\n`);
  while ((await total(origin, `q=${word}&prefix=false&size=1`)) !== 1) await pause(20);
  return performance.now() - began;
}

/** Documents that visitors can find. */
async function count(origin: string): Promise<number> {
  const Health = z.object({ documents: z.int() });
  return Health.parse(await (await fetch(`${origin}/health`)).json()).documents;
}

async function total(origin: string, query: string): Promise<number> {
  const answer: unknown = await (await fetch(`${origin}/search?${query}`)).json();
  return z.object({ total: z.int() }).parse(answer).total;
}

/** Milliseconds, of a clock and of the processor's work for Vindplaats. */
function spent(): { readonly time: number; readonly work: number } {
  return { time: performance.now(), work: workOf(vindplaats.pid) };
}

/** Bytes that a process and its children hold, where the system tells it in `/proc`. */
function memoryOf(process: number | undefined): number {
  return sumOf(process, (files) => {
    const status = readFileSync(`${files}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  });
}

/** Milliseconds that the processor worked for a process and its children, where the system tells it in `/proc`. */
function workOf(process: number | undefined): number {
  return sumOf(process, (files) => {
    // After the name, which is in brackets; in hundredths of a second, those of children that ended included.
    const times = readFileSync(`${files}/stat`, 'utf8').replace(/.*\) /s, '').split(' ').slice(11, 15);
    return 10 * times.reduce((sum, time) => sum + Number(time), 0);
  });
}

function sumOf(process: number | undefined, tell: (files: string) => number): number {
  if (process === undefined) return 0;
  try {
    const children = readdirSync(`/proc/${process}/task`).flatMap((task) =>
      readFileSync(`/proc/${process}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean),
    );
    return children.reduce((sum, child) => sum + sumOf(Number(child), tell), tell(`/proc/${process}`));
  } catch {
    return 0;
  }
}
