import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type IsolatedReader,
  isolatedReader,
} from '../../functions/ingest-document/reading/isolated-reader.ts';

const root = join(import.meta.dirname, '../..');
const misbehaving = new URL('./misbehaving-process.ts', import.meta.url);
const text = (content: string) => new TextEncoder().encode(content);
const MiB = 1024 * 1024;
/** Processes start and end slowly where other tests keep the processors busy. */
vi.setConfig({ testTimeout: 30_000 });

let reader: IsolatedReader | undefined;
afterEach(async () => {
  await reader?.close();
  reader = undefined;
});

describe('a reader in a process of its own', () => {
  test('reads files of several kinds side by side', async () => {
    reader = isolatedReader({ concurrency: 2 });
    const docx = await readFile(join(root, 'test/fixtures/pandoc-verslag.docx'));
    const pdf = await readFile(join(root, 'test/fixtures/libreoffice-nieuwsbrief.pdf'));
    const read = await Promise.all([
      reader.read(docx, 'public/verslag.docx'),
      reader.read(pdf, 'public/nieuwsbrief.pdf'),
      reader.read(text('Goedemorgen allemaal.'), 'public/groet.txt'),
    ]);
    expect(read.map(({ passages }) => passages[0]?.anchor.type)).toEqual(['section', 'page', 'section']);
  });

  test('leaves the bytes as they were', async () => {
    reader = isolatedReader();
    const bytes = text('Goedemorgen allemaal.');
    await reader.read(bytes, 'public/groet.txt');
    expect(new TextDecoder().decode(bytes)).toBe('Goedemorgen allemaal.');
  });

  test('refuses empty and oversized files before reading them', async () => {
    reader = isolatedReader({ fileBytes: 10 });
    await expect(reader.read(new Uint8Array(), 'a.txt')).rejects.toMatchObject({ reason: 'empty' });
    await expect(reader.read(text('meer dan tien bytes'), 'a.txt')).rejects.toMatchObject({
      reason: 'too-large',
    });
  });
});

describe('a file that misbehaves', () => {
  beforeEach(() => {
    reader = isolatedReader({ timeoutMs: 3_000, memoryBytes: 300 * MiB, entry: misbehaving });
  });
  const read = (content: string) => reader?.read(text(content), 'a.txt');

  test.each([
    ['a loop without end', 'loop', 'timeout'],
    ['buffers outside the heap', 'buffers', 'out-of-memory'],
    ['a heap that grows', 'heap', 'out-of-memory'],
    ['an exit', 'exit', 'corrupt'],
    ['a fault in a reader', 'throw', 'corrupt'],
  ])('%s ends as a refusal and the next file is read', async (_, what, reason) => {
    await expect(read(what)).rejects.toMatchObject({ name: 'RefusedError', reason });
    await expect(read('fine')).resolves.toMatchObject({ kind: 'article' });
  });

  test('files that wait behind it are read', async () => {
    const [first, second, third] = await Promise.allSettled([read('loop'), read('fine'), read('fine')]);
    expect([first.status, second.status, third.status]).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });

  test('memory that one file left behind is not held against the next', async () => {
    await expect(read('leak')).resolves.toMatchObject({ kind: 'article' });
    await expect(read('some-memory')).resolves.toMatchObject({ kind: 'article' });
  });

  test('a promise that nobody waits for does not end the process', async () => {
    await expect(read('forgotten-promise')).resolves.toMatchObject({ kind: 'article' });
    await expect(read('fine')).resolves.toMatchObject({ kind: 'article' });
  });

  test('what is read when the reader closes is an error to try again and not a refusal', async () => {
    const reading = expect(read('loop')).rejects.not.toMatchObject({ name: 'RefusedError' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await reader?.close();
    await reading;
  });
});

test.each([
  ['while it waits', 'fine'],
  ['while a parse blocks it', 'loop'],
])('a process goes with its parent, killed %s', async (_, what) => {
  const script = `
    import { isolatedReader } from ${JSON.stringify(join(root, 'functions/ingest-document/reading/isolated-reader.ts'))};
    const reader = isolatedReader({ entry: new URL(${JSON.stringify(misbehaving.href)}) });
    const reading = reader.read(new TextEncoder().encode(${JSON.stringify(what)}), 'a.txt');
    if (${JSON.stringify(what)} === 'fine') await reading;
    setTimeout(() => console.log('busy'), 800);
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { cwd: root });
  await once(parent.stdout, 'data');
  const [child] = await childrenOf(parent.pid ?? 0);
  expect(child).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await expect.poll(() => isRunning(child ?? 0), { timeout: 10_000 }).toBe(false);
});

test('a script that reads a file ends by itself', async () => {
  const script = `
    import { isolatedReader } from ${JSON.stringify(join(root, 'functions/ingest-document/reading/isolated-reader.ts'))};
    const { kind } = await isolatedReader().read(new TextEncoder().encode('Goedemorgen.'), 'a.txt');
    console.log(kind);`;
  const { stdout, code } = await run(['--input-type=module-typescript', '-e', script], root);
  expect({ stdout, code }).toEqual({ stdout: 'article\n', code: 0 });
});

test('the entry point is found in a bundle, too', async () => {
  const folder = await mkdtemp(join(root, 'node_modules', '.reading-bundle-'));
  try {
    await build({
      entryPoints: {
        index: join(root, 'functions/ingest-document/reading/isolated-reader.ts'),
        'reading-process': join(root, 'functions/ingest-document/reading/reading-process.ts'),
      },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'silent',
    });
    await writeFile(
      join(folder, 'main.mjs'),
      `import { readFileSync } from 'node:fs';
       import { isolatedReader } from './index.mjs';
       for (const file of process.argv.slice(2)) {
         const { passages } = await isolatedReader().read(readFileSync(file), file);
         console.log(passages.length);
       }`,
    );
    const fixtures = [
      'libreoffice-nieuwsbrief.pdf',
      'pandoc-verslag.docx',
      'libreoffice-presentatie.odp',
      'pandoc-verslag.html',
    ];
    const files = fixtures.map((name) => join(root, 'test/fixtures', name));
    const { stdout, stderr } = await run([join(folder, 'main.mjs'), ...files], folder);
    expect({ stdout, stderr }).toEqual({ stdout: '4\n3\n3\n3\n', stderr: '' });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

function run(
  args: readonly string[],
  cwd: string,
): Promise<{ stdout: string; stderr: string; code: number }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, timeout: 50_000 }, (error, stdout, stderr) => {
      resolve({ stdout, stderr, code: typeof error?.code === 'number' ? error.code : error ? -1 : 0 });
    });
  });
}

async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(/\s+/).filter(Boolean).map(Number);
}

async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) Z /.test(status);
}
