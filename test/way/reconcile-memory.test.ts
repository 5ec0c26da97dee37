import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as z from 'zod';

const script = fileURLToPath(new URL('./compare-many.ts', import.meta.url));

/** Half of the memory for its heap, as in the cloud, where it has four times as much of both. */
const bounds = ['--max-old-space-size=128', '--max-semi-space-size=2'];

const Told = z.object({ missing: z.number(), stale: z.number(), megabytes: z.number() });

test('100,000 documents are compared in at most 256 MB, also when every one of them differs', {
  timeout: 180_000,
}, () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...bounds, '--disable-warning=ExperimentalWarning', script],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  const { missing, stale, megabytes } = Told.parse(JSON.parse(stdout));
  expect([missing, stale]).toEqual([100_000, 100_000]);
  expect(megabytes).toBeLessThan(256);
});
