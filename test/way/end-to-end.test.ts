/** The whole way through real HTTP and the real SDK, against `npm start` in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentId } from '../../shared/document.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let data: string;
let watched: string;
let origin: string;
let running: ChildProcess;
let s3: S3Client;

async function start(): Promise<void> {
  running = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'local/start.ts',
      '--port',
      '0',
      '--data',
      data,
      '--no-samples',
      '--watch',
      watched,
    ],
    { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  running.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  await eventually(() => {
    if (running.exitCode !== null) throw new Error(`Vindplaats ended with ${running.exitCode}: ${output}`);
    origin = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '';
    return origin !== '';
  });
  await eventually(async () => (await fetch(`${origin}/health`)).status === 200);
  const { endpoints } = JSON.parse(await readFile(join(data, 'aws-endpoints.json'), 'utf8'));
  s3 = new S3Client({
    endpoint: endpoints.s3,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
  });
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const exited = once(running, 'exit');
  running.kill(signal);
  await exited;
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 150_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('Waited 150 seconds in vain');
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads the answers as a client would, by their documented fields.
type Answer = any;

async function get(path: string): Promise<Answer> {
  return (await fetch(origin + path)).json();
}

const search = (q: string): Promise<Answer> => get(`/search?q=${encodeURIComponent(q)}`);
const isFound = (q: string) => eventually(async () => (await search(q)).total === 1);
const isGone = (q: string) => eventually(async () => (await search(q)).total === 0);

async function staff(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Answer }> {
  const token = await readFile(join(data, 'staff-token'), 'utf8');
  const response = await fetch(`${origin}/archive${path}`, {
    method,
    headers: { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

const drop = (key: string, text: string) => writeFile(join(watched, key), text);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vindplaats-way-'));
  data = join(folder, 'data');
  watched = join(folder, 'watched');
  await mkdir(join(watched, 'public'), { recursive: true });
  await mkdir(join(watched, 'internal'), { recursive: true });
  await start();
}, 60_000);

afterAll(async () => {
  await end('SIGINT');
  await rm(folder, { recursive: true, force: true });
});

describe('A file in the watched folder', () => {
  test('is found a moment after it is dropped, changes when it is edited and goes when it is deleted', async () => {
    await drop('public/dagbesteding.txt', 'De kersenboomgaard bloeit.\n\nBewoners plukken er samen.\n');
    await isFound('kersenboomgaard');
    await drop('public/dagbesteding.txt', 'Het aardbeienveld bloeit.\n\nBewoners plukken er samen.\n');
    await isFound('aardbeienveld');
    expect((await search('kersenboomgaard')).total).toBe(0);
    await rm(join(watched, 'public/dagbesteding.txt'));
    await isGone('aardbeienveld');
    const gone = await fetch(`${origin}/documents/${documentId('public/dagbesteding.txt')}`);
    expect(gone.status).toBe(410);
    expect(await gone.text()).not.toContain('boomgaard');
  });

  test('below internal is found by staff and never by a visitor', async () => {
    await drop(
      'internal/begroting.md',
      '---\ntitle: Begroting zonnepark\nthemes: [Huisvesting]\nkeywords: [Zonnepanelen]\nseries: {label: Kasboek, number: 3}\n---\n\nHet zonnepark kost veel.\n',
    );
    const id = documentId('internal/begroting.md');
    await eventually(async () => (await staff('GET', `/uploads/${id}`)).body.state === 'searchable');
    expect((await staff('GET', '/search?q=zonnepark')).body.total).toBe(1);
    expect((await staff('GET', `/documents/${id}`)).body.title).toBe('Begroting zonnepark');
    expect((await staff('GET', '/vocabulary/proposed')).body.terms).toContainEqual(
      expect.objectContaining({ type: 'theme', label: 'Huisvesting', count: 1 }),
    );

    expect((await search('zonnepark')).total).toBe(0);
    expect((await fetch(`${origin}/documents/${id}`)).status).toBe(404);
    for (const path of [
      '/search',
      '/suggest?q=zonne',
      '/suggest?q=huis',
      '/suggest?q=kas',
      '/themes',
      '/keywords',
      '/series',
    ]) {
      expect(JSON.stringify(await get(path))).not.toMatch(/zonne|huisvesting|kasboek/i);
    }
  });

  test('that makes itself internal leaves every public list', async () => {
    const article = (visibility: string) =>
      `---\ntitle: Vergaderverslag\nkeywords: [Moestuinproject]\n${visibility}---\n\nOver het moestuinproject.\n`;
    await drop('public/verslag.md', article(''));
    await isFound('moestuinproject');
    expect(JSON.stringify(await get('/keywords'))).toContain('Moestuinproject');
    await drop('public/verslag.md', article('visibility: internal\n'));
    await isGone('moestuinproject');
    expect(JSON.stringify(await get('/keywords'))).not.toContain('Moestuinproject');
    expect((await staff('GET', '/search?q=moestuinproject')).body.total).toBe(1);
  });

  test('that cannot be read is refused with a reason and a hint in the language of staff', async () => {
    await drop('public/plaatje.png', '\u0089PNG\r\n\u001a\n');
    const id = documentId('public/plaatje.png');
    await eventually(async () => (await staff('GET', `/uploads/${id}`)).status === 200);
    expect((await staff('GET', `/uploads/${id}`)).body).toMatchObject({
      state: 'refused',
      refusal: { reason: 'unsupported-type', hint: expect.stringContaining('PDF of DOCX') },
    });
  });

  test('of hundreds that are dropped at once are all found', async () => {
    await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        drop(`public/massa-${n}.txt`, `Massaproef nummer${n}x.\n\nTekst ${n}.\n`),
      ),
    );
    await eventually(async () => (await search('massaproef')).total === 200);
    await Promise.all(Array.from({ length: 200 }, (_, n) => rm(join(watched, `public/massa-${n}.txt`))));
    await isGone('massaproef');
  });
});

describe('A file that a program made', () => {
  test('is found at its page, slide or section', async () => {
    const fixtures = join(repository, 'test', 'fixtures');
    const names = ['libreoffice-nieuwsbrief.pdf', 'libreoffice-presentatie.pptx', 'pandoc-verslag.docx'];
    for (const name of names) {
      await writeFile(join(watched, 'public', name), await readFile(join(fixtures, name)));
      const id = documentId(`public/${name}`);
      await eventually(async () => (await fetch(`${origin}/documents/${id}`)).status === 200);
      const document = await get(`/documents/${id}`);
      const type = name.endsWith('pdf') ? 'page' : name.endsWith('pptx') ? 'slide' : 'section';
      expect(document.passages.length).toBeGreaterThan(1);
      for (const { anchor, url } of document.passages) {
        expect(anchor.type).toBe(type);
        expect(url).toBe(`/documents/${id}#${type}-${anchor.number}`);
      }
    }
  });
});

describe('An object in the uploads bucket', () => {
  test('is found however it was put: put, copied, in parts', async () => {
    await s3.send(
      new PutObjectCommand({
        Bucket: 'uploads',
        Key: 'public/gewoon.txt',
        Body: 'Notitie over fietsenstallingen.\n',
      }),
    );
    await isFound('fietsenstallingen');
    await s3.send(
      new CopyObjectCommand({
        Bucket: 'uploads',
        Key: 'public/kopie van é.txt',
        CopySource: 'uploads/public/gewoon.txt',
      }),
    );
    await eventually(async () => (await search('fietsenstallingen')).total === 2);
    const large = `Het grootste bestand gaat over waterschappen.\n\n${'Een regel die veel vaker voorkomt. '.repeat(180_000)}\n`;
    await new Upload({
      client: s3,
      params: { Bucket: 'uploads', Key: 'public/groot.txt', Body: large },
    }).done();
    await isFound('waterschappen');
    await s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: 'public/groot.txt' }));
    await isGone('waterschappen');
  });

  test('with an odd name or metadata is taken as it is', async () => {
    const key = 'public/map met spatie/ĳs & 50% + “citaat”.txt';
    await s3.send(
      new PutObjectCommand({
        Bucket: 'uploads',
        Key: key,
        Body: 'Over schaatsbanen.\n',
        Metadata: { title: 'Schaatsen' },
      }),
    );
    await isFound('schaatsbanen');
    expect((await search('schaatsbanen')).hits[0]).toMatchObject({
      title: 'Schaatsen',
      upload: key,
      id: documentId(key),
    });
  });
});

describe('Staff', () => {
  test('put a file through a presigned address and read in the ledger what became of it', async () => {
    const text = 'Samenvatting van het ergotherapieoverleg.\n';
    const prepared = await staff('POST', '/uploads', {
      key: 'public/ergo.txt',
      size: text.length,
      contentType: 'text/plain',
    });
    expect(prepared.status).toBe(201);
    const put = await fetch(prepared.body.url, { method: 'PUT', body: text, headers: prepared.body.headers });
    expect(put.status).toBe(200);
    await isFound('ergotherapieoverleg');
    const entry = () => staff('GET', `/uploads/${prepared.body.id}`);
    // It is found a moment before the ledger says so.
    await eventually(async () => (await entry()).body.state === 'searchable');
    const { body } = await entry();
    expect(body).toMatchObject({ pending: false, key: 'public/ergo.txt' });
    expect(body.history.map(({ what }: { what: string }) => what)).toEqual([
      'received',
      'read',
      'kept',
      'searchable',
    ]);
    expect((await staff('GET', '/uploads?limit=5')).body.uploads.length).toBeGreaterThan(0);
  });

  test('correct a document, which survives a new version of the file', async () => {
    await drop('public/fout.txt', 'Stuk zonder goede naam over logopedie.\n\nMeer tekst.\n');
    await isFound('logopedie');
    const id = documentId('public/fout.txt');
    const patch = {
      title: 'Logopedie in de huiskamer',
      publishedOn: '2020-05',
      keywords: ['Spraak', 'carint reggeland'],
      series: { label: 'Praktijk', number: 2 },
    };
    expect((await staff('PATCH', `/documents/${id}`, patch)).status).toBe(200);
    await eventually(async () => (await search('logopedie')).hits[0]?.title === patch.title);
    await drop('public/fout.txt', 'Nieuwe versie over logopedie en slikken.\n\nMeer tekst.\n');
    await isFound('slikken');
    const [hit] = (await search('logopedie')).hits;
    expect(hit).toMatchObject({
      title: patch.title,
      titleOrigin: 'staff',
      publishedOn: '2020-05',
      keywords: [{ slug: 'spraak', label: 'Spraak' }],
      organisations: [{ slug: 'carintreggeland', label: 'Carintreggeland', listed: true }],
      series: { slug: 'praktijk', label: 'Praktijk', number: 2 },
    });
    expect((await staff('PATCH', `/documents/${id}`, { title: null })).status).toBe(200);
    await eventually(async () => (await search('logopedie')).hits[0]?.titleOrigin !== 'staff');
    const { history } = (await staff('GET', `/uploads/${id}`)).body;
    const corrections = history.filter(({ what }: { what: string }) => what === 'corrected');
    expect(corrections).toMatchObject([
      {
        by: 'local-staff',
        from: { title: null, series: null },
        to: { title: patch.title, series: patch.series },
      },
      { by: 'local-staff', from: { title: patch.title }, to: { title: null } },
    ]);
    expect(history[0]).toMatchObject({ what: 'received', by: 'upload' });
    expect((await staff('PATCH', `/documents/${id}`, { titel: 'x' })).status).toBe(400);
    expect((await staff('PATCH', `/documents/${id}`, { publishedOn: 'gisteren' })).status).toBe(400);
  });

  test('make a document internal and public again, and move one out of internal', async () => {
    await drop('public/wissel.txt', 'Over de wisselkamer.\n\nMeer.\n');
    await isFound('wisselkamer');
    const id = documentId('public/wissel.txt');
    await staff('PATCH', `/documents/${id}`, { visibility: 'internal' });
    await isGone('wisselkamer');
    expect((await fetch(`${origin}/documents/${id}`)).status).toBe(404);
    await staff('PATCH', `/documents/${id}`, { visibility: 'public' });
    await isFound('wisselkamer');

    await s3.send(
      new PutObjectCommand({ Bucket: 'uploads', Key: 'internal/kluis.txt', Body: 'Over de kluisdeur.\n' }),
    );
    const inside = documentId('internal/kluis.txt');
    await eventually(async () => (await staff('GET', `/uploads/${inside}`)).body.state === 'searchable');
    const moved = await staff('PATCH', `/documents/${inside}`, { visibility: 'public' });
    expect(moved.body).toMatchObject({ key: 'public/kluis.txt', movedFrom: 'internal/kluis.txt' });
    await isFound('kluisdeur');
    await eventually(async () => (await staff('GET', '/search?q=kluisdeur')).body.total === 1);
  });

  test('delete a document, which is gone for everyone', async () => {
    await s3.send(
      new PutObjectCommand({ Bucket: 'uploads', Key: 'public/weg.txt', Body: 'Over de afbraakhamer.\n' }),
    );
    await isFound('afbraakhamer');
    const id = documentId('public/weg.txt');
    expect((await staff('DELETE', `/documents/${id}`)).status).toBe(202);
    await isGone('afbraakhamer');
    expect((await fetch(`${origin}/documents/${id}`)).status).toBe(410);
    await eventually(async () => (await staff('GET', `/uploads/${id}`)).body.state === 'removed');
    expect((await staff('PATCH', `/documents/${id}`, { title: 'x' })).status).toBe(410);
  });

  test('need a token', async () => {
    for (const path of ['/archive/search', '/archive/uploads', `/archive/documents/${'a'.repeat(26)}`]) {
      const refused = await fetch(origin + path);
      expect(refused.status).toBe(401);
      expect(await refused.json()).toEqual({ message: 'Unauthorized' });
    }
  });
});

describe('The import command', () => {
  async function runImport(...options: string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'local/import.ts', ...options],
      {
        cwd: repository,
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const [code] = await once(child, 'close');
    return { code, output };
  }

  test('uploads a folder, waits, and tells what became of each file', async () => {
    const source = join(folder, 'bron');
    await mkdir(join(source, 'sub'), { recursive: true });
    await writeFile(join(source, 'een.txt'), 'Importproef over gootsteenontstoppers.\n');
    await writeFile(join(source, 'sub', 'twee.md'), '# Twee\n\nImportproef over dakgoten.\n');
    const good = await runImport(source, '--api', origin);
    expect(good.output).toMatch(/2/);
    expect(good.code).toBe(0);
    expect((await search('gootsteenontstoppers')).total).toBe(1);
    expect((await search('dakgoten')).hits[0].upload).toBe('public/sub/twee.md');
    await writeFile(join(source, 'drie.txt'), 'Importproef over kelderluiken.\n');
    await writeFile(join(source, 'drie.txt.meta.yaml'), 'title: Luiken\nvisibility: internal\n');
    const beside = await runImport(source, '--api', origin);
    expect(beside.code).toBe(0);
    expect((await search('kelderluiken')).total).toBe(0);
    expect((await staff('GET', '/search?q=kelderluiken')).body.hits[0].title).toBe('Luiken');
    await writeFile(join(source, 'leeg.txt'), '');
    const bad = await runImport(source, '--api', origin);
    expect(bad.code).toBe(1);
    expect(bad.output).toContain('empty');
    const closed = await runImport(join(source, 'sub'), '--visibility', 'internal', '--api', origin);
    expect(closed.code).toBe(0);
    expect((await staff('GET', '/search?q=dakgoten')).body.total).toBe(2);
    expect((await search('dakgoten')).total).toBe(1);
  });

  test('ends with a sentence when nothing answers', async () => {
    const { code, output } = await runImport(folder, '--api', 'http://127.0.0.1:9');
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toHaveLength(1);
  });
});

describe('The data', () => {
  test('survives a stop and a kill, and what happened meanwhile is caught up with', async () => {
    await drop('public/blijft.txt', 'Over de standvastigheid.\n\nMeer.\n');
    await drop('public/vertrekt.txt', 'Over de vergankelijkheid.\n\nMeer.\n');
    await isFound('standvastigheid');
    await isFound('vergankelijkheid');
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      await end(signal);
      await rm(join(watched, 'public/vertrekt.txt'), { force: true });
      await drop(`public/terwijl-${signal}.txt`, `Gekomen tijdens de ${signal}stilte.\n\nMeer.\n`);
      await start();
      await isFound('standvastigheid');
      await isFound(`${signal}stilte`);
      await isGone('vergankelijkheid');
    }
  }, 120_000);

  test('is filled again when the index is thrown away', async () => {
    const before = (await search('')).total;
    await end('SIGINT');
    await rm(join(data, 'index'), { recursive: true });
    await start();
    await eventually(async () => (await search('')).total === before);
    expect(before).toBeGreaterThan(3);
  }, 120_000);

  test('keeps its secrets for the owner of the folder', async () => {
    for (const name of await readdir(data)) {
      const { mode } = await stat(join(data, name));
      if (/token|key|endpoints/.test(name)) expect(mode & 0o077).toBe(0);
    }
    expect(existsSync(join(data, 'staff-token'))).toBe(true);
  });
});
