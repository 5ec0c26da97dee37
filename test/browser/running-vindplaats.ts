/** The whole of Vindplaats in a process of its own, as `npm start` runs it, with documents of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds that a start and the indexing of a test's documents may take on a slow machine. */
const patience = 60_000;

export interface RunningVindplaats {
  readonly origin: string;
  /** That of a member of staff, who may do everything. */
  token(): string;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Text by path below the watched folder, such as `public/a.md`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether the samples are loaded. */
  readonly samples?: boolean;
  /** Public documents that must be found before the start is over. */
  readonly documents: number;
}

export async function startVindplaats({
  files = {},
  samples = false,
  documents,
}: StartOptions): Promise<RunningVindplaats> {
  const folder = mkdtempSync(join(tmpdir(), 'vindplaats-browser-'));
  const watched = join(folder, 'watched');
  mkdirSync(join(watched, 'public'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(watched, path)), { recursive: true });
    writeFileSync(join(watched, path), text);
  }
  const options = ['--port', '0', '--data', join(folder, 'data'), '--watch', watched];
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'local/start.ts',
      ...options,
      ...(samples ? [] : ['--no-samples']),
    ],
    { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const stop = async () => {
    await stopped(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const origin = await printedOrigin(child);
    await until(async () => (await totalOf(origin)) >= documents, `${documents} documents to be found`);
    const token = () => readFileSync(join(folder, 'data', 'staff-token'), 'utf8').trim();
    return { origin, token, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address that the program prints once it runs. */
async function printedOrigin(child: ChildProcess): Promise<string> {
  let output = '';
  let origin: string | undefined;
  const read = (chunk: Buffer) => {
    output += chunk;
    origin ??= /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  await until(() => {
    if (child.exitCode !== null) throw new Error(`Vindplaats ended with ${child.exitCode}:\n${output}`);
    return origin !== undefined;
  }, 'the address to be printed');
  return origin ?? '';
}

async function totalOf(origin: string): Promise<number> {
  const response = await fetch(`${origin}/search?size=1`);
  if (!response.ok) return 0;
  const answer: unknown = await response.json();
  const isAnswer = typeof answer === 'object' && answer !== null && 'total' in answer;
  return isAnswer ? Number(answer.total) : 0;
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${patience / 1000} s for ${what}`);
    await setTimeout(50);
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  await exit;
}
