import { beforeAll, describe, expect, test } from 'vitest';
import { fallen, type Kept, readExpected, toKeep } from './expected.ts';
import type { JudgedInput } from './judged-input.ts';
import { ownSet } from './own-set.ts';
import { answers } from './run.ts';
import { engines } from './search-systems.ts';

describe('The judged set', () => {
  let own: JudgedInput;
  beforeAll(async () => {
    own = await ownSet();
  });

  test('It asks enough of every kind of query about enough documents', () => {
    expect(own.entries.length).toBeGreaterThanOrEqual(120);
    expect(own.queries.length).toBeGreaterThanOrEqual(60);
    const kinds = Map.groupBy(own.queries, ({ kind }) => kind);
    expect(kinds.size).toBe(10);
    for (const [kind, queries] of kinds) expect(queries.length, kind).toBeGreaterThanOrEqual(6);
  });

  test('No document and no query stands in it twice', () => {
    expect(new Set(own.entries.map(({ id }) => id)).size).toBe(own.entries.length);
    expect(new Set(own.queries.map(({ query }) => query)).size).toBe(own.queries.length);
  });

  test.for(engines)('$name answers it no worse than before', async (engine) => {
    const expected = readExpected()[engine.name];
    const hint = 'When it is meant to be so, run: npm run relevance -- --update';
    if (!expected) throw new Error(`expected.json has no figures of ${engine.name}. ${hint}`);
    expect(fallen(expected, toKeep(await answers(engine, own))), hint).toEqual([]);
  });
});

describe('What counts as worse', () => {
  const before: Kept = { ndcg: 0.8, recall: 0.9, mrr: 0.7, empty: 1, kinds: { typo: 0.6 } };

  test('A hundredth is not, more is', () => {
    expect(fallen(before, { ...before, ndcg: 0.791 })).toEqual([]);
    expect(fallen(before, { ...before, ndcg: 0.789 })).toEqual(['ndcg fell from 0.8 to 0.789']);
    expect(fallen(before, { ...before, kinds: { typo: 0.5 } })).toEqual([
      'ndcg of typo fell from 0.6 to 0.5',
    ]);
  });

  test('A kind that is no longer asked, and one more query without hits, are', () => {
    expect(fallen(before, { ...before, kinds: {} })).toEqual(['ndcg of typo fell from 0.6 to 0']);
    expect(fallen(before, { ...before, empty: 2 })).toEqual(['queries without hits rose from 1 to 2']);
  });

  test('Better is never worse', () => {
    expect(fallen(before, { ndcg: 1, recall: 1, mrr: 1, empty: 0, kinds: { typo: 1, name: 1 } })).toEqual([]);
  });
});
