/** A data folder of a version with another analyser: it is searched, says that it is outdated, and is made anew. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import { collections } from '../../shared/visibility.ts';
import { Running } from './running.ts';

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-outdated-'));
const options = { data: join(folder, 'data'), watch: join(folder, 'watched') };
let running = new Running(options);

afterAll(async () => {
  await running.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const Found = z.object({ total: z.number() });
const Health = z.object({ outdated: z.boolean() });
const Report = z.object({ state: z.string() });

const total = async () => (await running.get('/search?q=kamperfoelie', Found)).total;
const isOutdated = async () => (await running.get('/health', Health)).outdated;

test('an index that another analyser made is searched until a rebuild has replaced it', async () => {
  await running.ready();
  for (let number = 1; number <= 5; number++) {
    const Body = `# Stuk ${number}\n\nDe kamperfoelie bloeit voor de ${number}e keer.\n`;
    await running.s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: `public/${number}.md`, Body }));
  }
  await running.until(async () => (await total()) === 5);
  expect(await isOutdated()).toBe(false);
  await running.end('SIGTERM');

  for (const name of collections) {
    const file = new DatabaseSync(join(options.data, 'index', `${name}.sqlite`));
    file.prepare('UPDATE about SET value = ? WHERE name = ?').run('of another analyser', 'words');
    file.close();
  }
  running = new Running(options);
  await running.ready();
  expect(await isOutdated()).toBe(true);
  expect((await running.ask('POST', '/archive/rebuild')).status).toBe(202);
  let isDone = false;
  const totals = new Set<number>();
  const searching = (async () => {
    for (; !isDone; await pause(5)) totals.add(await total());
  })();
  await running.until(
    async () => (await running.get('/archive/reports/rebuild', Report)).state === 'promoted',
  );
  isDone = true;
  await searching;
  expect(totals).toEqual(new Set([5]));
  expect(await isOutdated()).toBe(false);
});
