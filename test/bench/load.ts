/**
 * `npm run bench:load -- --engine embedded|meilisearch --minutes N`: a whole Vindplaats with a thousand documents that is
 * searched 20 times and changed twice a second: what was lost or stale in the end, how long hidden and removed documents still
 * showed, and how many answers were errors. For Meilisearch set MEILISEARCH_URL and MEILISEARCH_MASTER_KEY of an empty server.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { awsCredentials, awsRegion } from '../../local/aws-identity.ts';
import { documentId } from '../../shared/document.ts';
import { indexNames, meilisearchAddress, removeIndex } from './meilisearch-address.ts';
import { percentiles } from './percentiles.ts';
import { randomFrom } from './random.ts';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'embedded' },
    minutes: { type: 'string', default: '10' },
    documents: { type: 'string', default: '1000' },
    searches: { type: 'string', default: '20' },
    changes: { type: 'string', default: '2' },
  },
});
const engine = z.enum(['embedded', 'meilisearch']).parse(values.engine);
const documents = Number(values.documents);
const perSecond = { searches: Number(values.searches), changes: Number(values.changes) };
const milliseconds = Number(values.minutes) * 60_000;

/** Uploads under way at a time. */
const uploadsAtATime = 8;
/** Milliseconds between two looks at a document that should not be there. */
const lookEvery = 100;
/** Milliseconds that everything is given to arrive once nothing changes any more; and a document to disappear. */
const settleWithin = 300_000;

const themes = 'bewoners koken huiskamer tuin woonzorghuis vertellen familie muziek wandelen'.split(' ');

interface Document {
  readonly key: string;
  /** Stands in its latest version only. */
  word: string;
  state: 'public' | 'hidden' | 'removed';
}

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-bench-'));
const data = join(folder, 'data');
if (engine === 'meilisearch') await emptyServer();
const vindplaats = spawn(
  process.execPath,
  [
    ...['--disable-warning=ExperimentalWarning', 'local/start.ts'],
    ...['--port', '0', '--no-samples', '--data', data],
  ],
  {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, ...environmentOf() },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);

try {
  const origin = await started();
  const s3 = client();
  const token = readFileSync(join(data, 'staff-token'), 'utf8').trim();
  const all = Array.from({ length: documents }, (_, at): Document => {
    return { key: `public/stuk-${at}.md`, word: `eersteversie${at}x`, state: 'public' };
  });

  const beganFilling = performance.now();
  await uploadAll(s3, all);
  while (!(await holds(origin, documents))) await pause(200);
  console.log(`time to fill: ${seconds(performance.now() - beganFilling)} s for ${documents} documents`);

  const random = randomFrom(1);
  const searching: Promise<void>[] = [];
  const disappearing: Promise<void>[] = [];
  const answers = new Map<string, number>();
  const latencies: number[] = [];
  const shownFor: number[] = [];
  const refused = new Map<string, number>();
  let [edits, hides, removals] = [0, 0, 0];

  const search = async () => {
    const word = themes[Math.floor(random() * themes.length)];
    const from = performance.now();
    const status = await statusOf(`${origin}/search?q=${word}+samen`);
    latencies.push(performance.now() - from);
    count(answers, status);
  };
  const change = async () => {
    const left = all.filter(({ state }) => state === 'public');
    const document = left[Math.floor(random() * left.length)];
    if (!document) return;
    const kind = random();
    if (kind < 0.5) {
      document.word = `versie${++edits}van${all.indexOf(document)}x`;
      await put(s3, document);
      return;
    }
    const state = kind < 0.75 ? 'hidden' : 'removed';
    document.state = state;
    const address = `${origin}/archive/documents/${documentId(document.key)}`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const ask: RequestInit =
      state === 'hidden'
        ? { method: 'PATCH', headers, body: JSON.stringify({ visibility: 'internal' }) }
        : { method: 'DELETE', headers };
    const status = await statusOf(address, ask);
    if (!status.startsWith('2')) {
      document.state = 'public';
      return count(refused, status);
    }
    if (state === 'hidden') hides++;
    else removals++;
    shownFor.push(await disappeared(origin, document));
  };

  const began = performance.now();
  const until = began + milliseconds;
  await Promise.all([
    atPace(perSecond.searches, until, () => void searching.push(search())),
    atPace(perSecond.changes, until, () => void disappearing.push(change())),
  ]);
  await Promise.all([...searching, ...disappearing]);

  const settled = performance.now();
  let wrong = await compare(origin, all);
  while (wrong.lost.length + wrong.stale.length > 0 && performance.now() - settled < settleWithin) {
    await pause(1_000);
    wrong = await compare(origin, all);
  }
  console.log(`settled after ${seconds(performance.now() - settled)} s`);
  console.log(
    `changes: ${edits} edits, ${hides} hides, ${removals} removals; refused by staff's API: ${shares(refused)}`,
  );
  console.log(
    `lost documents: ${wrong.lost.length}; stale answers: ${wrong.stale.length}; shown though gone: ${wrong.shown.length}`,
  );
  const gone = percentiles(shownFor);
  console.log(
    `hidden and removed still showed for: p50 ${Math.round(gone.p50)} ms, p95 ${Math.round(gone.p95)} ms, slowest ${Math.round(gone.slowest)} ms, of ${shownFor.length}`,
  );
  const { p50, p95, slowest } = percentiles(latencies);
  console.log(
    `${latencies.length} searches: ${shares(answers)}; p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms, slowest ${Math.round(slowest)} ms`,
  );
} finally {
  const ended = new Promise((done) => vindplaats.once('exit', done));
  vindplaats.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

function environmentOf(): NodeJS.ProcessEnv {
  // What failed is counted here, and need not be logged.
  const quiet = { POWERTOOLS_LOG_LEVEL: 'CRITICAL' };
  if (engine === 'embedded') return quiet;
  const { url, key } = meilisearchAddress();
  return { ...quiet, SEARCH_ENGINE_URL: url, SEARCH_ENGINE_KEY: key };
}

/** Of what an earlier run left. */
async function emptyServer(): Promise<void> {
  for (const name of await indexNames()) if (/^(?:public|archive)-/.test(name)) await removeIndex(name);
  while ((await indexNames()).some((name) => /^(?:public|archive)-/.test(name))) await pause(100);
}

async function started(): Promise<string> {
  let origin: string | undefined;
  let output = '';
  vindplaats.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
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

async function uploadAll(s3: S3Client, all: readonly Document[]): Promise<void> {
  const left = [...all];
  const uploader = async () => {
    for (let document = left.pop(); document; document = left.pop()) await put(s3, document);
  };
  await Promise.all(Array.from({ length: uploadsAtATime }, uploader));
}

async function put(s3: S3Client, { key, word }: Document): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: key, Body: Buffer.from(textOf(word)) }));
}

/** Some five hundred words, as an article has; the same for the same word. */
function textOf(word: string): string {
  const random = randomFrom(Number(word.replace(/\D/g, '').slice(0, 9)));
  const sentence = () =>
    `Samen ${Array.from({ length: 11 }, () => themes[Math.floor(random() * themes.length)]).join(' ')}.`;
  const paragraph = () => Array.from({ length: 8 }, sentence).join(' ');
  return `# Stuk ${word}\n\n${Array.from({ length: 5 }, paragraph).join('\n\n')}\n`;
}

/** Calls it so many times a second, whether earlier calls have ended or not. */
async function atPace(times: number, until: number, call: () => void): Promise<void> {
  const began = performance.now();
  for (let number = 0; performance.now() < until; number++) {
    await pause(Math.max(0, began + (number * 1000) / times - performance.now()));
    call();
  }
}

/** The status of the answer, or what kept it from coming. */
async function statusOf(address: string, init: RequestInit = {}): Promise<string> {
  try {
    const answer = await fetch(address, init);
    await answer.arrayBuffer();
    return String(answer.status);
  } catch {
    return 'no answer';
  }
}

/** Milliseconds until a visitor is no longer given the document. What is no answer at all does not show it either. */
async function disappeared(origin: string, document: Document): Promise<number> {
  const from = performance.now();
  while (performance.now() - from < settleWithin) {
    const asked = performance.now();
    if (!(await isShown(origin, document))) return asked - from;
    await pause(lookEvery);
  }
  return settleWithin;
}

async function isShown(origin: string, { key }: Document): Promise<boolean> {
  return (await statusOf(`${origin}/documents/${documentId(key)}`)) === '200';
}

/** By key: what is not there or not in its latest version, and what is there though it should not. */
async function compare(origin: string, all: readonly Document[]) {
  const found = { lost: [] as string[], stale: [] as string[], shown: [] as string[] };
  for (const document of all) {
    const { key, word, state } = document;
    const answer = await fetch(`${origin}/documents/${documentId(key)}`, {
      headers: { accept: 'application/json' },
    });
    const text = await answer.text();
    if (state !== 'public') {
      if (answer.status === 200) found.shown.push(key);
    } else if (answer.status !== 200) found.lost.push(key);
    else if (!text.includes(word)) found.stale.push(key);
  }
  return found;
}

async function holds(origin: string, wanted: number): Promise<boolean> {
  const answer = await fetch(`${origin}/health`);
  const health = z.object({ documents: z.int() }).safeParse(await answer.json());
  return health.data?.documents === wanted;
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function shares(counts: ReadonlyMap<string, number>): string {
  const sum = [...counts.values()].reduce((all, number) => all + number, 0);
  if (sum === 0) return 'none';
  const share = (number: number) => `${((100 * number) / sum).toFixed(2)} %`;
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, number]) => `${what} ${share(number)}`)
    .join(', ');
}

function seconds(time: number): string {
  return (time / 1000).toFixed(1);
}
