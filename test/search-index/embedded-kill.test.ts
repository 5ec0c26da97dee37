/** Whatever moment the process is killed at: what was acknowledged is there, whole, and so is the file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { collection } from '../../search-index/collection.ts';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { documentsInBatch, removedBy } from './applied-batches.ts';
import { entry, request } from './entries.ts';

const kills = 20;
const folder = mkdtempSync(join(tmpdir(), 'vindplaats-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Answers the last batch (or generation) that was acknowledged before the process was killed in the middle of a later
 * one: at `moment` (0 to 1) of the time that a batch took it, or as soon as it writes.
 */
async function runUntilKilled(
  script: 'applying-process.ts' | 'promoting-process.ts',
  path: string,
  first: number,
  acknowledgements: number,
  moment: number | 'writing',
): Promise<number> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  let last = first - 1;
  let previous = performance.now();
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    const now = performance.now();
    if (last - first + 1 === acknowledgements) {
      if (moment === 'writing') onWrite(path, kill);
      else setTimeout(kill, (now - previous) * moment);
    }
    previous = now;
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return last;
}

/** Calls `then` as soon as the file, its log or what names the generations changes. */
function onWrite(path: string, then: () => void): void {
  const state = () =>
    [path, `${path}-wal`, `${path}.generations`].map((file) => {
      const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
      return `${stat?.size} ${stat?.mtimeNs}`;
    });
  const before = String(state());
  const look = () => (String(state()) === before ? setImmediate(look) : then());
  look();
}

function expectWhole(path: string): void {
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  for (const table of ['document_words', 'document_forms', 'passage_words', 'title_words']) {
    database.exec(`INSERT INTO ${table} (${table}) VALUES ('integrity-check')`);
  }
  const count = (table: string) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
  expect(count('document_words')).toBe(count('document'));
  expect(count('document_forms')).toBe(count('document'));
  expect(count('title_words')).toBe(count('document'));
  expect(count('entry')).toBe(count('document'));
  database.close();
}

test(`A process killed ${kills} times while it applies loses nothing that it acknowledged`, async () => {
  const path = join(folder, 'applied.sqlite');
  const seed = Date.now() % 1_000;
  let next = 0;
  let generation: string | undefined;
  for (let kill = 0; kill < kills; kill++) {
    const moment = kill % 2 === 0 ? ((kill * 37 + seed) % 100) / 100 : 'writing';
    const last = await runUntilKilled('applying-process.ts', path, next, 2 + (kill % 3), moment);
    const said = `seed ${seed}, kill ${kill}, batch ${last}`;
    expectWhole(path);

    const index = collection(embeddedEngine(path));
    const health = await index.health();
    generation ??= health.generation;
    expect(health, said).toMatchObject({ searchable: true, generation });
    // The batch after the last may have been written without having been acknowledged, but then as a whole.
    const { hits: unacknowledged, total } = await index.search(request({ q: `merkteken${last + 1} ` }));
    expect([0, documentsInBatch], said).toContain(total);
    const written = unacknowledged.length > 0 ? last + 1 : last;
    expect(health.documents, said).toBe((written + 1) * documentsInBatch - written + 1);
    for (let number = next; number <= last; number++) {
      const found = await index.search(request({ q: `merkteken${number} ` }));
      expect(found.total, said).toBe(number < written ? documentsInBatch - 1 : documentsInBatch);
    }
    expect(await index.document(removedBy(written).id, ''), said).toBe('gone');
    expect(await index.document(entry('telkens').id, ''), said).toMatchObject({ title: `Stand ${written}` });
    await index.close();
    next = last + 1;
  }
}, 900_000);

test(`A process killed ${kills} times while it promotes serves the one generation or the other, whole`, async () => {
  const path = join(folder, 'promoted.sqlite');
  const seed = Date.now() % 1_000;
  let next = 0;
  for (let kill = 0; kill < kills; kill++) {
    const moment = kill % 3 === 0 ? 'writing' : ((kill * 37 + seed) % 100) / 100;
    const last = await runUntilKilled('promoting-process.ts', path, next, 2 + (kill % 3), moment);
    const said = `seed ${seed}, kill ${kill}, generation ${last}`;
    const index = collection(embeddedEngine(path));
    await index.health();
    const { hits, total } = await index.search(request({ size: documentsInBatch }));
    const titles = [...new Set(hits.map(({ title }) => title))];
    expect(total, said).toBe(documentsInBatch);
    expect(titles, said).toHaveLength(1);
    const served = Number(titles[0]?.split(' ')[1]);
    expect([last, last + 1], said).toContain(served);
    await index.close();
    // The one that is served, the one before it or the one aside, and what names them.
    const files = readdirSync(folder).filter((name) => /^promoted\.sqlite(?!.*-(wal|shm)$)/.test(name));
    expect(files.length, `${said}: ${files}`).toBeLessThanOrEqual(4);
    next = served + 1;
  }
}, 900_000);
