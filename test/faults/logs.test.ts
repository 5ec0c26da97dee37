/** What a whole Vindplaats writes while people work with it and things go wrong names nothing and nobody. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { documentId } from '../../shared/document.ts';
import { Running } from './running.ts';

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-logs-'));
const watch = join(folder, 'watched');
let running: Running;

beforeAll(async () => {
  mkdirSync(join(watch, 'public'), { recursive: true });
  mkdirSync(join(watch, 'internal'), { recursive: true });
  running = new Running({
    data: join(folder, 'data'),
    watch,
    // The most talkative that anyone could set it.
    environment: { POWERTOOLS_LOG_LEVEL: 'DEBUG', POWERTOOLS_LOGGER_LOG_EVENT: 'false' },
  });
  await running.ready();
});
afterAll(async () => {
  await running.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Words that stand in nothing but what people wrote, asked, are called or came from. */
const private_ = {
  query: 'zoekvraagwoord',
  text: 'documenttekstwoord',
  title: 'titelwoord',
  name: 'bestandsnaamwoord',
  correction: 'correctiewoord',
  browser: 'browserwoord',
  mail: 'jansen@postwoord.example',
  street: 'Kerkstraatwoord 12',
} as const;
const visitor = '203.0.113.77';

const key = (extension: string, place = 'public') =>
  `${place}/${private_.name} van ${private_.mail}-${extension}`;
const text = `---\ntitle: ${private_.title}\nkeywords: [${private_.title}]\n---\n\n# Kop\n\nHet ${private_.text}. Mail ${private_.mail}, of kom naar ${private_.street}.\n`;

async function put(Key: string, Body: string): Promise<void> {
  await running.s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body: Buffer.from(Body) }));
}

const Entry = z.object({ state: z.string() });
const becomes = (upload: string, state: string) =>
  running.until(
    async () => (await running.get(`/archive/uploads/${documentId(upload)}`, Entry)).state === state,
  );

/** A call of the n-th time from now on fails, with words that an error of the SDK could carry. */
const fail = (effect: string) =>
  running.arm({ effect, time: 1, moment: 'before', how: 'fail', message: `${effect} failed on purpose` });

const headers = { 'x-forwarded-for': visitor, 'user-agent': private_.browser };

test('rule 22: no line of a full run holds a query, text, title, name, token or address, and errors tell their cause', async () => {
  // What goes well.
  await put(key('a.md'), text);
  await becomes(key('a.md'), 'searchable');
  writeFileSync(join(watch, key('b.md', 'internal')), text);
  await becomes(key('b.md', 'internal'), 'searchable');
  for (const path of [
    `/search?q=${private_.query}`,
    `/search?q=${private_.text}&keyword=${private_.query}`,
    `/suggest?q=${private_.query}`,
    `/documents/${documentId(key('a.md'))}?q=${private_.query}`,
    `/keywords/${private_.query}`,
    `/search?q=${encodeURIComponent(private_.mail)}`,
    `/archive/search?q=${private_.query}`,
    `/archive/suggest?q=${private_.query}`,
    `/archive/search?q=${encodeURIComponent(private_.street)}`,
    `/archive/uploads/${documentId(key('a.md'))}`,
    `/archive/uploads`,
    `/archive/vocabulary/proposed`,
  ])
    await running.ask('GET', path, undefined, headers);
  const document = `/archive/documents/${documentId(key('a.md'))}`;
  expect((await running.ask('PATCH', document, { title: private_.correction }, headers)).status).toBe(200);

  // What callers do wrong.
  for (const [method, path, body] of [
    ['GET', `/search?q=${private_.query}&sort=${private_.query}`, undefined],
    ['GET', `/${private_.query}`, undefined],
    ['GET', `/documents/${private_.query}`, undefined],
    ['PATCH', document, { [private_.correction]: private_.correction }],
    ['PATCH', document, { publishedOn: private_.correction }],
    ['POST', '/archive/uploads', { key: private_.name }],
  ] as const)
    expect((await running.ask(method, path, body, headers)).status).toBeGreaterThanOrEqual(400);
  const forged = await fetch(`${running.origin}/archive/search?q=${private_.query}`, {
    headers: { authorization: `Bearer ${private_.query}.x.y`, ...headers },
  });
  expect(forged.status).toBe(401);

  // Files that cannot be read, and a sidecar that cannot.
  await put(key('c.pdf'), `%PDF-1.7 ${private_.text}`);
  await put(key('d.docx'), `PK\u0003\u0004 ${private_.text}`);
  await put(key('e.png'), `\u0089PNG ${private_.text}`);
  await put(`${key('a.md')}.meta.yaml`, `title: [${private_.title}: {`);
  for (const file of ['c.pdf', 'd.docx', 'e.png']) await becomes(key(file), 'refused');

  // Faults of what Vindplaats stands on, each in its turn.
  const began = running.output.length;
  for (const effect of ['catalogue.write', 'documents.put', 'uploads.get', 'changes.send', 'documents.get']) {
    fail(effect);
    await put(key(`${effect}.md`), text);
    await running.until(async () => running.output.slice(began).includes(`${effect} failed on purpose`));
    await becomes(key(`${effect}.md`), 'searchable');
  }
  fail('catalogue.get');
  expect((await running.ask('GET', document, undefined, headers)).status).toBe(500);
  const { status } = await running.ask('POST', '/archive/uploads', undefined, headers);
  expect(status).toBe(400);
  await running.s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: key('a.md') }));
  await becomes(key('a.md'), 'removed');

  // The index itself is damaged. What SQLite shares in memory beside it stays, for cutting that off ends any process.
  const files = readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true });
  for (const file of files) {
    if (/\.sqlite$/.test(file.name) && file.isFile()) writeFileSync(join(file.parentPath, file.name), 'x');
  }
  const spoilt = running.output.length;
  await running.ask('GET', `/search?q=${private_.query}`, undefined, headers);
  await put(key('f.md'), text);
  await running.until(async () => running.output.slice(spoilt).includes('"level"'));

  const lines = running.output.split('\n').filter((line) => !forThePerson.test(line));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    for (const [what, word] of Object.entries(private_)) expect(line, what).not.toContain(word);
    expect(line).not.toContain(visitor);
    expect(line).not.toMatch(/(?<!\d)(?:\d{1,3}\.){3}\d{1,3}(?!\d)/);
    expect(line).not.toMatch(/eyJ[\w-]{10,}/);
  }

  const errors = lines.flatMap((line) => Logged.safeParse(parsed(line)).data ?? []);
  for (const effect of [
    'catalogue.write',
    'documents.put',
    'uploads.get',
    'changes.send',
    'documents.get',
    'catalogue.get',
  ])
    expect(errors.map(({ error }) => error.message)).toContain(`${effect} failed on purpose`);
  for (const { error } of errors) expect(error.stack).toMatch(/\.ts:\d+/);
});

/** The welcome and the news of the watched folder, which whoever started it reads on their own screen. */
const forThePerson = /^(?:Uploaded|Found in|Applied|Note on|Refused|Failed|Removed|… and) | {2}\w[\w ]+ {2,}/;

const Logged = z.object({
  level: z.literal('ERROR'),
  error: z.object({ name: z.string(), message: z.string(), stack: z.string() }),
});

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
