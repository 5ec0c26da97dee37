/** Data of earlier versions: this one starts on it and loses nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { readBackup } from '../../functions/back-up/backup-format.ts';
import { startAws, tableName } from '../../local/aws.ts';
import { uploadBackup } from '../../local/back-up-client.ts';
import { StaffApiClient } from '../../local/staff-api-client.ts';
import { temporaryFolder } from '../local/temporary.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const soon = { timeout: 60_000, interval: 100 };

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/upgrades/0.1/${name}`, import.meta.url));

const Uploads = z.object({
  uploads: z.array(
    z.object({
      id: z.string(),
      key: z.string(),
      state: z.string(),
      pending: z.boolean(),
      visibility: z.string(),
      refusal: z.nullable(z.object({ reason: z.string() })),
      corrections: z.record(z.string(), z.unknown()),
    }),
  ),
});

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** In a process of its own, for the functions keep what they once read of their environment. */
async function start(data: string, watch?: string) {
  const child = spawn(
    process.execPath,
    [
      ...['--disable-warning=ExperimentalWarning', 'local/start.ts', '--port', '0', '--data', data],
      ...['--no-samples', ...(watch === undefined ? [] : ['--watch', watch])],
    ],
    { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(async () => {
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    await exited;
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const originIn = (text: string) => /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '';
  await expect.poll(() => originIn(output), soon).not.toBe('');
  const origin = originIn(output);
  const token = readFileSync(join(data, 'staff-token'), 'utf8');
  const get = async (path: string) => fetch(origin + path, { headers: { authorization: `Bearer ${token}` } });
  const uploads = async () => Uploads.parse(await (await get('/archive/uploads?limit=200')).json()).uploads;
  const titlesAt = async (path: string) => {
    const body: unknown = await (await get(path)).json();
    const { hits } = z
      .object({ hits: z.array(z.object({ title: z.string() })) }, JSON.stringify(body))
      .parse(body);
    return hits.map(({ title }) => title).sort();
  };
  /** Resolves when everything has been looked at and nothing waits. */
  const settled = async (count: number) =>
    expect
      .poll(async () => {
        const all = await uploads();
        return { count: all.length, waiting: all.filter(({ pending }) => pending).length };
      }, soon)
      .toEqual({ count, waiting: 0 });
  return { origin, token, get, uploads, titlesAt, settled, errors: () => errors };
}

/** The samples' tombstones as if they were made today: after 30 days they are swept. */
async function renewTombstones(data: string): Promise<void> {
  const aws = await startAws({ folder: data, generation: 1_000, repair: false });
  const now = new Date().toISOString();
  const { Items = [] } = await aws.dynamodb.send(new ScanCommand({ TableName: tableName }));
  for (const { pk, sk, state } of Items) {
    if (state?.S !== 'removed' || !pk || !sk) continue;
    await aws.dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: { pk, sk },
        UpdateExpression: 'SET updatedAt = :now',
        ExpressionAttributeValues: { ':now': { S: now } },
      }),
    );
  }
  await aws.stop();
}

test('a data folder of version 0.1 goes on as it was: corrections, refusals, removals, moves and proposals', async () => {
  const data = join(temporaryFolder(), 'data');
  cpSync(fixture('data'), data, { recursive: true });
  await renewTombstones(data);
  const { get, uploads, titlesAt, settled, errors } = await start(data);
  await settled(9);

  const states = (await uploads()).map(({ key, state, visibility, refusal, corrections }) => ({
    key,
    state,
    visibility,
    reason: refusal?.reason ?? null,
    corrected: Object.keys(corrections).sort(),
  }));
  expect(states.sort((a, b) => (a.key < b.key ? -1 : 1))).toMatchObject([
    { key: 'internal/begroting.txt', state: 'searchable', visibility: 'internal' },
    { key: 'internal/notulen-moestuin.txt', state: 'removed' },
    { key: 'public/foto.pdf', state: 'refused', reason: 'corrupt' },
    { key: 'public/huisregels.txt', state: 'searchable', visibility: 'public', corrected: [] },
    { key: 'public/kapot.pdf', state: 'refused', reason: 'corrupt' },
    {
      key: 'public/koffie-in-de-tuin.md',
      state: 'searchable',
      visibility: 'public',
      corrected: ['keywords', 'publishedOn', 'title'],
    },
    { key: 'public/notulen-moestuin.txt', state: 'searchable', visibility: 'public', corrected: ['title'] },
    { key: 'public/oude-brief.txt', state: 'removed' },
    {
      key: 'public/rooster-verborgen.txt',
      state: 'searchable',
      visibility: 'internal',
      corrected: ['visibility'],
    },
  ]);

  expect(await titlesAt('/search')).toEqual([
    'Huisregels',
    'Notulen van de moestuin',
    'Woensdag is koffiedag',
  ]);
  expect(await titlesAt('/search?keyword=woensdagkoffie')).toEqual(['Woensdag is koffiedag']);
  expect(await titlesAt('/search?theme=wonen&series=huiskrant')).toEqual(['Huisregels']);
  expect(await titlesAt('/search?q=nachtploeg')).toEqual([]);
  expect(await titlesAt('/archive/search?q=nachtploeg')).toEqual(['Rooster van de nachtploeg']);
  const idOf = async (key: string) => (await uploads()).find((upload) => upload.key === key)?.id;
  expect((await get(`/documents/${await idOf('public/oude-brief.txt')}`)).status).toBe(410);
  expect((await get(`/documents/${await idOf('public/rooster-verborgen.txt')}`)).status).toBe(404);
  const proposed = await (await get('/archive/vocabulary/proposed')).json();
  expect(proposed).toMatchObject({
    terms: expect.arrayContaining([expect.objectContaining({ type: 'keyword', slug: 'woensdagkoffie' })]),
  });
  expect(errors()).toBe('');
});

test('a backup of version 0.1 is restored, before the uploads are there and after', async () => {
  const folder = temporaryFolder();
  const watched = join(folder, 'watched');
  mkdirSync(join(watched, 'public'), { recursive: true });
  const { origin, token, uploads, titlesAt, settled } = await start(join(folder, 'data'), watched);
  const backup = await readBackup(createInterface({ input: createReadStream(fixture('backup.jsonl')) }));
  const { corrections } = await uploadBackup(new StaffApiClient(origin, token), backup, {
    overwrite: false,
    onProgress: () => undefined,
  });
  expect([...corrections.values()]).toEqual(['waiting', 'waiting', 'waiting']);

  const text = (title: string) => `${title}\n\nEen tekst die er opnieuw staat.\n`;
  writeFileSync(join(watched, 'public/koffie-in-de-tuin.md'), text('# Koffie in de tuin'));
  writeFileSync(join(watched, 'public/rooster-verborgen.txt'), text('Rooster van de nachtploeg'));
  await expect
    .poll(async () => (await uploads()).filter(({ state }) => state === 'searchable').length, soon)
    .toBe(2);
  await settled(3);
  expect(await titlesAt('/search')).toEqual(['Woensdag is koffiedag']);
  expect(await titlesAt('/archive/search')).toEqual(['Rooster van de nachtploeg', 'Woensdag is koffiedag']);
});
