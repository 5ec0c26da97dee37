/** Whatever moment the process is killed at: what was acknowledged is there, whole, and so is the file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
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
const path = join(folder, 'public.sqlite');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Answers the last batch that was acknowledged before the process was killed in the middle of a later one: at
 * `moment` (0 to 1) of the time that a batch took it, or as soon as it writes.
 */
async function applyUntilKilled(
  first: number,
  acknowledgements: number,
  moment: number | 'writing',
): Promise<number> {
  const script = fileURLToPath(new URL('./applying-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, path, String(first)], {
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
      if (moment === 'writing') onWrite(kill);
      else setTimeout(kill, (now - previous) * moment);
    }
    previous = now;
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return last;
}

/** Calls `then` as soon as the file or its log changes. */
function onWrite(then: () => void): void {
  const state = () =>
    [path, `${path}-wal`].map((file) => {
      const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
      return `${stat?.size} ${stat?.mtimeNs}`;
    });
  const before = String(state());
  const look = () => (String(state()) === before ? setImmediate(look) : then());
  look();
}

function expectWhole(): void {
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  for (const table of ['document_words', 'passage_words', 'title_words']) {
    database.exec(`INSERT INTO ${table} (${table}) VALUES ('integrity-check')`);
  }
  const count = (table: string) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
  expect(count('document_words')).toBe(count('document'));
  expect(count('title_words')).toBe(count('document'));
  expect(count('entry')).toBe(count('document'));
  database.close();
}

test(`A process killed ${kills} times while it applies loses nothing that it acknowledged`, async () => {
  const seed = Date.now() % 1_000;
  let next = 0;
  let generation: string | undefined;
  for (let kill = 0; kill < kills; kill++) {
    const moment = kill % 2 === 0 ? ((kill * 37 + seed) % 100) / 100 : 'writing';
    const last = await applyUntilKilled(next, 2 + (kill % 3), moment);
    const said = `seed ${seed}, kill ${kill}, batch ${last}`;
    expectWhole();

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
}, 240_000);
