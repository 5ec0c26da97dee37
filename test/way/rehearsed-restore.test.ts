/**
 * The rehearsal: a Vindplaats with documents, corrections and a vocabulary of its own loses everything but the files in
 * its uploads bucket, begins again, is restored, and ends as it was, without times, histories and revisions.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { documentId } from '../../shared/document.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const node = ['--disable-warning=ExperimentalWarning'];
const execute = promisify(execFile);

const Ledger = z.object({
  uploads: z.array(
    z.object({
      id: z.string(),
      key: z.string(),
      state: z.string(),
      pending: z.boolean(),
      movedFrom: z.string().nullable(),
      visibility: z.string(),
      title: z.string().nullable(),
      corrections: z.record(z.string(), z.unknown()),
    }),
  ),
  cursor: z.null(),
});
const Found = z.object({
  total: z.number(),
  hits: z.array(z.looseObject({ id: z.string() })),
  facets: z.record(z.string(), z.unknown()),
});

/** One Vindplaats on one data folder, as staff and visitors reach it. */
class Place {
  readonly data: string;
  #process: ChildProcess | undefined;
  #origin = '';

  constructor(data: string) {
    this.data = data;
  }

  async start(): Promise<void> {
    const started = spawn(
      process.execPath,
      [...node, 'local/start.ts', '--port', '0', '--data', this.data, '--no-samples'],
      { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#process = started;
    let output = '';
    started.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await eventually(async () => {
      if (started.exitCode !== null) throw new Error(`Vindplaats ended: ${output}`);
      this.#origin = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '';
      return this.#origin !== '' && (await fetch(`${this.#origin}/health`)).status === 200;
    });
  }

  async end(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null) return;
    const exited = once(running, 'exit');
    running.kill('SIGKILL');
    await exited;
  }

  async put(objects: ReadonlyMap<string, string>): Promise<void> {
    const s3 = this.#s3();
    for (const [Key, Body] of objects) await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body }));
    s3.destroy();
  }

  async uploads(): Promise<ReadonlyMap<string, string>> {
    const s3 = this.#s3();
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'uploads' }));
    const objects = new Map<string, string>();
    for (const { Key = '' } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key }));
      objects.set(Key, (await Body?.transformToString()) ?? '');
    }
    s3.destroy();
    return objects;
  }

  async get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
    return schema.parse(await (await this.#fetch(path)).json());
  }

  async staff(method: string, path: string, body?: unknown): Promise<void> {
    const response = await this.#fetch(path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  }

  /** Resolves when the index shows what the ledger says of so many uploads. */
  async settled(count: number): Promise<void> {
    await eventually(async () => {
      const { uploads } = await this.get('/archive/uploads', Ledger);
      const isSettled = uploads.every(
        ({ state, pending, movedFrom }) =>
          // What was moved may be pending until the next sweep has seen that the move is done.
          (!pending || movedFrom !== null) && (state === 'searchable' || state === 'removed'),
      );
      return isSettled && uploads.filter(({ state }) => state === 'searchable').length === count;
    });
  }

  /** All that anyone can see, without times, histories and revisions. */
  async state() {
    const { uploads } = await this.get('/archive/uploads', Ledger);
    return {
      uploads: uploads
        // What was removed and never corrected leaves nothing that a restore could know of.
        .filter(({ state, corrections }) => state !== 'removed' || Object.keys(corrections).length > 0)
        .map(({ id, key, state, title, visibility, corrections }) => ({
          ...{ id, key, state, corrections },
          ...(state !== 'removed' && { title, visibility }),
        }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
      visitors: await this.get('/search?size=100&sort=newest', Found),
      archive: await this.get('/archive/search?size=100&sort=newest', Found),
      vocabulary: await this.get('/archive/vocabulary', z.object({ terms: z.array(z.unknown()) })),
      organisations: await this.get('/organisations', z.unknown()),
    };
  }

  async run(program: string, ...options: string[]): Promise<string> {
    const { stdout } = await execute(
      process.execPath,
      [...node, `local/${program}.ts`, ...options, '--data', this.data],
      { cwd: repository, env: { ...process.env, VINDPLAATS_TOKEN: '' } },
    );
    return stdout;
  }

  #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const token = path.startsWith('/archive')
      ? readFileSync(join(this.data, 'staff-token'), 'utf8').trim()
      : '';
    const headers = { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) };
    return fetch(this.#origin + path, { ...init, headers });
  }

  #s3(): S3Client {
    const { endpoints } = z
      .object({ endpoints: z.object({ s3: z.string() }) })
      .parse(JSON.parse(readFileSync(join(this.data, 'aws-endpoints.json'), 'utf8')));
    return new S3Client({
      endpoint: endpoints.s3,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      forcePathStyle: true,
    });
  }
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 45_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('Waited 45 seconds in vain');
    await pause(40);
  }
}

let folder: string;
let first: Place;
let second: Place;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vindplaats-restore-'));
  first = new Place(join(folder, 'first'));
  second = new Place(join(folder, 'second'));
});
afterAll(async () => {
  await Promise.all([first.end(), second.end()]);
  await rm(folder, { recursive: true, force: true });
});

const ownTerms = [
  { type: 'organisation', slug: 'huize-zonneweide', label: 'Huize Zonneweide', aliases: ['Zonneweide'] },
  // The movement's own term, as staff came to know it.
  { type: 'organisation', slug: 'sensire', label: 'Sensire', aliases: ['Sensire Thuiszorg'] },
];
const of = (key: string) => `/archive/documents/${documentId(key)}`;

test('Everything but the uploads is lost, and comes back', async () => {
  await first.start();
  // Staff's own vocabulary, with one term of the movement's taken away.
  await first.staff('POST', '/archive/restore/terms', { overwrite: true, terms: ownTerms });
  await first.put(
    new Map([
      ['public/tuin.md', '# De tuin\n\nBij Zonneweide bloeit de tuin.\n'],
      ['public/keuken.txt', 'De keuken\n\nEr wordt elke dag vers gekookt.\n'],
      ['public/geheim.txt', 'Het plan\n\nDit had intern moeten zijn.\n'],
      ['internal/folder.txt', 'De folder\n\nDeze mag iedereen lezen.\n'],
      ['internal/begroting.txt', 'Begroting\n\nVoor wie het aangaat.\n'],
      ['public/weg.txt', 'Weg\n\nDit stuk gaat weg en komt misschien terug.\n'],
    ]),
  );
  await first.settled(6);
  await first.staff('PATCH', of('public/keuken.txt'), {
    title: 'Vers koken',
    organisations: ['Sensire Thuiszorg'],
  });
  await first.staff('PATCH', of('public/geheim.txt'), { visibility: 'internal' });
  await first.staff('PATCH', of('internal/folder.txt'), { visibility: 'public', publishedOn: '2024-05' });
  await first.staff('PATCH', of('public/weg.txt'), { title: 'Komt misschien terug' });
  await first.staff('DELETE', of('public/weg.txt'));
  await first.settled(5);

  const file = join(folder, 'backup.jsonl');
  expect(await first.run('back-up', file)).toContain('corrections of 4 documents and 2 terms');
  const before = await first.state();
  const uploads = await first.uploads();
  await first.end();

  await second.start();
  await second.put(uploads);
  await second.settled(5);
  const unrestored = await second.state();
  expect(unrestored.visitors).not.toEqual(before.visitors);

  const report = await second.run('restore', file);
  expect(report).toMatch(/corrections +3 restored, 0 unchanged, 1 waiting, 0 kept/);
  expect(report).toContain('waiting for its upload: public/weg.txt');
  await second.settled(5);
  expect(await second.state()).toEqual(before);

  // Once more changes nothing, and what staff do since stays.
  await second.staff('PATCH', of('public/keuken.txt'), { title: 'Nog verser koken' });
  const again = await second.run('restore', file);
  expect(again).toMatch(/corrections +0 restored, 2 unchanged, 1 waiting, 1 kept/);
  expect(again).toContain('kept, for staff corrected it since: public/keuken.txt');
  expect(await second.run('restore', file, '--overwrite')).toMatch(/corrections +1 restored/);
  await second.settled(5);
  expect(await second.state()).toEqual(before);

  // And the corrections of what was removed are there when it returns.
  await second.put(new Map([['public/weg.txt', 'Weg\n\nHier is het weer.\n']]));
  await second.settled(6);
  const { uploads: ledger } = await second.get('/archive/uploads', Ledger);
  expect(ledger.find(({ key }) => key === 'public/weg.txt')?.title).toBe('Komt misschien terug');

  const cut = join(folder, 'cut.jsonl');
  const whole = await readFile(file, 'utf8');
  await writeFile(cut, whole.slice(0, whole.length / 2));
  await expect(second.run('restore', cut)).rejects.toMatchObject({ code: 1 });
});
