/** A file that is read alone, for a crash made it a suspect, is not refused for the kills that befall it then. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { documentId } from '../../shared/document.ts';
import { temporaryFolder } from '../local/temporary.ts';
import type { Target } from './kill-at.ts';
import { Killed, Running } from './running.ts';

const key = 'public/verdacht.md';
const Hits = z.object({ hits: z.array(z.object({ id: z.string() })) });

test('killed twice in a row while it is alone in hand, it is found', async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  const watch = join(folder, 'watched');
  const report = join(folder, 'killed-at');
  const start = async (target?: Target) => {
    const running = new Running({ data, watch, report, target });
    onTestFinished(() => running.end('SIGKILL'));
    await running.ready();
    return running;
  };
  const write = (word: string) => writeFileSync(join(watch, key), `# Stuk\n\nDit gaat over ${word}.\n`);
  const finds = (running: Running, word: string) => async () => {
    const { hits } = await running.get(`/search?q=${word}`, Hits);
    return hits.some(({ id }) => id === documentId(key));
  };
  const isDead = (running: Running) => running.until(async () => false).catch((error: unknown) => error);

  mkdirSync(join(watch, 'public'), { recursive: true });
  write('kamperfoelie');
  const first = await start();
  await first.until(finds(first, 'kamperfoelie'));
  first.arm({ effect: 'catalogue.markAttempt', time: 1, moment: 'after', how: 'crash' });
  write('vingerhoedskruid');
  expect(await isDead(first)).toBeInstanceOf(Killed);

  // The start notes what the last end means for the file, and then it is read.
  for (const again of [1, 2]) {
    const target = { effect: 'catalogue.markAttempt', time: 2, moment: 'after' } as const;
    const dead = await start(target).then(isDead, (error: unknown) => error);
    expect(dead, `Time ${again}`).toBeInstanceOf(Killed);
    expect(readFileSync(report, 'utf8')).toBe('catalogue.markAttempt: killed after');
  }
  const last = await start();
  await last.until(finds(last, 'vingerhoedskruid'));
}, 300_000);
