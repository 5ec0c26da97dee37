/** Whatever moment the process is killed at: what was acknowledged is there, and the file is whole. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { collection } from '../../search-index/collection.ts';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { entry, request } from './entries.ts';

const kills = 20;
const folder = mkdtempSync(join(tmpdir(), 'vindplaats-kill-'));
const path = join(folder, 'public.sqlite');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Answers the last number that was acknowledged before the process was killed, in the middle of a later one. */
async function applyUntilKilled(first: number, acknowledgements: number, delay: number): Promise<number> {
  const script = fileURLToPath(new URL('./applying-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let last = -1;
  let seen = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    seen += 1;
    if (seen === acknowledgements) setTimeout(() => child.kill('SIGKILL'), delay);
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return last;
}

function expectWhole(): void {
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  for (const table of ['document_words', 'passage_words', 'title_words']) {
    database.exec(`INSERT INTO ${table} (${table}) VALUES ('integrity-check')`);
  }
  const count = (table: string) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
  expect(count('document_words')).toBe(count('document'));
  expect(count('entry')).toBe(count('document'));
  database.close();
}

test(`A process killed ${kills} times while it applies loses nothing that it acknowledged`, async () => {
  let next = 0;
  let generation: string | undefined;
  const seed = Date.now() % 1_000;
  for (let kill = 0; kill < kills; kill++) {
    // From 0 to 20 ms after an acknowledgement: while words are sorted, pages written, or the log synchronised.
    const delay = ((kill * 7 + seed) % 41) / 2;
    const last = await applyUntilKilled(next, 1 + ((kill + seed) % 6), delay);
    expectWhole();

    const index = collection(embeddedEngine(path));
    const health = await index.health();
    generation ??= health.generation;
    expect(health).toMatchObject({ searchable: true, generation });
    for (let number = next; number <= last; number++) {
      const document = await index.document(entry(`document-${number}`).id, '');
      // A document is removed five later, which may have been written without having been acknowledged.
      if (number % 5 === 0 && number + 5 <= last + 1) continue;
      expect(document, `seed ${seed}, document ${number}`).toMatchObject({ title: `Nummer ${number}` });
      const { hits } = await index.search(request({ q: `merkteken${number} ` }));
      expect(hits.map(({ title }) => title)).toEqual([`Nummer ${number}`]);
    }
    const { total } = await index.search(request({}));
    expect(total).toBe(health.documents);
    await index.close();
    next = last + 1;
  }
}, 240_000);
