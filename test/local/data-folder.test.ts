import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DataFolder } from '../../local/data-folder.ts';
import { PlainError } from '../../local/plain-error.ts';
import { temporaryFolder } from './temporary.ts';

/** A process that holds the folder until it is killed. */
async function holder(folder: string): Promise<ChildProcess> {
  const code = `
    const { DataFolder } = await import(${JSON.stringify(new URL('../../local/data-folder.ts', import.meta.url).href)});
    const held = new DataFolder(${JSON.stringify(folder)});
    process.stdout.write('held');
    setInterval(() => held.path, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

test('a folder in use is refused in one sentence, and free again the moment its holder is killed', async () => {
  const folder = temporaryFolder();
  const child = await holder(folder);
  expect(() => new DataFolder(folder)).toThrow(PlainError);
  expect(() => new DataFolder(folder)).toThrow(/^Another Vindplaats is already using .+\.$/);

  child.kill('SIGKILL');
  await once(child, 'exit');
  const data = new DataFolder(folder);
  expect(data.endedAbruptly).toBe(true);
  expect(data.generation).toBe(2);
  data.close();

  const after = new DataFolder(folder);
  expect(after.endedAbruptly).toBe(false);
  expect(after.generation).toBe(3);
  after.close();
});

test('what it remembers outlives a restart', () => {
  const folder = join(temporaryFolder(), 'not', 'there', 'yet');
  const first = new DataFolder(folder);
  expect(first.remembers('samples')).toBe(false);
  first.remember('samples');
  first.watched.remember('public/a.txt', '1.2.3');
  first.close();
  const second = new DataFolder(folder);
  expect(second.remembers('samples')).toBe(true);
  expect(second.watched.stampOf('public/a.txt')).toBe('1.2.3');
  second.watched.forget('public/a.txt');
  expect(second.watched.stampOf('public/a.txt')).toBeUndefined();
  second.close();
});

test('a place that cannot be a folder is refused in one sentence', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => new DataFolder(file)).toThrow(/is not a folder/);
  expect(() => new DataFolder(join(file, 'below'))).toThrow(/is not a folder/);
  expect(() => new DataFolder('/proc/nowhere')).toThrow(PlainError);
});

test('a damaged folder is refused in one sentence', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'vindplaats.db'), 'x'.repeat(5000));
  expect(() => new DataFolder(folder)).toThrow(/is damaged/);
});
