import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { GenerationFiles } from '../../../search-index/engines/embedded/generation-files.ts';
import { temporaryFolder } from '../../local/temporary.ts';

/** What another process does at a moment of this one; each moment comes once. */
const meanwhile = vi.hoisted(() => new Map<string, () => void>());
const at = vi.hoisted(() => (moment: string) => {
  const act = meanwhile.get(moment);
  meanwhile.delete(moment);
  act?.();
});

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return {
    ...fs,
    readdirSync: (folder: string) => {
      at('before the folder is listed');
      const names = fs.readdirSync(folder);
      at('after the folder was listed');
      return names;
    },
    renameSync: (from: string, to: string) => {
      at('before the names are replaced');
      fs.renameSync(from, to);
    },
  };
});

afterEach(() => meanwhile.clear());

describe('The generations of two processes', () => {
  const twoProcesses = () => {
    const path = join(temporaryFolder(), 'public.sqlite');
    const other = new GenerationFiles(path);
    writeFileSync(path, 'served');
    return { path, other };
  };
  const begin = (files: GenerationFiles) => {
    files.beginAside();
    writeFileSync(files.aside ?? '', 'aside');
  };

  test.each(['before the folder is listed', 'after the folder was listed'])(
    'keep the one that the other begins aside %s for leftovers',
    (moment) => {
      const { path, other } = twoProcesses();
      meanwhile.set(moment, () => begin(other));
      const opened = new GenerationFiles(path);
      expect(meanwhile.size).toBe(0);
      expect([other.served, other.aside].map((file) => existsSync(file ?? ''))).toEqual([true, true]);
      opened.refresh();
      expect(opened.aside).toBe(other.aside);
    },
  );

  test('keep the names that the other is about to replace', () => {
    const { path, other } = twoProcesses();
    meanwhile.set('before the names are replaced', () => new GenerationFiles(path));
    begin(other);
    expect(new GenerationFiles(path).aside).toBe(other.aside);
  });

  test('leave nothing behind of those that were begun before', () => {
    const { path, other } = twoProcesses();
    begin(other);
    const first = other.aside ?? '';
    begin(other);
    expect([first, other.aside ?? '', path].map((file) => existsSync(file))).toEqual([false, true, true]);
  });
});
