/**
 * `npm run bench:drop`: how long from `npm start` to the first answer, and from a file dropped into the watched folder
 * until a visitor finds it, over 100 files dropped one after another. Milliseconds, of which 300 are the stillness that a
 * dropped file has to show.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { percentiles } from './percentiles.ts';

const files = 100;
const folder = mkdtempSync(join(tmpdir(), 'vindplaats-bench-'));
const watched = join(folder, 'watched');
mkdirSync(join(watched, 'public'), { recursive: true });

const began = performance.now();
const vindplaats = spawn(
  process.execPath,
  [
    ...['--disable-warning=ExperimentalWarning', 'local/start.ts', '--port', '0', '--no-samples'],
    ...['--data', join(folder, 'data'), '--watch', watched],
  ],
  { cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  let origin: string | undefined;
  let output = '';
  vindplaats.stdout.on('data', (chunk) => {
    output += chunk;
    origin ??= /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  });
  while (!origin || (await fetch(`${origin}/search`)).status !== 200) await pause(10);
  console.log(`first answer   ${Math.round(performance.now() - began)} ms`);

  const times: number[] = [];
  for (let file = 0; file < files; file++) {
    const dropped = performance.now();
    writeFileSync(
      join(watched, 'public', `${file}.txt`),
      `Proef ${file}.\n\nDit is stukje${file}x van de proef.\n`,
    );
    while (!(await isFound(origin, `stukje${file}x`))) await pause(10);
    times.push(performance.now() - dropped);
  }
  const { p50, p95, slowest } = percentiles(times);
  console.log(
    `drop to found  p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms, slowest ${Math.round(slowest)} ms, over ${files} files`,
  );
} finally {
  vindplaats.kill('SIGINT');
  rmSync(folder, { recursive: true, force: true });
}

async function isFound(origin: string, word: string): Promise<boolean> {
  const answer: unknown = await (await fetch(`${origin}/search?q=${word}&size=1`)).json();
  return typeof answer === 'object' && answer !== null && 'total' in answer && answer.total === 1;
}
