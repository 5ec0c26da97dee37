import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { historyLimit, withHistory } from '../../shared/catalogue/history.ts';
import { type DocumentRow, nextRevision } from '../../shared/catalogue/row.ts';
import { moveFinished } from '../../shared/catalogue/transitions.ts';
import { InvalidInputError, RevisionConflictError } from '../../shared/errors.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';
import { row } from './row.ts';

let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

const all = async <Item>(items: AsyncIterable<Item>) => {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
};

describe('A row of the catalogue', () => {
  test('is written when nothing changed since it was read, and read back as it was', async () => {
    const first = row('public/eerste.txt');
    await aws.catalogue.write(first, undefined);
    expect(await aws.catalogue.get(first.id)).toEqual(first);
    const second = { ...first, revision: 2, visibility: 'internal' as const };
    await aws.catalogue.write(second, first);
    expect(await aws.catalogue.get(first.id)).toEqual(second);
  });

  test('is refused to the slower of two writers that read the same revision', async () => {
    const read = row('public/strijd.txt');
    await aws.catalogue.write(read, undefined);
    const results = await Promise.allSettled([
      aws.catalogue.write({ ...read, revision: 2 }, read),
      aws.catalogue.write({ ...read, revision: 3 }, read),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(aws.catalogue.write(read, undefined)).rejects.toThrow(RevisionConflictError);
  });

  test('is pending until the index shows it, and searchable only in the revision that was applied', async () => {
    const kept = row('public/wacht.txt', { revision: 5 });
    await aws.catalogue.write(kept, undefined);
    expect((await all(aws.catalogue.pending())).map(({ id }) => id)).toContain(kept.id);
    await expect(aws.catalogue.markApplied({ ...kept, revision: 4 }, new Date())).rejects.toThrow(
      RevisionConflictError,
    );
    expect((await aws.catalogue.get(kept.id))?.state).toBe('kept');

    await aws.catalogue.markApplied(kept, new Date('2024-05-01T10:00:02.500Z'));
    const applied = await aws.catalogue.get(kept.id);
    expect(applied).toMatchObject({ state: 'searchable', revision: 5 });
    expect(applied?.pendingSince).toBeUndefined();
    expect(applied?.history.at(-1)).toMatchObject({ what: 'searchable', ms: 2500 });
    expect((await all(aws.catalogue.pending())).map(({ id }) => id)).not.toContain(kept.id);
  });

  test('says once that the index shows it, however often it is applied', async () => {
    const kept = row('public/dubbel.txt');
    await aws.catalogue.write(kept, undefined);
    await aws.catalogue.markApplied(kept, new Date());
    const applied = await aws.catalogue.get(kept.id);
    if (applied) await aws.catalogue.markApplied(applied, new Date(Date.now() + 60_000));
    expect(await aws.catalogue.get(kept.id)).toEqual(applied);
  });

  test('stays removed or refused when the index has followed', async () => {
    for (const state of ['removed', 'refused'] as const) {
      const ended = row(`public/${state}.txt`, { state });
      await aws.catalogue.write(ended, undefined);
      await aws.catalogue.markApplied(ended, new Date());
      expect((await aws.catalogue.get(ended.id))?.state).toBe(state);
    }
  });

  test('stays pending while the move that made it is not done', async () => {
    const moved = row('public/verhuisd.txt', { movedFrom: { key: 'internal/verhuisd.txt', done: false } });
    await aws.catalogue.write(moved, undefined);
    await aws.catalogue.markApplied(moved, new Date());
    expect((await aws.catalogue.get(moved.id))?.pendingSince).toBeDefined();
    const key = 'internal/verhuisd.txt';
    await aws.catalogue.transition(moved.id, (at) =>
      moveFinished(at, { key, source: undefined }, new Date()),
    );
    const done = await aws.catalogue.get(moved.id);
    expect(done?.movedFrom).toEqual({ key: 'internal/verhuisd.txt', done: true });
    if (done) await aws.catalogue.markApplied(done, new Date());
    expect((await aws.catalogue.get(moved.id))?.pendingSince).toBeUndefined();
  });

  test('gets a revision that never falls behind an earlier life of the same document', () => {
    const now = Date.now();
    expect(nextRevision(undefined)).toBeGreaterThanOrEqual(now);
    expect(nextRevision({ revision: now + 60_000 })).toBe(now + 60_001);
  });

  test('keeps a bounded history', () => {
    let history: DocumentRow['history'] = [];
    for (let at = 0; at < historyLimit + 10; at++) {
      history = withHistory({ history }, { at: new Date(at).toISOString(), what: 'kept' });
    }
    expect(history).toHaveLength(historyLimit);
    expect(history.at(-1)?.at).toBe(new Date(historyLimit + 9).toISOString());
  });

  test('keeps in its history when staff last corrected it, whatever came after', () => {
    const step = (at: number, what: 'corrected' | 'kept') => ({ at: new Date(at).toISOString(), what });
    let history = withHistory(undefined, step(0, 'corrected'), step(1, 'corrected'));
    for (let at = 2; at < historyLimit + 10; at++) history = withHistory({ history }, step(at, 'kept'));
    expect(history).toHaveLength(historyLimit);
    expect(history.filter(({ what }) => what === 'corrected')).toEqual([step(1, 'corrected')]);
    expect(history.at(-1)).toEqual(step(historyLimit + 9, 'kept'));
  });
});

describe('The ledger', () => {
  test('lists every upload once, the last changed first, over its pages', async () => {
    for (let n = 0; n < 7; n++) {
      await aws.catalogue.write(
        row(`public/logboek-${n}.txt`, { updatedAt: `2025-01-0${n + 1}T00:00:00.000Z` }),
        undefined,
      );
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<TestAws['catalogue']['ledger']>> = await aws.catalogue.ledger({
        limit: 3,
        cursor,
      });
      seen.push(...page.rows.map(({ key }) => key));
      cursor = page.cursor;
    } while (cursor);
    const mine = seen.filter((key) => key.startsWith('public/logboek-'));
    expect(mine).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `public/logboek-${n}.txt`));
    expect(new Set(seen).size).toBe(seen.length);
  });

  test.each([
    'x',
    '%00',
    ...[null, [], {}, { pk: 'x' }, { pk: '', sk: '' }, { pk: { S: 'x' }, sk: 'y' }].map((key) =>
      Buffer.from(JSON.stringify(key)).toString('base64url'),
    ),
  ])('refuses a cursor that no page gave: %j', async (cursor) => {
    await expect(aws.catalogue.ledger({ limit: 3, cursor })).rejects.toThrow(InvalidInputError);
    await expect(aws.catalogue.page({ after: cursor })).rejects.toThrow(InvalidInputError);
  });
});

describe('The vocabulary', () => {
  test('takes new terms, leaves known ones as they are, and says when it changed', async () => {
    const theme = { type: 'theme' as const, slug: 'wonen', label: 'Wonen', aliases: [] };
    const before = await aws.catalogue.vocabularyVersion();
    expect(await aws.catalogue.addTerms([theme])).toBe(1);
    const after = await aws.catalogue.vocabularyVersion();
    expect(after).toBeGreaterThan(before);
    expect(await aws.catalogue.addTerms([{ ...theme, label: 'Anders' }])).toBe(0);
    expect(await aws.catalogue.terms()).toEqual([theme]);
    expect(await aws.catalogue.vocabularyVersion()).toBe(after);
  });
});
