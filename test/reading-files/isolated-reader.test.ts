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
import { documentId } from '../../shared/document.ts';
import { documentIn, fileToRead } from './read.ts';

const root = join(import.meta.dirname, '../..');
const misbehaving = new URL('./misbehaving-process.ts', import.meta.url);
const text = (content: string) => new TextEncoder().encode(content);
const MiB = 1024 * 1024;
/** Processes start and end slowly where other tests keep the processors busy. */
vi.setConfig({ testTimeout: 60_000 });

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
    const made = await Promise.all([
      reader.read(fileToRead(docx, 'public/verslag.docx')),
      reader.read(fileToRead(pdf, 'public/nieuwsbrief.pdf')),
      reader.read(fileToRead(text('Goedemorgen allemaal.'), 'public/groet.txt')),
    ]);
    const read = made.map(documentIn);
    expect(read.map(({ passages }) => passages[0]?.anchor.type)).toEqual(['section', 'page', 'section']);
  });

  test('says what the catalogue needs to know of the document, from the file and from what lies beside it', async () => {
    reader = isolatedReader();
    const made = await reader.read({
      ...fileToRead(text('# Kop\n\nTekst.\n'), 'public/a.md'),
      metadata: { date: '2021-04-15' },
      sidecars: [{ key: 'public/a.md.meta.yaml', bytes: text('title: Jaarplan\nvisibility: internal\n') }],
    });
    const { json, ...row } = made;
    expect(row).toEqual({
      kind: 'article',
      title: 'Jaarplan',
      publishedOn: '2021-04-15',
      visibility: 'internal',
      notes: [],
    });
    const document = documentIn({ json, ...row });
    expect(document.title).toEqual({ value: 'Jaarplan', origin: 'sidecar' });
    expect(document.publishedOn).toEqual({ value: '2021-04-15', origin: 'object-metadata' });
  });

  test('reads a paragraph of 6 MB every time: what is garbage already does not count as memory', async () => {
    reader = isolatedReader();
    const large = text(`Over waterschappen.\n\n${'Een regel die veel vaker voorkomt. '.repeat(180_000)}\n`);
    for (let time = 1; time <= 3; time++) {
      const { json } = await reader.read(fileToRead(large, 'public/groot.txt'));
      expect(json.length).toBeGreaterThan(6_000_000);
    }
  });

  test('leaves the bytes as they were', async () => {
    reader = isolatedReader();
    const bytes = text('Goedemorgen allemaal.');
    await reader.read(fileToRead(bytes, 'public/groet.txt'));
    expect(new TextDecoder().decode(bytes)).toBe('Goedemorgen allemaal.');
  });

  test('refuses empty and oversized files before reading them', async () => {
    reader = isolatedReader({ fileBytes: 10 });
    const read = (content: string) => reader?.read(fileToRead(text(content), 'a.txt'));
    await expect(read('')).rejects.toMatchObject({ reason: 'empty' });
    await expect(read('meer dan tien bytes')).rejects.toMatchObject({ reason: 'too-large' });
  });
});

/** Told of each fault: the document's id and what happened. */
const onFault = vi.fn();

describe('a file that misbehaves', () => {
  beforeEach(() => {
    onFault.mockReset();
    const limits = { processorMs: 1_500, clockMs: 20_000, memoryBytes: 300 * MiB };
    reader = isolatedReader({ limits, entry: misbehaving, onFault });
  });
  const read = (content: string) => reader?.read(fileToRead(text(content), 'public/pietersen.txt'));
  const failed = (reason: string) => ({ name: 'ReaderFailedError', reason });

  test.each([
    ['a loop without end', 'loop', 'timeout'],
    ['a pattern that goes exponential', 'hang-in-a-pattern', 'timeout'],
    ['buffers outside the heap', 'buffers', 'out-of-memory'],
    ['a heap that grows', 'heap', 'out-of-memory'],
    ['an exit', 'exit', 'crashed'],
    ['a text for a message', 'not-a-message', 'crashed'],
    ['null for a message', 'null-message', 'crashed'],
    ['a message that lacks a part', 'message-without-rss', 'crashed'],
    ['an answer to another job', 'answer-to-another', 'crashed'],
  ])('%s ends its reader and is a refusal, and the next file is read', async (_, what, reason) => {
    await expect(read(what)).rejects.toMatchObject(failed(reason));
    await expect(read('fine')).resolves.toMatchObject({ kind: 'article' });
  });

  test.each([
    ['a fault in a reader', 'throw'],
    ['an answer without content', 'no-answer'],
    ['garbage for an answer', 'garbage'],
    ['a row that breaks its schema', 'broken-row'],
    ['a document that breaks its schema', 'broken-document'],
    ['a reason that nobody knows', 'broken-reason'],
    ['an answer without a document', 'no-document'],
  ])('%s is a refusal and no reason to try again, and the next file is read', async (_, what) => {
    await expect(read(what)).rejects.toMatchObject({ name: 'RefusedError', reason: 'reader-fault' });
    await expect(read('fine')).resolves.toMatchObject({ kind: 'article' });
  });

  test.each([
    ['throw', 'reader-fault'],
    ['broken-document', 'reader-fault'],
    ['exit', 'crashed'],
    ['garbage', 'reader-fault'],
    ['answer-to-another', 'crashed'],
  ])(
    'the developer hears of %s, by the document’s id and without a word of the file',
    async (what, reason) => {
      await expect(read(what)).rejects.toMatchObject({ reason });
      expect(onFault).toHaveBeenCalledExactlyOnceWith(documentId('public/pietersen.txt'), expect.any(String));
      expect(JSON.stringify(onFault.mock.calls)).not.toMatch(/pietersen|Zonnehof/);
    },
  );

  test('a document that breaks its schema is told by the place', async () => {
    await expect(read('broken-document')).rejects.toThrow();
    expect(onFault.mock.calls[0]?.[1]).toContain('passages.0.blocks.0.text');
  });

  test('what is refused as it should be is nobody’s fault', async () => {
    await expect(read('loop')).rejects.toThrow();
    expect(onFault).not.toHaveBeenCalled();
  });

  test('files that wait behind it are read', async () => {
    const [first, second, third] = await Promise.allSettled([read('loop'), read('fine'), read('fine')]);
    expect([first.status, second.status, third.status]).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });

  test('memory that one file left behind is not held against the next', async () => {
    await expect(read('leak')).resolves.toMatchObject({ kind: 'article' });
    await expect(read('some-memory')).resolves.toMatchObject({ kind: 'article' });
  });

  test.each([
    ['a process that ends after its answer', 'exit-afterwards'],
    ['an answer that comes twice', 'answer-twice'],
  ])('%s is not held against the next file', async (_, what) => {
    await expect(read(what)).resolves.toMatchObject({ kind: 'article' });
    const next = await Promise.all(Array.from({ length: 20 }, () => read('fine')));
    expect(next).toHaveLength(20);
    expect(onFault).not.toHaveBeenCalled();
  });

  test('a promise that nobody waits for does not end the process', async () => {
    await expect(read('forgotten-promise')).resolves.toMatchObject({ kind: 'article' });
    await expect(read('fine')).resolves.toMatchObject({ kind: 'article' });
  });

  test('a kill from outside is an error to try again and not a refusal', async () => {
    await expect(read('killed-from-outside')).rejects.not.toHaveProperty('reason');
    await expect(read('fine')).resolves.toMatchObject({ kind: 'article' });
  });

  test('what is read when the reader closes is an error to try again and not a refusal', async () => {
    await read('fine');
    const reading = expect(read('wait')).rejects.not.toHaveProperty('reason');
    await reader?.close();
    await reading;
  });
});

test('what waits without working is a refusal for time by the clock', async () => {
  reader = isolatedReader({ limits: { clockMs: 1_000 }, entry: misbehaving });
  await expect(reader.read(fileToRead(text('wait'), 'a.txt'))).rejects.toMatchObject({
    name: 'ReaderFailedError',
    reason: 'timeout',
  });
});

test('waiting costs no processor time', async () => {
  reader = isolatedReader({ limits: { processorMs: 1_000, clockMs: 4_000 }, entry: misbehaving });
  const began = performance.now();
  await expect(reader.read(fileToRead(text('wait'), 'a.txt'))).rejects.toMatchObject({ reason: 'timeout' });
  expect(performance.now() - began).toBeGreaterThan(3_900);
});

test('a document that is larger than any upload can hold is refused', async () => {
  reader = isolatedReader({ entry: misbehaving });
  await expect(reader.read(fileToRead(text('huge'), 'a.txt'))).rejects.toMatchObject({
    name: 'RefusedError',
    reason: 'reader-fault',
  });
});

test('a process that never becomes ready is an error to try again, and so is one that cannot start', async () => {
  const attempt = async (entry: string, startMs: number) => {
    reader = isolatedReader({ entry: new URL(entry, import.meta.url), startMs });
    const reading = reader.read(fileToRead(text('fine'), 'a.txt'));
    await expect(reading).rejects.toThrow('A watched process did not start');
    await expect(reading).rejects.not.toHaveProperty('reason');
    await reader.close();
  };
  await attempt('./silent-process.ts', 500);
  await attempt('./no-such-process.ts', 20_000);
});

test.each([
  ['while it waits', 'fine'],
  ['while a parse blocks it', 'loop'],
])('a process goes with its parent, killed %s', async (_, what) => {
  const script = `
    import { isolatedReader } from ${JSON.stringify(join(root, 'functions/ingest-document/reading/isolated-reader.ts'))};
    const reader = isolatedReader({ entry: new URL(${JSON.stringify(misbehaving.href)}) });
    const bytes = new TextEncoder().encode(${JSON.stringify(what)});
    const reading = reader.read({ key: 'a.txt', contentType: null, bytes, metadata: {}, sidecars: [] });
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
    const bytes = new TextEncoder().encode('Goedemorgen.');
    const file = { key: 'a.txt', contentType: null, bytes, metadata: {}, sidecars: [] };
    const { kind } = await isolatedReader().read(file);
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
         const bytes = readFileSync(file);
         const { json } = await isolatedReader().read({ key: file, contentType: null, bytes, metadata: {}, sidecars: [] });
         console.log(JSON.parse(new TextDecoder().decode(json)).passages.length);
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
