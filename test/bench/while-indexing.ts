/**
 * `npm run bench:while-indexing`: how long `/search` and `/health` take while nothing happens, and while a heavy file is
 * read and indexed, one file after another, in one run of `npm start`. Milliseconds, over requests that follow one another.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { percentiles } from './percentiles.ts';

/** Milliseconds for which is measured while nothing happens. */
const idleFor = 5_000;
/** Milliseconds after which a file that is not found yet is given up. */
const giveUpAfter = 120_000;
/** Milliseconds between two requests, so that asking takes no core from indexing. */
const pace = 20;

const paths = ['/health', '/search?q=nijlgans', '/search?q=zorg+voor+ouderen&size=20'];

const sentence = (at: number) =>
  `Alinea ${at} gaat over de nijlgans en de dag van morgen, met ${word(at)} en ${word(at * 7)} om het langer te maken.`;
const word = (at: number) => `woord${(at % 50_000).toString(36).replace(/\d/g, 'q')}`;
const sentences = (count: number) => Array.from({ length: count }, (_, at) => sentence(at));

/** By name; about 10 MB each, the line 2 MB and the short lines 1 MB. */
const heavyFiles: Readonly<Record<string, () => string>> = {
  'paragraphs.txt': () => sentences(90_000).join('\n\n'),
  'headings.md': () =>
    sentences(90_000)
      .map((text, at) => (at % 20 === 0 ? `## Kop ${at}\n\n${text}` : text))
      .join('\n\n'),
  'one-paragraph.txt': () => sentences(90_000).join('\n'),
  'one-line.txt': () => sentences(18_000).join(' '),
  'short-lines.txt': () => Array.from({ length: 100_000 }, (_, at) => `regel ${at}`).join('\n\n'),
};

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-bench-'));
const watched = join(folder, 'watched', 'public');
mkdirSync(watched, { recursive: true });

/** With the samples, among which most is searched. */
const vindplaats = spawn(
  process.execPath,
  [
    ...['--disable-warning=ExperimentalWarning', 'local/start.ts', '--port', '0'],
    ...['--data', join(folder, 'data'), '--watch', join(folder, 'watched')],
  ],
  {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    // What failed is counted here, and need not be logged.
    env: { ...process.env, POWERTOOLS_LOG_LEVEL: 'CRITICAL' },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
try {
  const origin = await addressOf(vindplaats.stdout);
  writeFileSync(join(watched, 'eerste.txt'), 'Eerste.\n\nDit is het eerstestuk.\n');
  while (!(await isFound(origin, 'eerstestuk'))) await pause(pace);
  report('idle', await measuredUntil(origin, async (elapsed) => elapsed > idleFor));
  for (const [name, textOf] of Object.entries(heavyFiles)) {
    const mark = `merkteken${name.replace(/[^a-z]/g, '')}`;
    const text = `Over ${name}\n\n${textOf()}\n\nTot slot ${mark}.\n`;
    writeFileSync(join(watched, name), text);
    report(
      name,
      await measuredUntil(origin, async (elapsed) => elapsed > giveUpAfter || (await isFound(origin, mark))),
    );
  }
} finally {
  vindplaats.kill('SIGINT');
  rmSync(folder, { recursive: true, force: true });
}

/** What was asked at one address. */
interface Asked {
  /** Milliseconds of each answer. */
  readonly times: number[];
  /** Answers that were no 200. */
  failed: number;
}

/** Asks each address, one request after another, until it is done; whether it is done is asked at its own pace. */
async function measuredUntil(origin: string, isDone: (elapsed: number) => Promise<boolean>) {
  const began = performance.now();
  let done = false;
  const asking = paths.map(async (path) => {
    const asked: Asked = { times: [], failed: 0 };
    while (!done) {
      const from = performance.now();
      const answer = await fetch(origin + path);
      await answer.arrayBuffer();
      asked.times.push(performance.now() - from);
      if (answer.status !== 200) asked.failed += 1;
      await pause(pace);
    }
    return { path, ...asked };
  });
  while (!done) {
    done = await isDone(performance.now() - began);
    if (!done) await pause(200);
  }
  return { took: performance.now() - began, asked: await Promise.all(asking) };
}

function report(name: string, { took, asked }: Awaited<ReturnType<typeof measuredUntil>>): void {
  const end = took > giveUpAfter ? ', not found by then' : '';
  console.log(`${name}: ${(took / 1000).toFixed(1)} s${end}`);
  for (const { path, times, failed } of asked) {
    const { p50, p95, slowest } = percentiles(times);
    const figures = [`p50 ${Math.round(p50)}`, `p95 ${Math.round(p95)}`, `slowest ${Math.round(slowest)}`];
    console.log(`  ${path.padEnd(40)} ${figures.join(', ')} ms, ${failed} of ${times.length} no 200`);
  }
}

/** The output is read on after that: who fills a pipe that nobody empties stands still. */
function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    output.on('data', (chunk) => {
      text += chunk;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      if (address) resolve(address);
    });
    output.once('end', () => reject(new Error('Vindplaats ended before it told its address')));
  });
}

async function isFound(origin: string, mark: string): Promise<boolean> {
  const answer: unknown = await (await fetch(`${origin}/search?q=${mark}&size=1`)).json();
  return typeof answer === 'object' && answer !== null && 'total' in answer && answer.total === 1;
}
