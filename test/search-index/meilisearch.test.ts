/**
 * The engine on a real Meilisearch server: set MEILISEARCH_URL and MEILISEARCH_MASTER_KEY to run it. What guards the
 * adapter without a server is in `meilisearch-exchanges.test.ts`.
 */
import { randomUUID } from 'node:crypto';
import { Meilisearch } from 'meilisearch';
import { afterAll, describe, expect, test } from 'vitest';
import { byFacet } from '../../search-index/by-facet.ts';
import { collection } from '../../search-index/collection.ts';
import type { Engine } from '../../search-index/engine.ts';
import {
  ConnectionError,
  type HttpExchange,
  httpExchange,
} from '../../search-index/engines/meilisearch/http-exchange.ts';
import { meilisearchEngine } from '../../search-index/engines/meilisearch/meilisearch-engine.ts';
import { parseQuery } from '../../search-index/query.ts';
import { facets } from '../../search-index/search-index.ts';
import { NotFoundError, UnavailableError } from '../../shared/errors.ts';
import { searchIndexContract } from './contract.ts';
import { entry, put, remove, request, section } from './entries.ts';

const browse = { filters: byFacet(() => []), sort: 'relevance', offset: 0, size: 10 } as const;

const url = process.env.MEILISEARCH_URL;
const key = process.env.MEILISEARCH_MASTER_KEY;

if (url === undefined || key === undefined) {
  const sentence =
    'MEILISEARCH_URL and MEILISEARCH_MASTER_KEY are not set: the contract was NOT tried on Meilisearch';
  console.warn(`\n${sentence}\n`);
  describe('A collection on Meilisearch', () => {
    test.skip(sentence, () => undefined);
  });
} else {
  const run = `test-${randomUUID().slice(0, 8)}`;
  const server = new Meilisearch({ host: url, apiKey: key });
  afterAll(async () => {
    const { results } = await server.getRawIndexes({ limit: 1_000 });
    const made = results.filter(({ uid }) => uid.startsWith(run));
    for (const { uid } of made) await server.deleteIndex(uid);
  });

  let now = Date.UTC(2026, 0, 1);
  let collections = 0;
  const nextCollection = () => {
    collections += 1;
    return `${run}-${collections}`;
  };
  const open = (name: string, ownKey = key, exchange?: HttpExchange) =>
    meilisearchEngine({
      url,
      key: ownKey,
      collection: name,
      sources: { now: () => now, newId: randomUUID },
      ...(exchange && { exchange }),
    });

  searchIndexContract('Meilisearch', async () => collection(open(nextCollection())));

  test('what is withdrawn is as if the server had let it go already, whatever is asked', async () => {
    const [before, after] = [nextCollection(), nextCollection()];
    const long = [section('Inleiding', 'Over de zeldzame kweepeer. '.repeat(900))];
    const shown = [
      entry('een', {
        title: 'Samen eten',
        text: 'De kweepeer in de tuin.',
        themes: ['Eten'],
        series: 'Brieven',
      }),
      entry('twee', { title: 'Koken', text: long, themes: ['eten'], organisations: ['De Linde'] }),
    ];
    const left = [
      entry('drie', { title: 'Geheim eten', text: 'Alleen hier staat mirabel.', themes: ['Geheim'] }),
      entry('vier', {
        title: 'Verhaal',
        text: long,
        themes: ['EtEn'],
        organisations: ['de linde'],
        series: 'brieven',
      }),
    ];
    const removals = left.map((one) => remove({ ...one, revision: 2 }, { gone: true }));
    for (const name of [before, after]) await open(name).apply(put(...shown, ...left));
    await open(after).apply(removals);
    const withdrawals = new Map(
      left.map(({ id }) => [id, { id, revision: 2, at: new Date(0).toISOString(), gone: true }]),
    );
    const visitors = collection(
      meilisearchEngine({ url, key, collection: before, withdrawals: async () => withdrawals }),
    );
    const applied = collection(open(after));
    const asked = [
      ...[
        '',
        'kweepeer',
        'mirabel',
        'mirable',
        'eten',
        '"samen eten"',
        'kweepeer tuin mirabel',
        'geheim',
        'kwee',
      ],
    ];
    for (const q of asked) {
      for (const sort of ['relevance', 'newest'] as const) {
        const filtered = request({ q, sort, filters: { theme: ['eten', 'geheim'] } });
        for (const one of [request({ q, sort }), filtered]) {
          expect(await visitors.search(one), `${q} ${sort}`).toEqual(await applied.search(one));
        }
      }
      expect(await visitors.suggest(q, 10)).toEqual(await applied.suggest(q, 10));
    }
    for (const facet of facets) expect(await visitors.values(facet)).toEqual(await applied.values(facet));
    const ids = [...shown, ...left].map(({ id }) => id);
    expect(await visitors.titles(ids)).toEqual(await applied.titles(ids));
    for (const id of ids)
      expect(await visitors.document(id, 'eten')).toEqual(await applied.document(id, 'eten'));
  });

  describe('The engine on Meilisearch', () => {
    const totalOf = async (engine: Engine, q = '') => (await collection(engine).search(request({ q }))).total;
    const titlesIn = async (engine: Engine) =>
      (await collection(engine).search(request())).hits.map(({ title }) => title).sort();

    test('is an empty collection before anything was applied', async () => {
      const engine = open(nextCollection());
      expect(await engine.health()).toEqual({ searchable: true, documents: 0, refilling: true });
      expect(await totalOf(engine, 'zorg')).toBe(0);
      expect(await engine.document('nooit')).toBeUndefined();
      expect(await engine.values('theme')).toEqual([]);
      expect(await engine.resembling({ text: 'zorgg', errors: 1, prefix: false })).toEqual([]);
      for await (const held of engine.entries()) expect(held).toBeUndefined();
      await engine.close();
    });

    test('sets up an index that the server made by itself, after its data was lost while something was written', async () => {
      const name = nextCollection();
      const uid = `${name}-documents`;
      await server
        .index(uid)
        .addDocuments([{ id: 'changed', state: 'changed', stamp: 'x' }])
        .waitTask();
      const engine = open(name);
      expect(await engine.health()).toEqual({ searchable: true, documents: 0, refilling: true });
      expect(await totalOf(engine, 'zorg')).toBe(0);
      for await (const held of engine.entries()) expect(held).toBeUndefined();
      await engine.apply(put(entry('een')));
      expect(await titlesIn(engine)).toEqual(['een']);
      expect(await engine.health()).toMatchObject({ documents: 1, generation: expect.any(String) });
      await engine.close();
    });

    test.each(['deleted', 'made by the server itself', 'emptied'] as const)(
      'asks for the long documents again when their passages were %s, and answers meanwhile',
      async (lost) => {
        const name = nextCollection();
        const engine = open(name);
        const long = entry('lang', {
          text: [section('Begin', 'Er was eens. '.repeat(2_000)), section('Slot', 'Een zwanenzang.')],
        });
        await engine.apply(put(long, entry('kort', { text: 'Een zwanenzang.' })));
        const before = await engine.health();
        const passages = server.index(`${name}-passages`);
        if (lost === 'emptied') await passages.deleteAllDocuments().waitTask();
        else await server.deleteIndex(passages.uid).waitTask();
        if (lost === 'made by the server itself') await passages.addDocuments([{ id: 'een' }]).waitTask();

        const found = async () => (await collection(engine).search(request({ q: 'zwanenzang' }))).hits;
        expect((await found()).map(({ title }) => title).sort()).toEqual(['kort', 'lang']);
        const revisions = async () => {
          const held = new Map<string, number>();
          for await (const { id, revision } of engine.entries()) held.set(id, revision);
          return [held.get(long.id), held.get(entry('kort').id)];
        };
        expect(await revisions()).toEqual([0, 1]);
        expect((await engine.health()).generation).toBe(lost === 'emptied' ? before.generation : undefined);

        await engine.apply(put(entry('ander')));
        expect(await revisions()).toEqual([0, 1]);
        const after = await engine.health();
        expect(after).toMatchObject({ searchable: true, documents: 3, generation: expect.any(String) });
        expect(after.generation === before.generation).toBe(lost === 'emptied');
        await engine.apply(put(long));
        expect(await revisions()).toEqual([1, 1]);
        expect(await engine.health()).toEqual(after);
        const hit = (await found()).find(({ id }) => id === long.id);
        expect(hit?.passages.map(({ anchor }) => anchor.heading)).toEqual(['Slot']);
        await engine.close();
      },
    );

    test('begins again aside when the passages that are served were lost, for they could not be exchanged', async () => {
      const name = nextCollection();
      const engine = open(name);
      await engine.apply(put(entry('oud')));
      await engine.beginAside();
      await engine.aside.apply(put(entry('nieuw')));
      await server.deleteIndex(`${name}-passages`).waitTask();
      await expect(engine.promote()).rejects.toThrow(NotFoundError);
      await engine.beginAside();
      await engine.aside.apply(put(entry('nieuw')));
      await engine.promote();
      expect(await titlesIn(engine)).toEqual(['nieuw']);
      await engine.close();
    });

    test('serves the generation aside in one step, and keeps the one before until the next', async () => {
      const name = nextCollection();
      const engine = open(name);
      await expect(engine.aside.query({ ...browse, query: parseQuery('') })).rejects.toThrow(NotFoundError);
      await expect(engine.promote()).rejects.toThrow(NotFoundError);
      await engine.apply(put(entry('oud', { keywords: ['Oud'] })));
      const before = await engine.health();
      await engine.beginAside();
      await engine.aside.apply(put(entry('weggegooid')));
      await engine.beginAside();
      await engine.aside.apply(put(entry('nieuw', { keywords: ['Nieuw'] })));
      expect(await engine.aside.health()).toMatchObject({ searchable: true, documents: 1 });
      expect(await titlesIn(engine)).toEqual(['oud']);
      await engine.promote();
      expect(await titlesIn(engine)).toEqual(['nieuw']);
      expect(await engine.values('keyword')).toEqual([{ slug: 'nieuw', label: 'Nieuw', count: 1 }]);
      const after = await engine.health();
      expect(after.generation).not.toBe(before.generation);
      await expect(engine.aside.health()).rejects.toThrow(NotFoundError);
      await expect(engine.promote()).rejects.toThrow(NotFoundError);
      expect(
        (await server.index(`${name}-documents-aside`).search('', { filter: 'state = held' })).hits,
      ).toHaveLength(1);
      const second = open(name);
      expect(await second.health()).toEqual(after);
      await Promise.all([engine.close(), second.close()]);
    });

    test('serves the generation aside and says when the exchange undid itself, asked for twice because a reply was lost', async () => {
      const name = nextCollection();
      const { exchange, close } = httpExchange();
      let lost = 0;
      const engine = open(name, key, async (asked, signal) => {
        const answer = await exchange(asked, signal);
        if (asked.url.pathname.endsWith('/swap-indexes') && lost++ === 0)
          throw new ConnectionError('the connection was reset');
        return answer;
      });
      await engine.apply(put(entry('oud')));
      await engine.beginAside();
      await engine.aside.apply(put(entry('nieuw')));
      await expect(engine.promote()).rejects.toThrow(UnavailableError);
      await engine.promote();
      expect(await titlesIn(engine)).toEqual(['nieuw']);
      await engine.close();
      close();
    });

    test('keeps the passages of a long document that two workers put at the same time', async () => {
      const name = nextCollection();
      const { exchange, close } = httpExchange();
      let waiting: (() => void)[] = [];
      // Whoever writes waits for the other one, so that they go through all steps side by side.
      const inStep: typeof exchange = async (asked, signal) => {
        if (/\/documents(\/delete)?$/.test(asked.url.pathname)) {
          await new Promise<void>((resolve) => {
            waiting.push(resolve);
            if (waiting.length < 2) return;
            for (const goOn of waiting) goOn();
            waiting = [];
          });
        }
        return exchange(asked, signal);
      };
      const first = open(name);
      await first.apply(put(entry('begin')));
      const workers = [open(name, key, inStep), open(name, key, inStep)];
      const long = entry('lang', {
        text: [section('Begin', 'Er was eens. '.repeat(2_000)), section('Slot', 'Een zwanenzang.')],
      });
      await Promise.all(workers.map((worker) => worker.apply(put(long))));
      const { hits } = await collection(first).search(request({ q: 'zwanenzang' }));
      expect(hits.map(({ passages }) => passages.map(({ anchor }) => anchor.heading))).toEqual([['Slot']]);
      await Promise.all([first, ...workers].map((engine) => engine.close()));
      close();
    });

    test('writes together what comes at the same time, and of long documents no more than it gets done in time', async () => {
      const name = nextCollection();
      const { exchange, close } = httpExchange();
      let written: number[] = [];
      const engine = open(name, key, async (asked, signal) => {
        if (asked.method === 'POST' && asked.url.pathname === `/indexes/${name}-documents/documents`)
          written.push(Array.from(JSON.parse(asked.body ?? '[]')).length);
        return exchange(asked, signal);
      });
      await engine.apply(put(entry('begin')));
      const applyAll = async (texts: readonly string[]) => {
        written = [];
        await Promise.all(
          texts.map((text, at) => engine.apply(put(entry(`${text.length}-${at}`, { text })))),
        );
        // Each time the index also writes that it changed.
        return written.map((records) => records - 1);
      };
      expect(await applyAll(Array.from({ length: 20 }, () => 'Er was eens.'))).toEqual([20]);
      expect(await applyAll(Array.from({ length: 3 }, () => 'Er was eens. '.repeat(100_000)))).toEqual([
        1, 1, 1,
      ]);
      await engine.close();
      close();
    });

    test('goes on serving what was made with other settings, and says so', async () => {
      const name = nextCollection();
      const first = open(name);
      await first.apply(put(entry('een')));
      const index = server.index(`${name}-documents`);
      const about = await index.getDocument('about');
      await index.addDocuments([{ ...about, settings: 'older', appliedSettings: 'older' }]).waitTask();
      expect(await first.health()).toMatchObject({ searchable: true, documents: 1, outdated: true });
      await first.apply(put(entry('twee')));
      expect(await totalOf(first)).toBe(2);
      expect(await first.health()).toMatchObject({ outdated: true });
      await first.beginAside();
      await first.aside.apply(put(entry('een')));
      await first.promote();
      expect(await first.health()).not.toHaveProperty('outdated');
      await first.close();
    });

    test('finds the last words of a publication of more words than a field of Meilisearch holds', async () => {
      const engine = open(nextCollection());
      const chapters = Array.from({ length: 30 }, (_, at) =>
        section(`Deel ${at + 1}`, 'Er was eens. '.repeat(1_700)),
      );
      const whole = [...chapters, section('Slot', 'En zo van het een naar het ander, zwanenzang.')];
      await engine.apply(put(entry('lang', { text: whole })));
      for (const q of ['zwanenzang', '"van het een naar het ander" ', '"zwanenzang"']) {
        const { hits } = await collection(engine).search(request({ q }));
        expect(
          hits.map(({ passages }) => passages[0]?.anchor.heading),
          q,
        ).toEqual(['Slot']);
      }
      await engine.apply(put(entry('lang', { revision: 2 })));
      const left = await server.index(`${run}-${collections}-passages`).getDocuments();
      expect(left.total).toBe(0);
      await engine.close();
    });

    test('keeps nothing of a removed document, and lower revisions out only as long as a worker can be late', async () => {
      const name = nextCollection();
      const engine = open(name);
      const minutes = (count: number) => count * 60_000;
      await engine.apply(
        put(entry('rij', { revision: 7, title: 'Geheim', keywords: ['Geheim'], text: 'geheim' })),
      );
      now += minutes(14);
      await engine.apply([remove(entry('rij', { revision: 2 }))]);
      expect(await totalOf(engine)).toBe(1);
      now += minutes(2);
      await engine.apply([remove(entry('rij', { revision: 2 }), { gone: true })]);
      expect(await totalOf(engine)).toBe(0);
      const { results } = await server.index(`${name}-documents`).getDocuments();
      expect(JSON.stringify(results)).not.toMatch(/geheim/i);
      await engine.apply([remove(entry('rij', { revision: 3 }))]);
      now += minutes(16);
      await engine.apply(put(entry('ander')));
      expect(
        (await server.index(`${name}-documents`).getDocuments({ filter: 'state = removed' })).total,
      ).toBe(0);
      await engine.close();
    });

    test('is searched with a key that may search its indexes only, and says what a key may not do', async () => {
      const name = nextCollection();
      const writer = open(name);
      await writer.apply(put(entry('een', { title: 'Zorg' })));
      const searchKey = await server.createKey({
        actions: ['search'],
        indexes: [`${name}-*`],
        expiresAt: null,
      });
      const reader = open(name, searchKey.key);
      expect(await titlesIn(reader)).toEqual(['Zorg']);
      expect(await reader.document(entry('een').id)).toMatchObject({ title: 'Zorg' });
      expect(await reader.health()).toEqual(await writer.health());
      await expect(reader.apply(put(entry('twee')))).rejects.toMatchObject({
        name: 'UnavailableError',
        cause: { message: expect.stringContaining('The key that was given lacks what POST /indexes/') },
      });
      const stranger = open(nextCollection(), searchKey.key);
      await expect(stranger.values('theme')).rejects.toThrow(UnavailableError);
      await server.deleteKey(searchKey.uid);
      await Promise.all([writer.close(), reader.close(), stranger.close()]);
    });

    test('never repeats a hit on a later page, beyond what is put in order too', async () => {
      const engine = open(nextCollection());
      await engine.apply(
        put(
          ...Array.from({ length: 250 }, (_, at) =>
            entry(`n${at}`, { text: `zorg ${'tuin '.repeat(at % 7)}` }),
          ),
        ),
      );
      const pages = await Promise.all(
        [1, 2, 3, 4, 5].map((page) => collection(engine).search(request({ q: 'zorg ', page, size: 60 }))),
      );
      const ids = pages.flatMap(({ hits }) => hits.map(({ id }) => id));
      expect(pages.map(({ total }) => total)).toEqual([250, 250, 250, 250, 250]);
      expect(new Set(ids).size).toBe(250);
      await engine.close();
    });
  });
}
