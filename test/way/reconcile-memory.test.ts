import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as z from 'zod';

const script = fileURLToPath(new URL('./compare-many.ts', import.meta.url));

/** What keeps Node from taking more than it needs, because there is more; the cloud's function is started with it too. */
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
