/** What is withdrawn is found by no question, whatever the server holds; `meilisearch.test.ts` asks a real one. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { collection } from '../../search-index/collection.ts';
import type { HttpRequest } from '../../search-index/engines/meilisearch/http-exchange.ts';
import { meilisearchEngine } from '../../search-index/engines/meilisearch/meilisearch-engine.ts';
import { facets } from '../../search-index/search-index.ts';
import { UnavailableError } from '../../shared/errors.ts';
import type { ListWithdrawals, Withdrawal } from '../../shared/withdrawal.ts';
import { entry, request } from './entries.ts';

const withdrawal = (name: string, told: Partial<Withdrawal> = {}): Withdrawal => {
  return { id: entry(name).id, revision: 2, at: new Date(0).toISOString(), gone: false, ...told };
};
const listOf = (...withdrawn: Withdrawal[]) => new Map(withdrawn.map((one) => [one.id, one]));

const Query = z.looseObject({
  filter: z.union([z.string(), z.array(z.string())]),
  indexUid: z.string().optional(),
  attributesToRetrieve: z.array(z.string()).optional(),
});
const MultiSearch = z.object({ queries: z.array(Query) });

/** Visitors' collection on a server that holds these documents and nothing that can be found of them. */
function visitors(list: ListWithdrawals, held: readonly string[] = []) {
  const asked: { readonly filter: string; readonly index: string }[] = [];
  const answer = ({ url, body = '' }: HttpRequest): unknown => {
    if (url.pathname.endsWith('/facet-search')) {
      const { filter } = Query.parse(JSON.parse(body));
      asked.push({ filter: String(filter), index: 'documents' });
      return { facetHits: [{ value: 'verpleeghuis$', count: 1 }] };
    }
    const { queries } = MultiSearch.parse(JSON.parse(body));
    const isOfList = queries.every(
      ({ attributesToRetrieve: [one, ...more] = [] }) => one === 'id' && more.length === 0,
    );
    if (!isOfList)
      for (const { filter, indexUid = '' } of queries)
        asked.push({ filter: String(filter), index: indexUid });
    const hitsOf = ({ filter }: z.infer<typeof Query>) => {
      if (isOfList) return held.map((id) => ({ id }));
      return String(filter).includes('"changed"') ? [{ id: 'changed', stamp: randomUUID() }] : [];
    };
    const found = (hits: readonly unknown[]) => {
      return { hits, estimatedTotalHits: hits.length, facetDistribution: {} };
    };
    return 'federation' in JSON.parse(body)
      ? found([])
      : { results: queries.map((query) => found(hitsOf(query))) };
  };
  const engine = meilisearchEngine({
    url: 'http://127.0.0.1:7700',
    collection: 'public',
    withdrawals: list,
    exchange: async (sent) => ({ status: 200, body: JSON.stringify(answer(sent)) }),
  });
  return { index: collection(engine), engine, asked };
}

test('no question is asked of the server without leaving it out, in documents and in passages', async () => {
  const { id } = entry('ingetrokken');
  const { index, engine, asked } = visitors(async () => listOf(withdrawal('ingetrokken')), [id]);
  const filters = { theme: ['eten'], kind: ['article'] };
  await index.search(request({ q: 'verpleeghuis "samen eten" -koken', filters }));
  await index.search(request({ q: 'verpleghuis', sort: 'newest' }));
  await index.search(request());
  await index.suggest('verpleg', 10);
  for (const facet of facets) await index.values(facet);
  await index.titles([id]);
  await index.document(entry('een ander').id, '');
  await engine.resembling({ text: 'verpleghuis', errors: 1, prefix: false });
  await engine.frequencies([]);
  await index.health();
  expect(asked.some(({ index: name }) => name.includes('passages'))).toBe(true);
  expect(asked.length).toBeGreaterThan(20);
  for (const { filter, index: name } of asked) {
    expect(filter).toContain(`NOT (${name.includes('passages') ? 'document' : 'id'} = "${id}")`);
  }
});

test('what the server holds no more costs no question anything', async () => {
  const { index, asked } = visitors(async () => listOf(withdrawal('ingetrokken')), []);
  await index.search(request({ q: 'eten' }));
  expect(asked.length).toBeGreaterThan(0);
  for (const { filter } of asked) expect(filter).not.toContain('NOT');
});

test('its address says what it will say once the server has let it go', async () => {
  const [hidden, gone, renamed, other] = ['hidden', 'gone', 'renamed', 'other'].map((name) => entry(name).id);
  const list = listOf(
    withdrawal('hidden'),
    withdrawal('gone', { gone: true }),
    withdrawal('renamed', { gone: true, movedTo: other ?? '' }),
  );
  const { index, asked } = visitors(async () => list);
  expect(await index.document(hidden ?? '', '')).toBeUndefined();
  expect(await index.document(gone ?? '', '')).toBe('gone');
  expect(await index.document(renamed ?? '', '')).toEqual({ movedTo: other });
  expect(asked).toEqual([]);
});

test('nothing is answered while the list cannot be read', async () => {
  const { index, asked } = visitors(async () => {
    throw new UnavailableError('The list of what was withdrawn');
  });
  const { id } = entry('een');
  await expect(index.search(request({ q: 'eten' }))).rejects.toThrow(UnavailableError);
  await expect(index.suggest('et', 10)).rejects.toThrow(UnavailableError);
  await expect(index.values('theme')).rejects.toThrow(UnavailableError);
  await expect(index.titles([id])).rejects.toThrow(UnavailableError);
  await expect(index.document(id, '')).rejects.toThrow(UnavailableError);
  expect((await index.health()).searchable).toBe(false);
  expect(asked).toEqual([]);
});
