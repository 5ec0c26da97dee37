import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import * as z from 'zod';
import { LambdaRuntime } from './lambda-runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'lambda-runtime-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const every = 10;
/** Counts in the function and in a process that it started. */
const source = `
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
const counts = [0, 0];
setInterval(() => (process.send ? process.send('tick') : counts[0]++), ${every});
if (!process.send) fork(fileURLToPath(import.meta.url)).on('message', () => counts[1]++);
export const handler = async ({ until }) => {
  while (counts.some((count) => count < until)) await new Promise((resolve) => setTimeout(resolve, 1));
  return counts;
};
`;

it('A function is frozen from an answer until the next event, with the processes that it started', async () => {
  writeFileSync(join(folder, 'handler.mjs'), source);
  const runtime = await LambdaRuntime.start(
    { name: 'counting', bundle: folder, handler: 'handler.handler', variables: {}, role: [] },
    { environment: {}, folder },
  );
  const counts = async (until: number) => z.array(z.int()).parse(await runtime.invoke({ until }));
  const before = await counts(1);
  const missed = 100;
  await pause(missed * every);
  // A moment passes until both are stopped, and after they go on.
  for (const [at, count] of (await counts(1)).entries())
    expect(count - (before[at] ?? 0)).toBeLessThan(missed / 2);
  const furthest = Math.max(...before) + missed;
  expect(Math.min(...(await counts(furthest)))).toBeGreaterThanOrEqual(furthest);
  runtime.stop();
});
