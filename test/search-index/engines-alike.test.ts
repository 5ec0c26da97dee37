/**
 * Both engines on documents that nobody writes by accident. Without a server the embedded engine is compared with what a real
 * one answered when `hostile-record.ts` recorded it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../search-index/engine.ts';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import {
  type Answers,
  answersOf,
  fillHostile,
  foundBy,
  recordedAnswers,
  recordOf,
} from './hostile-answers.ts';
import { hostilePhrases } from './hostile-documents.ts';
import { hasServer, openOnServer } from './hostile-server.ts';

const recorded: unknown = JSON.parse(readFileSync(recordedAnswers, 'utf8'));

describe('Of hostile documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  let embedded: Engine;
  let answers: Answers;
  beforeAll(async () => {
    embedded = embeddedEngine(join(folder, 'hostile.sqlite'));
    await fillHostile(embedded);
    answers = await answersOf(embedded);
  });
  afterAll(async () => {
    await embedded.close();
    rmSync(folder, { recursive: true });
  });

  test('the embedded engine answers what Meilisearch did when that was recorded', () => {
    expect(recordOf(answers)).toEqual(recorded);
  });

  if (hasServer) {
    test('Meilisearch answers as the embedded engine, word for word', async () => {
      const { engine, remove } = openOnServer();
      await fillHostile(engine);
      const others = await answersOf(engine);
      expect([...others.keys()]).toEqual([...answers.keys()]);
      for (const [question, answer] of answers) expect(others.get(question), question).toEqual(answer);
      for (const q of hostilePhrases) {
        expect(await foundBy(engine, q), q).toEqual(
          expect.arrayContaining([...(await foundBy(embedded, q))]),
        );
      }
      await engine.close();
      await remove();
    });
  } else {
    const sentence =
      'MEILISEARCH_URL and MEILISEARCH_MASTER_KEY are not set: the engines were NOT compared with each other';
    console.warn(`\n${sentence}\n`);
    test.skip(sentence, () => undefined);
  }
});
