/** A start depends on no file: one that ends the whole process is refused, and the others are found. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { documentId } from '../../shared/document.ts';
import { temporaryFolder } from './temporary.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

const Upload = z.object({
  state: z.string(),
  refusal: z.nullable(z.object({ reason: z.string(), hint: z.string() })),
});

const soon = { timeout: 240_000, interval: 250 };

function start(folder: string) {
  const child = spawn(
    process.execPath,
    [
      // So little that a heap is full before a busy machine takes note.
      ...['--disable-warning=ExperimentalWarning', '--max-old-space-size=400'],
      ...['--import', './test/local/fatal-file.ts', 'local/start.ts', '--port', '0', '--no-samples'],
      ...['--data', join(folder, 'data'), '--watch', join(folder, 'watched')],
    ],
    { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ask = async (method: string, path: string) => {
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    const token = readFileSync(join(folder, 'data', 'staff-token'), 'utf8').trim();
    return fetch(`${origin}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  };
  return {
    get hasEnded() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    get output() {
      return output;
    },
    ask,
  };
}

/** Undefined while it does not answer. */
async function lookAt(running: ReturnType<typeof start>, key: string) {
  try {
    const response = await running.ask('GET', `/archive/uploads/${documentId(key)}`);
    return response.ok ? Upload.parse(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}

test.each(['gooit.md', 'vult.md'])(
  'a file that ends the whole process (%s) is refused after that happened twice, and can be deleted',
  async (name) => {
    const folder = temporaryFolder();
    const fatal = `public/${name}`;
    const neighbours = ['public/een.md', 'public/twee.md', 'public/drie.md'];
    await mkdir(join(folder, 'watched', 'public'), { recursive: true });
    for (const key of [fatal, ...neighbours]) {
      await writeFile(join(folder, 'watched', key), `# ${key}\n\nDe kamperfoelie bloeit.\n`);
    }
    let crashes = 0;
    let running = start(folder);
    await vi.waitFor(async () => {
      if (running.hasEnded && crashes < 3) {
        crashes++;
        running = start(folder);
      }
      const [first, ...others] = await Promise.all([fatal, ...neighbours].map((key) => lookAt(running, key)));
      expect(first, running.output).toMatchObject({ state: 'refused' });
      for (const other of others) expect(other, running.output).toMatchObject({ state: 'searchable' });
    }, soon);
    expect(crashes).toBeGreaterThanOrEqual(2);
    expect(await lookAt(running, fatal)).toMatchObject({
      state: 'refused',
      refusal: { reason: 'crashed', hint: expect.stringContaining('PDF') },
    });
    await running.ask('DELETE', `/archive/documents/${documentId(fatal)}`);
    const isGone = async () => expect(await lookAt(running, fatal)).toMatchObject({ state: 'removed' });
    await vi.waitFor(isGone, soon);
  },
  300_000,
);
