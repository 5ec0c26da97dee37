import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from './temporary.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const env = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: process.env.HOME,
  NODE_NO_WARNINGS: '1',
  npm_config_update_notifier: 'false',
};

/** Two processors that are shared by many: npm alone takes seconds then. */
const patient = { timeout: 60_000 };
const soon = { timeout: 30_000, interval: 50 };

/** Milliseconds in which what is going to end has ended: several looks of the one that watches npm. */
const longEnough = 1_500;

interface Background {
  /** Of the process that the shell started: npm, npx or node. */
  readonly job: number;
  /** Of Vindplaats. */
  readonly pid: number;
  readonly origin: string;
}

/** Runs the command in the background of a shell that ends once Vindplaats answers. `ARGS` stands for its arguments. */
async function startInBackground(command: string): Promise<Background> {
  const folder = temporaryFolder();
  const log = join(folder, 'log');
  const args = `--port 0 --no-samples --data ${folder}/data`;
  const line = command.replace('ARGS', args).replaceAll('LOG', log);
  // The shell is a process group of its own, as a job of a terminal is; it ends when its input does.
  const shell = spawn('sh', ['-c', `${line} & echo $!; read end`], {
    cwd: root,
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let printed = '';
  shell.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  onTestFinished(() => {
    shell.kill('SIGKILL');
    const started = /kill (\d+)/.exec(said())?.[1];
    if (started) end(Number(started), 'SIGKILL');
  });
  const said = () => {
    try {
      return readFileSync(log, 'utf8');
    } catch {
      return '';
    }
  };
  await expect.poll(said, soon).toMatch(/kill \d+/);
  const exited = once(shell, 'exit');
  shell.stdin.end();
  await exited;
  const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(said())?.[0] ?? '';
  return { job: Number(printed), pid: Number(/kill (\d+)/.exec(said())?.[1]), origin };
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Running, and no zombie that waits to be asked for its exit code. */
function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0] !== 'Z';
  } catch {
    return false;
  }
}

const nohup = 'nohup npm start -s -- ARGS >LOG 2>&1';
/** `true` keeps the shell there, which otherwise becomes its last command. */
const shellBetween = "npx -c 'node local/start.ts ARGS; true' >LOG 2>&1";

describe('started in the background it lives on when that shell ends', () => {
  test.each([
    ['nohup npm start', nohup],
    ['npm start in a script that ends', 'npm start -s -- ARGS >LOG 2>&1'],
    ['setsid npm start', 'setsid npm start -s -- ARGS >LOG 2>&1'],
    ['npm with a shell between', shellBetween],
    ['npm with bash between', `npm_config_script_shell=bash ${shellBetween}`],
    ['node itself', 'node local/start.ts ARGS >LOG 2>&1'],
  ])('by %s', patient, async (_way, command) => {
    const { origin, pid } = await startInBackground(command);
    await pause(longEnough);
    expect((await fetch(`${origin}/health`)).status).toBe(200);
    end(pid, 'SIGTERM');
    await expect.poll(() => isRunning(pid), soon).toBe(false);
  });

  test('by a script of npm that leaves it behind', patient, async () => {
    const script = join(temporaryFolder(), 'ci.sh');
    writeFileSync(script, 'node local/start.ts "$@" & while ! grep -q kill "$WROTE"; do sleep 0.1; done');
    const { origin, pid, job } = await startInBackground(`WROTE=LOG npx -c 'sh ${script} ARGS' >LOG 2>&1`);
    await expect.poll(() => isRunning(job), soon).toBe(false);
    await pause(longEnough);
    expect((await fetch(`${origin}/health`)).status).toBe(200);
    end(pid, 'SIGTERM');
    await expect.poll(() => isRunning(pid), soon).toBe(false);
  });
});

describe('it ends when npm is ended', () => {
  test.each<[string, NodeJS.Signals, string]>([
    ['itself', 'SIGTERM', nohup],
    ['itself', 'SIGINT', nohup],
    ['itself', 'SIGKILL', nohup],
    ['with a shell between', 'SIGTERM', shellBetween],
    ['with a shell between', 'SIGKILL', shellBetween],
  ])('%s, by %s', patient, async (_way, signal, command) => {
    const { job, pid } = await startInBackground(command);
    end(job, signal);
    await expect.poll(() => isRunning(pid), soon).toBe(false);
  });
});

test('a terminal that closes takes npm along, and not what nohup was to keep', patient, async () => {
  const { job, pid, origin } = await startInBackground(nohup);
  // What a terminal sends: to all of the job.
  const group = Number(readFileSync(`/proc/${job}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[2]);
  process.kill(-group, 'SIGHUP');
  await expect.poll(() => isRunning(job), soon).toBe(false);
  await pause(longEnough);
  expect((await fetch(`${origin}/health`)).status).toBe(200);
  end(pid, 'SIGTERM');
  await expect.poll(() => isRunning(pid), soon).toBe(false);
});

test('that nothing reads what it tells is no reason to end', patient, async () => {
  const folder = temporaryFolder();
  const watched = join(folder, 'watched');
  const args = ['--port', '0', '--no-samples', '--data', join(folder, 'data'), '--watch', watched];
  const child = spawn(process.execPath, [join(root, 'local/start.ts'), ...args], { env });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await expect.poll(() => printed, soon).toContain('holds no folder public or internal');
  const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
  mkdirSync(join(watched, 'public'), { recursive: true });
  writeFileSync(join(watched, 'public/gelezen.md'), '# Gelezen\n\nTekst.');
  await expect.poll(() => printed, soon).toMatch(/Found in [\d.]+ s: public\/gelezen\.md\n/);
  child.stdout.destroy();
  child.stderr.destroy();
  for (const name of ['eerste', 'tweede']) {
    writeFileSync(join(watched, 'public', `${name}.md`), `# ${name}\n\nTekst.`);
    const found = async () => (await fetch(`${origin}/search?q=${name}`)).json();
    await expect.poll(found, soon).toMatchObject({ total: 1 });
    // The watcher tells of it within a second.
    await pause(longEnough);
  }
  expect((await fetch(`${origin}/health`)).status).toBe(200);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
});
