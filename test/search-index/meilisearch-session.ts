/** One session with the adapter in which every kind of request to a server occurs, always in the same way. */
import type { Engine } from '../../search-index/engine.ts';
import type {
  HttpAnswer,
  HttpExchange,
  HttpRequest,
} from '../../search-index/engines/meilisearch/http-exchange.ts';
import { meilisearchEngine } from '../../search-index/engines/meilisearch/meilisearch-engine.ts';
import { settingsHash } from '../../search-index/engines/meilisearch/settings.ts';
import { demandingAll, parseQuery, type Query } from '../../search-index/query.ts';
import { facets } from '../../search-index/search-index.ts';
import { entry, put, remove, request, section } from './entries.ts';

export interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly answer: { readonly status: number; readonly body: unknown };
}

export const exchangesFile = new URL('../fixtures/meilisearch-exchanges.json', import.meta.url);

/** The engine of a session: its clock stands still and its ids are counted. */
export function sessionEngine(url: string, key: string, exchange: HttpExchange): Engine {
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `id-${ids}`;
  };
  return meilisearchEngine({
    url,
    key,
    collection: 'session',
    exchange,
    sources: { now: () => Date.UTC(2026, 0, 1), newId },
  });
}

/** What can be compared of a request: no host, no key, and not which lexicon the settings were made with. */
export function comparable({ method, url, body }: HttpRequest): Exchange['request'] {
  const text = body?.replaceAll(settingsHash(), anyHash);
  return { method, path: url.pathname + url.search, body: text === undefined ? null : JSON.parse(text) };
}

const anyHash = 'hash-of-settings';

/** An answer as it is kept, and as it is given again. */
export function kept({ status, body }: HttpAnswer): Exchange['answer'] {
  return { status, body: body === '' ? null : JSON.parse(body.replaceAll(settingsHash(), anyHash)) };
}
export function given({ status, body }: Exchange['answer']): HttpAnswer {
  return {
    status,
    body: body === null ? '' : JSON.stringify(body).replaceAll(anyHash, settingsHash()),
  };
}

/** Everything that the engine told, in the order in which it was asked. */
export async function session(engine: Engine): Promise<unknown[]> {
  const told: unknown[] = [await engine.health()];
  const ask = (query: Query, asked: Parameters<typeof request>[0] = {}) => {
    const { filters, sort, page, size } = request(asked);
    return engine.query({ query, filters, sort, offset: (page - 1) * size, size });
  };

  await engine.apply([
    ...put(
      entry('tuin', {
        title: 'Tuinieren met buren',
        themes: ['Wonen'],
        organisations: ['De Linde'],
        publishedOn: '2024-05-01',
        text: [section('De tuin', 'Samen in de tuin.'), section(null, 'Ouderenzorg begint buiten.')],
      }),
      entry('zorg', {
        keywords: ['Zorg thuis'],
        series: 'Brieven',
        text: 'Zorg voor oudere mensen met "lef" \\.',
      }),
      entry('weg', { text: 'Dit gaat weg.' }),
      entry('lang', {
        text: [section('Begin', 'Ja '.repeat(4_000)), section('Slot', 'De tuin tot slot.')],
      }),
    ),
    remove(entry('nooit')),
  ]);
  await engine.apply([
    remove(entry('weg', { revision: 2 }), { gone: true }),
    remove(entry('oud'), { gone: true, movedTo: entry('zorg').id }),
    ...put(
      entry('lang', {
        revision: 2,
        text: [section('Nieuw', 'Ja '.repeat(4_001)), section('Slot', 'De tuin.')],
      }),
    ),
  ]);

  told.push(await ask(parseQuery('')));
  told.push(await ask(parseQuery('tuin'), { filters: { theme: ['wonen', 'a"b\\c'], kind: ['article'] } }));
  told.push(
    await ask(parseQuery('"samen in de tuin" -weg '), { sort: 'oldest', filters: { year: ['2024'] } }),
  );
  const several = parseQuery('oudere buren zorg ');
  told.push(await ask({ ...several, sufficient: [[0], [1, 2]] }));
  told.push(await ask(parseQuery('ouderenzorg '), { page: 30, size: 10 }));
  const [mistyped] = parseQuery('tiun ').words;
  if (mistyped) {
    told.push(await engine.frequencies([mistyped]));
    told.push(
      await ask(demandingAll({ words: [{ ...mistyped, resembling: ['tuin'] }], phrases: [], excluded: [] })),
    );
  }
  told.push(await engine.resembling({ text: 'buern', errors: 1, prefix: false }));
  told.push(await engine.resembling({ text: 'tuinirr', errors: 1, prefix: true }));
  told.push(await engine.suggest([['de'], ['lin', 'lim']], 5));
  told.push(await engine.suggest([['tui']], 5));
  for (const facet of facets) told.push(await engine.values(facet));
  const ids = ['tuin', 'lang', 'weg'].map((name) => entry(name).id);
  told.push(await engine.candidates(ids, parseQuery('tuin "ja ja ja"')));
  told.push(await engine.candidates(ids, parseQuery('')));
  for (const id of [...ids, entry('oud').id, 'nooit']) told.push(await engine.document(id));
  told.push(await engine.titles([...ids, 'nooit']));
  for await (const held of engine.entries()) told.push(held);
  told.push(await engine.health());

  await engine.beginAside();
  await engine.aside.apply(put(entry('nieuw', { title: 'Nieuw' })));
  told.push(await engine.aside.health());
  await engine.promote();
  told.push(await ask(parseQuery('')), await engine.health());
  await engine.close();
  return told;
}
