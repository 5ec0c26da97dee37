import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { collection } from '../../search-index/collection.ts';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { Store } from '../../search-index/engines/embedded/store.ts';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import { parseQuery } from '../../search-index/query.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { searchIndexContract } from './contract.ts';
import { entry, put, remove, request } from './entries.ts';

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-index-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newPath = () => {
  files += 1;
  return join(folder, `${files}.sqlite`);
};
const source = (path: string) => fileURLToPath(new URL(`../../search-index/${path}`, import.meta.url));
const execute = promisify(execFile);

/** What a process of its own prints that runs this module; it fails when the process does not end by itself. */
async function outputOf(script: string): Promise<string> {
  files += 1;
  const path = join(folder, `${files}.mjs`);
  writeFileSync(path, script);
  const { stdout } = await execute(process.execPath, [path], { timeout: 20_000 });
  return stdout;
}

searchIndexContract('the embedded engine', async () => embeddedEngine(newPath()));

const open = (path: string) => collection(embeddedEngine(path));
const totalOf = async (index: ReturnType<typeof open>, q = '') => (await index.search(request({ q }))).total;

describe('The embedded engine', () => {
  test('keeps what was applied, its labels and its counts', async () => {
    const path = newPath();
    const first = open(path);
    await first.apply(
      put(entry('een', { keywords: ['Tuin'], text: 'Rozen.' }), entry('twee', { keywords: ['Tuin'] })),
    );
    await first.apply([remove(entry('twee', { revision: 2 }), { gone: true })]);
    const { generation } = await first.health();
    await first.close();
    const second = open(path);
    expect(await second.health()).toEqual({ searchable: true, documents: 1, generation });
    expect(await totalOf(second, 'rozen')).toBe(1);
    expect(await second.values('keyword')).toEqual([{ slug: 'tuin', label: 'Tuin', count: 1 }]);
    expect(await second.document(entry('twee').id, '')).toBe('gone');
    await second.close();
  });

  test('applies all of the changes or none', async () => {
    const index = open(newPath());
    await index.apply(put(entry('een', { keywords: ['Tuin'] })));
    // The file takes no such revision: the second document fails after the first was written.
    const impossible = entry('twee', { keywords: ['Tuin', 'Huis'], revision: Number.NaN });
    await expect(index.apply(put(entry('drie', { keywords: ['Tuin'] }), impossible))).rejects.toThrow();
    expect(await totalOf(index)).toBe(1);
    expect(await index.values('keyword')).toEqual([{ slug: 'tuin', label: 'Tuin', count: 1 }]);
    await index.close();
  });

  test('begins anew, under another generation, when the file has other settings or is damaged', async () => {
    for (const spoil of [
      (path: string) => {
        const database = new DatabaseSync(path);
        database.exec(`UPDATE about SET value = 'of an older version' WHERE name = 'settings'`);
        database.close();
      },
      (path: string) =>
        writeFileSync(path, 'this is no database, but it is long enough to look at'.repeat(100)),
    ]) {
      const path = newPath();
      const before = open(path);
      await before.apply(put(entry('een')));
      const { generation } = await before.health();
      await before.close();
      spoil(path);
      const after = open(path);
      const health = await after.health();
      expect(health).toMatchObject({ searchable: true, documents: 0 });
      expect(health.generation).not.toBe(generation);
      await after.apply(put(entry('een')));
      expect(await totalOf(after)).toBe(1);
      await after.close();
    }
  });

  test('answers that it is unavailable when damage shows while it works, and then begins anew', async () => {
    const path = newPath();
    const before = open(path);
    await before.apply(
      put(...Array.from({ length: 50 }, (_, at) => entry(`document-${at}`, { text: 'Rozen. '.repeat(200) }))),
    );
    await before.close();
    const bytes = readFileSync(path);
    // The first page holds the schema; what comes after it is spoilt.
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xaa)]));
    const after = open(path);
    const health = await after.health();
    if (!health.searchable) expect(health.reason).toContain('malformed');
    expect(await after.health()).toMatchObject({ searchable: true, documents: 0 });
    await after.close();
  });

  test('says why when its file cannot be used', async () => {
    const path = newPath();
    writeFileSync(path, '');
    const index = open(join(path, 'inside a file', 'public.sqlite'));
    await expect(index.search(request({ q: 'zorg' }))).rejects.toThrow(UnavailableError);
    await expect(index.apply(put(entry('een')))).rejects.toThrow(UnavailableError);
    expect(await index.health()).toEqual({
      searchable: false,
      documents: 0,
      reason: expect.stringContaining('ENOTDIR'),
    });
    await index.close();
  });

  test('answers many at once, each its own', async () => {
    const index = open(newPath());
    const names = Array.from({ length: 40 }, (_, at) => `uniek${String.fromCharCode(97 + (at % 26))}${at}`);
    await Promise.all(names.map((name) => index.apply(put(entry(name, { title: name })))));
    const found = await Promise.all(names.map((q) => index.search(request({ q }))));
    expect(found.map(({ hits }) => hits.map(({ title }) => title))).toEqual(names.map((name) => [name]));
    await index.close();
  });

  test('refuses calls once it is closed', async () => {
    const index = open(newPath());
    await index.apply(put(entry('een')));
    const last = index.values('kind');
    await index.close();
    expect(await last).toHaveLength(1);
    await expect(index.search(request({}))).rejects.toThrow(UnavailableError);
    await index.close();
  });

  test('lets the process end when nothing is asked, and keeps it for an answer', async () => {
    const script = `
      const { embeddedEngine } = await import(${JSON.stringify(pathToFileURL(source('engines/embedded/embedded-engine.ts')))});
      const engine = embeddedEngine(${JSON.stringify(newPath())});
      await engine.health();
      engine.health().then(({ searchable }) => console.log('searchable', searchable));`;
    expect(await outputOf(script)).toBe('searchable true\n');
  });

  test('rejects what waits when its thread dies, and starts again with the next call', async () => {
    const script = `
      const { embeddedEngine } = await import(${JSON.stringify(pathToFileURL(source('engines/embedded/embedded-engine.ts')))});
      const { Worker } = await import('node:worker_threads');
      let current;
      let reachesThread = true;
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (...message) {
        current = this;
        if (reachesThread) return post.apply(this, message);
      };
      const engine = embeddedEngine(${JSON.stringify(newPath())});
      await engine.health();
      reachesThread = false;
      const waiting = [engine.values('theme'), engine.values('year')];
      await current.terminate();
      reachesThread = true;
      for (const { status, reason } of await Promise.allSettled(waiting)) console.log(status, reason?.name);
      console.log((await engine.health()).searchable);
      await engine.close();`;
    expect(await outputOf(script)).toBe('rejected UnavailableError\nrejected UnavailableError\ntrue\n');
  });

  test('works from a bundle, with its thread beside the handler', async () => {
    const outdir = join(folder, 'bundle');
    await build({
      entryPoints: { index: source('open-search-index.ts'), worker: source('engines/embedded/worker.ts') },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outExtension: { '.js': '.mjs' },
      outdir,
      logLevel: 'silent',
    });
    const script = `
      const { openSearchIndex } = await import(${JSON.stringify(pathToFileURL(join(outdir, 'index.mjs')))});
      const index = openSearchIndex({ url: ${JSON.stringify(`sqlite:${join(folder, 'bundled')}`)}, collection: 'public' });
      console.log((await index.health()).searchable);`;
    expect(await outputOf(script)).toBe('true\n');
  });
});

describe('The index file', () => {
  const total = (store: Store) =>
    store.read((reader) => reader.query({ ...request(), query: parseQuery(''), offset: 0 })).total;

  test('keeps a lower revision out only as long as a worker can be late', () => {
    let now = 0;
    const store = new Store(newPath(), () => now);
    const minutes = (count: number) => count * 60_000;
    store.apply(put(entry('rij', { revision: 7 })));
    now = minutes(14);
    store.apply([remove(entry('rij', { revision: 2 }))]);
    expect(total(store)).toBe(1);
    now = minutes(16);
    store.apply([remove(entry('rij', { revision: 2 }))]);
    expect(total(store)).toBe(0);
    store.apply(put(entry('rij', { revision: 1 })));
    expect(total(store)).toBe(0);
    now = minutes(32);
    store.apply(put(entry('rij', { revision: 1 })));
    expect(total(store)).toBe(1);
    store.close();
  });

  test('forgets a silent removal, and nothing of a removed document stays in it', () => {
    const path = newPath();
    let now = 0;
    const store = new Store(path, () => now);
    store.apply(
      put(entry('geheim', { title: 'Geheimpje', keywords: ['Geheimtaal'], text: 'geheimschrift' })),
    );
    store.apply([remove(entry('geheim', { revision: 2 }))]);
    now = 60 * 60_000;
    store.apply(put(entry('open')));
    store.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('SELECT * FROM removed').all()).toEqual([]);
    expect(database.prepare('SELECT label FROM spelling').all()).toEqual([{ label: 'article' }]);
    expect(database.prepare('SELECT count(*) AS n FROM passage').get()).toEqual({ n: 1 });
    database.close();
  });

  test('shows what another process wrote', () => {
    const path = newPath();
    const [mine, theirs] = [new Store(path), new Store(path)];
    mine.apply(put(entry('een', { keywords: ['Tuin'] })));
    expect(total(theirs)).toBe(1);
    theirs.apply(put(entry('twee', { keywords: ['Tuin'] })));
    expect(mine.read((reader) => reader.values('keyword'))).toEqual([
      { slug: 'tuin', label: 'Tuin', count: 2 },
    ]);
    mine.close();
    theirs.close();
  });
});

describe('Opening a search index', () => {
  test('gives all that ask for the same one the same, until it is closed', async () => {
    const url = `sqlite:${join(folder, 'shared')}`;
    const first = openSearchIndex({ url, collection: 'public' });
    expect(openSearchIndex({ url, collection: 'public' })).toBe(first);
    const archive = openSearchIndex({ url, collection: 'archive' });
    expect(archive).not.toBe(first);
    await first.apply(put(entry('een')));
    expect((await archive.health()).documents).toBe(0);
    await first.close();
    const second = openSearchIndex({ url, collection: 'public' });
    expect(second).not.toBe(first);
    expect((await second.health()).documents).toBe(1);
    await second.close();
    await archive.close();
  });

  test('says which engines there are', () => {
    expect(() => openSearchIndex({ url: 'http://127.0.0.1:7700', collection: 'public' })).toThrow(
      /comes later/,
    );
    expect(() => openSearchIndex({ url: 'postgres://x', collection: 'public' })).toThrow(/sqlite:/);
    expect(() => openSearchIndex({ url: 'sqlite:', collection: 'public' })).toThrow(/sqlite:/);
  });
});
