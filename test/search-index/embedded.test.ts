import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { collection } from '../../search-index/collection.ts';
import { embeddedEngine, IndexThread } from '../../search-index/engines/embedded/embedded-engine.ts';
import { removeIndexFile } from '../../search-index/engines/embedded/index-file.ts';
import { Store } from '../../search-index/engines/embedded/store.ts';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import { parseQuery } from '../../search-index/query.ts';
import { NotFoundError, UnavailableError } from '../../shared/errors.ts';
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

searchIndexContract('the embedded engine', async () => collection(embeddedEngine(newPath())));

function setAbout(path: string, name: string, value: string): void {
  const database = new DatabaseSync(path);
  database.prepare('UPDATE about SET value = ? WHERE name = ?').run(value, name);
  database.close();
}

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
    expect(await second.health()).toEqual({ searchable: true, documents: 1, generation, refilling: true });
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

  test('refuses a change without those that are given at the same moment', async () => {
    const index = open(newPath());
    const impossible = entry('twee', { revision: Number.NaN });
    const all = [put(entry('een')), put(impossible), put(entry('drie'))].map((change) => index.apply(change));
    const results = await Promise.allSettled(all);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    // To be tried again when the engine is back would be in vain.
    await expect(all[1]).rejects.not.toThrow(UnavailableError);
    expect(await totalOf(index)).toBe(2);
    await index.close();
  });

  test('serves a file that was made with other words, and says that it is outdated', async () => {
    const path = newPath();
    const before = open(path);
    await before.apply(put(entry('een', { text: 'Rozen.' })));
    const { generation, outdated } = await before.health();
    expect(outdated).toBeUndefined();
    await before.close();
    setAbout(path, 'words', 'of an older analyser');
    const after = open(path);
    expect(await after.health()).toEqual({
      searchable: true,
      documents: 1,
      generation,
      outdated: true,
      refilling: true,
    });
    expect(await totalOf(after, 'rozen ')).toBe(1);
    await after.beginAside();
    expect(await after.aside.health()).toMatchObject({ searchable: true, documents: 0 });
    await after.promote();
    expect((await after.health()).outdated).toBeUndefined();
    await after.close();
  });

  test('begins anew, under another generation, when the file is laid out in another way or is damaged', async () => {
    for (const spoil of [
      (path: string) => setAbout(path, 'layout', 'of an older version'),
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

  test('leaves at once when the caller waits no longer, and drops the late answer', async () => {
    const engine = embeddedEngine(newPath());
    await engine.apply(put(entry('een', { text: 'Rozen.' })));
    const gone = new AbortController();
    const { words } = parseQuery('rozen ');
    const waiting = engine.frequencies(words, gone.signal);
    gone.abort();
    await expect(waiting).rejects.toThrow(UnavailableError);
    await expect(engine.frequencies(words, gone.signal)).rejects.toThrow(UnavailableError);
    const late = AbortSignal.timeout(60_000);
    expect(await engine.frequencies(words, late)).toEqual({ documents: 1, matching: [1] });
    await engine.close();
  });

  test('answers from what was written before while something is being written', async () => {
    const path = newPath();
    const engine = embeddedEngine(path);
    await engine.apply(put(entry('een')));
    expect((await engine.health()).documents).toBe(1);
    // Nothing can be written before this lets go.
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const order: string[] = [];
    const writing = engine.apply(put(entry('twee'))).then(() => order.push('written'));
    order.push(`${(await engine.health()).documents} answered`);
    other.exec('COMMIT');
    other.close();
    await writing;
    order.push(`${(await engine.health()).documents} answered`);
    expect(order).toEqual(['1 answered', 'written', '2 answered']);
    await engine.close();
  });

  test('answers a search although the process was too busy to hear the answer', async () => {
    const index = open(newPath());
    await index.apply(put(entry('een', { text: 'Rozen.' })));
    const searching = index.search(request({ q: 'rozen ' }));
    // Longer than a server would be waited for.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    expect((await searching).total).toBe(1);
    await index.close();
  });

  test('writes to the file that is there, although another one threw away the one that it had open', async () => {
    const path = newPath();
    const mine = open(path);
    await mine.apply(put(entry('een')));
    removeIndexFile(path);
    const theirs = open(path);
    expect((await theirs.health()).documents).toBe(0);
    await mine.apply(put(entry('twee')));
    expect((await theirs.health()).documents).toBe(1);
    expect((await mine.health()).documents).toBe(1);
    await Promise.all([mine.close(), theirs.close()]);
  });

  test('answers a query of hundreds of words, with sets of any size that suffice', async () => {
    const engine = embeddedEngine(newPath());
    await engine.apply(put(entry('een', { text: 'Rozen en tulpen.' }), entry('twee', { text: 'Tulpen.' })));
    const many = Array.from(
      { length: 250 },
      (_, at) => `w${at.toString(36).replace(/\d/g, 'q')}x${'y'.repeat(at % 9)}`,
    );
    const query = parseQuery(`rozen tulpen ${many.join(' ')} "tulpen" -"${many.slice(0, 200).join(' ')}" `);
    const asked = { filters: request().filters, sort: 'relevance', offset: 0, size: 10 } as const;
    const titles = async (sufficient: number[][]) => {
      const { hits, total, unfiltered } = await engine.query({ ...asked, query: { ...query, sufficient } });
      expect(total).toBe(unfiltered);
      return hits.map(({ title, missing }) => `${title} ${missing.includes(0)} ${missing.includes(1)}`);
    };
    expect(await titles([query.words.map((_, at) => at)])).toEqual([]);
    expect(await titles([[0], [1]])).toEqual(['een false false', 'twee true false']);
    expect(await titles([[0, 1]])).toEqual(['een false false']);
    expect(await titles([[2], [0, 1, 2]])).toEqual([]);
    expect(await titles([[]])).toHaveLength(2);
    expect(await titles([])).toEqual([]);
    await engine.close();
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

  test('tells which changes it carried out: not those that were overtaken, nor a removal that is there', async () => {
    const engine = embeddedEngine(newPath());
    const een = entry('een', { revision: 5 });
    const carriedOut = await engine.carryOut([
      ...put(een),
      ...put(entry('een', { revision: 4 })),
      remove({ ...een, revision: 6 }),
      remove({ ...een, revision: 6 }),
      remove({ ...een, revision: 6 }, { gone: true }),
    ]);
    expect(carriedOut).toEqual([true, false, true, false, true]);
    await engine.close();
  });

  test('copies itself whole while it is open, with what is only in its log', async () => {
    const [path, copied] = [newPath(), newPath()];
    const engine = embeddedEngine(path);
    await engine.apply(put(entry('een', { text: 'Rozen.' })));
    await engine.copyTo(copied);
    await engine.apply(put(entry('twee', { text: 'Rozen.' })));
    const { generation } = await engine.health();
    const copy = embeddedEngine(copied);
    expect(await copy.health()).toEqual({ searchable: true, documents: 1, generation, refilling: true });
    expect(await totalOf(collection(copy), 'rozen ')).toBe(1);
    await Promise.all([engine.close(), copy.close()]);
  });

  test('shares a thread with others, and leaves it to them when it is closed', async () => {
    const thread = new IndexThread();
    const [een, twee] = [embeddedEngine(newPath(), thread), embeddedEngine(newPath(), thread)];
    await Promise.all([een.apply(put(entry('een'))), twee.apply(put(entry('twee'), entry('drie')))]);
    expect((await een.health()).documents).toBe(1);
    await een.close();
    await expect(een.values('kind')).rejects.toThrow(UnavailableError);
    expect((await twee.health()).documents).toBe(2);
    await twee.close();
    await thread.close();
  });

  test('is one index for all that open it at the same time, also before there is a file', async () => {
    for (let round = 0; round < 5; round++) {
      const path = newPath();
      const engines = Array.from({ length: 4 }, () => embeddedEngine(path));
      await Promise.all(engines.map((engine, at) => engine.apply(put(entry(`document-${at}`)))));
      const held = await Promise.all(engines.map(async (engine) => (await engine.health()).documents));
      expect(held).toEqual([4, 4, 4, 4]);
      await Promise.all(engines.map((engine) => engine.close()));
    }
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
    copyFileSync(source('dutch/lexicon.bin'), join(outdir, 'lexicon.bin'));
    const script = `
      const { openSearchIndex } = await import(${JSON.stringify(pathToFileURL(join(outdir, 'index.mjs')))});
      const index = await openSearchIndex({ url: ${JSON.stringify(`sqlite:${join(folder, 'bundled')}`)}, collection: 'public' });
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
    expect(database.prepare(`SELECT 1 FROM change_log WHERE forms LIKE '%geheim%'`).all()).toEqual([]);
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

describe('A store that follows what others write', () => {
  const names = ['Tuin', 'Huis', 'Zorg'];
  const words = ['rozen', 'tulpen', 'narcissen'];
  const change = fc.record({
    id: fc.constantFrom('een', 'twee', 'drie', 'vier'),
    isPut: fc.boolean(),
    keywords: fc.subarray(names),
    words: fc.subarray(words),
  });
  const stateOf = (store: Store) =>
    store.read((reader) => {
      const found = (q: string) => reader.query({ ...request(), query: parseQuery(q), offset: 0, size: 100 });
      const resembling = words.map((word) =>
        reader.resembling({ text: `x${word}`, errors: 1, prefix: false }),
      );
      return {
        all: found(''),
        found: words.map((word) => found(`${word} `)),
        values: reader.values('keyword'),
        resembling,
      };
    });
  const applyTo = (store: Store, revision: number, { id, isPut, keywords, words }: Change) => {
    const changed = entry(id, { revision, keywords, text: words.join(' ') });
    store.apply(isPut ? put(changed) : [remove(changed)]);
  };
  type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

  test('answers as one that has just opened the file, however far it is behind', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 6 }), (rounds) => {
        const path = newPath();
        const [writing, following] = [new Store(path), new Store(path)];
        let revision = 0;
        for (const changes of rounds) {
          for (const each of changes) {
            revision += 1;
            applyTo(writing, revision, each);
          }
          const fresh = new Store(path);
          expect(stateOf(following)).toEqual(stateOf(fresh));
          expect(stateOf(writing)).toEqual(stateOf(fresh));
          fresh.close();
        }
        writing.close();
        following.close();
      }),
      { numRuns: 20 },
    );
  });

  test('loads everything when it is further behind than is told', () => {
    const path = newPath();
    const [writing, following] = [new Store(path), new Store(path)];
    writing.apply(put(entry('een', { text: 'rozen' })));
    expect(following.read((reader) => reader.entries(''))).toHaveLength(1);
    for (let revision = 2; revision < 300; revision++) {
      applyTo(writing, revision, { id: 'twee', isPut: true, keywords: ['Tuin'], words: ['tulpen'] });
    }
    const fresh = new Store(path);
    expect(stateOf(following)).toEqual(stateOf(fresh));
    for (const store of [writing, following, fresh]) store.close();
  });

  test('finds the words of a document that has more of them than are told', () => {
    const path = newPath();
    const [writing, following] = [new Store(path), new Store(path)];
    writing.apply(put(entry('een', { text: 'rozen' })));
    stateOf(following);
    const many = Array.from({ length: 12_000 }, (_, at) => `w${at.toString(36).replace(/\d/g, 'q')}x`);
    writing.apply(put(entry('twee', { text: `${many.join(' ')} tulpen` })));
    expect(stateOf(following).resembling).toEqual([['rozen'], ['tulpen'], []]);
    writing.close();
    following.close();
  });

  test('follows in a file of an earlier version too, which told nothing', () => {
    const path = newPath();
    const earlier = new Store(path);
    earlier.apply(put(entry('een', { keywords: ['Tuin'] })));
    earlier.close();
    const database = new DatabaseSync(path);
    database.exec('DROP TABLE change_log');
    database.close();
    const [writing, following] = [new Store(path), new Store(path)];
    expect(following.documents).toBe(1);
    writing.apply(put(entry('twee', { keywords: ['Tuin'] })));
    expect(following.read((reader) => reader.values('keyword'))).toEqual([
      { slug: 'tuin', label: 'Tuin', count: 2 },
    ]);
    writing.close();
    following.close();
  });
});

describe('Forms that resemble what was typed', () => {
  const misspelt = (text: string, errors: 1 | 2 = 1, prefix = false) => ({ text, errors, prefix });

  test('are those of the documents that are there now, the nearest first, then the commonest', async () => {
    const engine = embeddedEngine(newPath());
    await engine.apply(
      put(
        entry('een', { text: 'De afdeling en de afdelingen, met een opdeling.' }),
        entry('twee', { text: 'De opdeling.' }),
        entry('drie', { text: 'Een indeling, afdeling4.' }),
      ),
    );
    expect(await engine.resembling(misspelt('ofdeling'))).toEqual(['opdeling', 'afdeling']);
    expect(await engine.resembling(misspelt('fadeling'))).toEqual(['afdeling']);
    expect(await engine.resembling(misspelt('afdelign', 2))).toEqual(['afdeling', 'afdelingen']);
    expect(await engine.resembling(misspelt('afdelinge'))).toEqual(['afdeling', 'afdelingen']);
    expect(await engine.resembling(misspelt('ofdel', 1, true))).toEqual([
      'opdeling',
      'afdeling',
      'afdelingen',
    ]);
    await engine.apply([remove(entry('een', { revision: 2 }))]);
    expect(await engine.resembling(misspelt('ofdeling'))).toEqual(['opdeling']);
    await engine.apply(put(entry('vier', { text: 'Een aanbidding.' })));
    expect(await engine.resembling(misspelt('aanbiding'))).toEqual(['aanbidding']);
    await engine.close();
  });
});

describe('A generation aside', () => {
  const filesOf = (path: string) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(basename(path)) && !/-(wal|shm)$/.test(name))
      .sort();
  const titlesIn = async (index: ReturnType<typeof open>) => {
    // A search has a deadline, which opening the file on a busy machine may overrun.
    await index.health();
    return (await index.search(request())).hits.map(({ title }) => title);
  };

  test('is there for whoever opens the index next, until it is promoted', async () => {
    const path = newPath();
    const first = open(path);
    await first.apply(put(entry('oud')));
    await expect(first.promote()).rejects.toThrow(NotFoundError);
    await expect(first.aside.apply(put(entry('nieuw')))).rejects.toThrow(NotFoundError);
    await first.beginAside();
    await first.aside.apply(put(entry('nieuw')));
    const { generation } = await first.aside.health();
    await first.close();

    const second = open(path);
    expect(await titlesIn(second)).toEqual(['oud']);
    expect(await second.aside.health()).toEqual({ searchable: true, documents: 1, generation });
    await second.promote();
    expect(await titlesIn(second)).toEqual(['nieuw']);
    expect(await second.health()).toMatchObject({ documents: 1, generation });
    await expect(second.aside.health()).rejects.toThrow(NotFoundError);
    await second.close();
    const third = open(path);
    expect(await titlesIn(third)).toEqual(['nieuw']);
    await third.close();
  });

  test('keeps the file that was served until the next one is begun, and no other', async () => {
    const path = newPath();
    const index = open(path);
    await index.apply(put(entry('oud')));
    await index.beginAside();
    await index.aside.apply(put(entry('vergeefs')));
    await index.beginAside();
    expect(await index.aside.health()).toMatchObject({ documents: 0 });
    expect(filesOf(path)).toHaveLength(3);
    await index.promote();
    expect(filesOf(path)).toContain(basename(path));
    await index.beginAside();
    expect(filesOf(path)).toHaveLength(3);
    expect(filesOf(path)).not.toContain(basename(path));
    await index.close();
  });

  test('is served by every process from the moment that one promotes it', async () => {
    const path = newPath();
    const [mine, theirs] = [open(path), open(path)];
    await mine.apply(put(entry('oud')));
    expect(await titlesIn(theirs)).toEqual(['oud']);
    await mine.beginAside();
    await theirs.aside.apply(put(entry('nieuw')));
    await mine.promote();
    expect(await titlesIn(theirs)).toEqual(['nieuw']);
    await theirs.apply(put(entry('nieuwer')));
    expect((await mine.health()).documents).toBe(2);
    await mine.close();
    await theirs.close();
  });

  test('leaves nothing behind of what a killed process was at, nor touches what is not its own', async () => {
    const path = newPath();
    const leftovers = ['.0123abcd', '.0123abcd-wal', '.generations.0123abcd'];
    const others = ['.backup', '.0123abcd.txt', 'x'];
    for (const name of [...leftovers, ...others]) writeFileSync(path + name, '');
    const index = open(path);
    await index.apply(put(entry('een')));
    expect(filesOf(path)).toEqual([basename(path), ...others.map((name) => basename(path) + name).sort()]);
    await index.close();
  });

  test('is forgotten with all else when what names the files cannot be read', async () => {
    const path = newPath();
    const before = open(path);
    await before.beginAside();
    await before.promote();
    await before.close();
    writeFileSync(`${path}.generations`, '{');
    const after = open(path);
    expect(await after.health()).toMatchObject({ searchable: true, documents: 0 });
    await after.beginAside();
    await after.promote();
    await after.close();
  });
});

describe('Opening a search index', () => {
  test('gives all that ask for the same one the same, until it is closed', async () => {
    const url = `sqlite:${join(folder, 'shared')}`;
    const first = await openSearchIndex({ url, collection: 'public' });
    expect(await openSearchIndex({ url, collection: 'public' })).toBe(first);
    const archive = await openSearchIndex({ url, collection: 'archive' });
    expect(archive).not.toBe(first);
    await first.apply(put(entry('een')));
    expect((await archive.health()).documents).toBe(0);
    await first.close();
    const second = await openSearchIndex({ url, collection: 'public' });
    expect(second).not.toBe(first);
    expect((await second.health()).documents).toBe(1);
    await second.close();
    await archive.close();
  });

  test('says which engines there are', async () => {
    for (const url of ['postgres://x', 'sqlite:', 'sqlite+s3://bucket/']) {
      await expect(openSearchIndex({ url, collection: 'public' })).rejects.toThrow(
        /sqlite:.*sqlite\+s3:.*http/,
      );
    }
  });
});
