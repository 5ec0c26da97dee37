import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DataFolder } from '../../local/data-folder.ts';
import { listenOnLoopback } from '../../local/listen.ts';
import { PlainError } from '../../local/plain-error.ts';
import { parseStartOptions } from '../../local/start-options.ts';
import { temporaryFolder } from './temporary.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

function run(script: 'start' | 'import', ...args: string[]) {
  return runWith({}, script, ...args);
}

function runWith(environment: Record<string, string>, script: 'start' | 'import', ...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'local', `${script}.ts`), ...args], {
    cwd: temporaryFolder(),
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...environment },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function outcome(script: 'start' | 'import', ...args: string[]) {
  return outcomeOf(run(script, ...args));
}

async function outcomeOf(child: ReturnType<typeof run>) {
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

/** What is wrong and what to do, in one line. */
const oneSentence = /^[^\n]+\.\n$/;

describe('npm start ends with exit code 1 and one sentence', () => {
  test.each([
    ['an option that does not exist', ['--prot', '1'], 'Unknown option'],
    ['an argument that means nothing', ['8080'], 'Unexpected argument'],
    ['an option without its value', ['--port'], '--port'],
    ['a port that is none', ['--port', 'eighty'], '--port must be a number'],
    ['a port that is too high', ['--port', '65536'], '--port must be a number'],
    ['a watched file', ['--watch', fileURLToPath(import.meta.url)], 'is not a folder. Give --watch'],
  ])('for %s', async (_what, args, words) => {
    const { code, stdout, stderr } = await outcome('start', ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain(words);
  });

  test('for a folder that cannot be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    for (const data of [file, join(file, 'data'), '/proc/vindplaats']) {
      const { code, stderr } = await outcome('start', '--data', data);
      expect(code).toBe(1);
      expect(stderr).toMatch(oneSentence);
    }
  });

  test('for a folder that another one uses', async () => {
    const data = new DataFolder(temporaryFolder());
    onTestFinished(() => data.close());
    const { code, stderr } = await outcome('start', '--data', data.path);
    expect(code).toBe(1);
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain('Another Vindplaats');
  });

  test('for a port that is taken', async () => {
    const other = createServer();
    onTestFinished(() => void other.close());
    const port = await listenOnLoopback(other);
    const { code, stderr } = await outcome('start', '--data', temporaryFolder(), '--port', String(port));
    expect(code).toBe(1);
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain(`Port ${port} is taken`);
  });
});

describe('options that cannot be meant are refused with one sentence that says what to do', () => {
  function refusal(args: readonly string[]): string {
    try {
      parseStartOptions(args);
    } catch (error) {
      if (error instanceof PlainError) return `${error.message}\n`;
      throw error;
    }
    return 'They were taken.';
  }

  test.each([
    ['a port without digits', ['--port', ''], '--port must be a number from 0 to 65535, not ""'],
    ['a data folder without a name', ['--data', ''], '--data is empty. Name a folder'],
    ['a data folder of blanks', ['--data= '], '--data is empty'],
    ['a watched folder without a name', ['--watch', ''], '--watch is empty. Name a folder'],
    ['something below a file', ['--watch', `${fileURLToPath(import.meta.url)}/x`], 'is not a folder'],
    ['a watched name that is too long', ['--watch', 'x'.repeat(300)], 'cannot be watched (ENAMETOOLONG)'],
    ['one folder for both', ['--watch', 'same', '--data', './same/'], 'Give the data a folder of its own'],
    ['data in what is watched', ['--watch', '.', '--data', 'public'], 'lies in what is watched'],
    ['data deeper in it', ['--watch', 'w', '--data', 'w/internal/.data'], 'lies in what is watched'],
    ['watching the data', ['--watch', 'data/stukken', '--data', 'data'], 'lies in the data folder'],
  ])('%s', (_what, args, words) => {
    expect(refusal(args)).toMatch(oneSentence);
    expect(refusal(args)).toContain(words);
  });

  test('data that lies in what is watched by another name', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'watched/public'), { recursive: true });
    symlinkSync(join(folder, 'watched/public'), join(folder, 'elsewhere'));
    const data = join(folder, 'elsewhere/not-yet');
    expect(refusal(['--watch', join(folder, 'watched'), '--data', data])).toContain(
      'lies in what is watched',
    );
  });

  test('and not a watched folder that is not there yet, nor data beside public and internal', () => {
    const folder = temporaryFolder();
    const watch = join(folder, 'later');
    expect(parseStartOptions(['--watch', watch])?.watch).toBe(watch);
    const options = parseStartOptions(['--watch', folder, '--data', join(folder, '.vindplaats')]);
    expect(options).toMatchObject({ watch: folder, data: join(folder, '.vindplaats') });
  });
});

test('the help names every option', async () => {
  const { code, stdout } = await outcome('start', '--help');
  expect(code).toBe(0);
  for (const option of ['--port', '--data', '--watch', '--no-samples']) expect(stdout).toContain(option);
});

test('options have sane defaults', () => {
  expect(parseStartOptions([])).toEqual({
    port: 8787,
    data: join(process.cwd(), '.vindplaats'),
    samples: true,
    watch: undefined,
  });
  expect(parseStartOptions(['--port', '1', '--data=x', '--no-samples', '--watch', '/y'])).toEqual({
    port: 1,
    data: join(process.cwd(), 'x'),
    samples: false,
    watch: '/y',
  });
});

describe('npm run import ends with exit code 1 and says why', () => {
  test.each([
    ['without a folder', [], 'Name one folder'],
    ['for a folder that is not there', ['nowhere', '--api', 'http://127.0.0.1:9'], 'is not a folder'],
    ['when nothing answers', ['.', '--api', 'http://127.0.0.1:9'], 'Start one with npm start'],
    [
      'for a visibility that does not exist',
      ['.', '--visibility', 'secret'],
      '--visibility is public or internal',
    ],
  ])('%s', async (_what, args, words) => {
    const { code, stderr } = await outcome('import', ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });
});

test('a start answers within seconds, stops at once when asked to, and starts again after a kill', async () => {
  const data = temporaryFolder();
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT'] as const) {
    const child = run('start', '--data', data, '--port', '0', '--no-samples');
    const complaints = text(child.stderr);
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    const origin = () => /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
    await expect.poll(origin, { timeout: 15_000 }).toBeDefined();
    expect((await fetch(`${origin()}/health`)).status).toBe(200);
    const asked = performance.now();
    child.kill(signal);
    await once(child, 'exit');
    expect(performance.now() - asked).toBeLessThan(1_000);
    expect({ code: child.exitCode, complaints: await complaints }).toEqual({
      code: signal === 'SIGKILL' ? null : 0,
      complaints: '',
    });
  }
}, 60_000);

describe('a search engine', () => {
  test('that does not answer is told of in one line, while pages, uploads and searches go on', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'watched/public'), { recursive: true });
    for (const name of ['a', 'b', 'c'])
      writeFileSync(join(folder, `watched/public/${name}.md`), `# ${name}\n\nTekst.`);
    const free = createServer();
    const url = `http://127.0.0.1:${await listenOnLoopback(free)}`;
    free.close();
    const args = ['--data', join(folder, 'data'), '--watch', join(folder, 'watched'), '--no-samples'];
    const child = runWith({ SEARCH_ENGINE_URL: url }, 'start', '--port', '0', ...args);
    const complaints = text(child.stderr);
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    await expect.poll(() => printed, { timeout: 25_000 }).toContain('does not answer');
    await expect.poll(() => printed, { timeout: 25_000 }).toContain('Uploaded');
    const origin = /Search page +(\S+)\//.exec(printed)?.[1];
    for (let time = 0; time < 5; time++) {
      const health = await fetch(`${origin}/health`);
      expect(health.status).toBe(503);
      expect(await health.json()).toMatchObject({ reason: 'no-answer' });
      expect((await fetch(`${origin}/search?q=tekst`)).status).toBe(503);
    }
    child.kill('SIGTERM');
    expect(await complaints).toBe('');
    expect(printed.split('\n').filter((line) => line.includes(url))).toHaveLength(1);
  }, 60_000);

  test('whose address is empty is refused, and not taken for none', async () => {
    const child = runWith({ SEARCH_ENGINE_URL: '' }, 'start', '--data', temporaryFolder(), '--port', '0');
    const { code, stderr } = await outcomeOf(child);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^SEARCH_ENGINE_URL is empty\. [^\n]+\.\n$/);
  });
});
