/** The address of a document that was renamed leads on, as long as the same collection holds what it became. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicRoutes } from '../../functions/public-api/public-routes.ts';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import type { SearchIndex } from '../../search-index/search-index.ts';
import { entry, put, remove } from '../search-index/entries.ts';

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-'));
let index: SearchIndex;
beforeAll(async () => {
  index = await openSearchIndex({ url: `sqlite:${folder}`, collection: 'public' });
});
afterAll(async () => {
  await index.close();
  rmSync(folder, { recursive: true, force: true });
});

const idOf = (name: string) => entry(name).id;
let revision = 1;
const gone = (name: string, movedTo?: string) =>
  remove(
    { ...entry(name), revision: ++revision },
    { gone: true, ...(movedTo && { movedTo: idOf(movedTo) }) },
  );

async function ask(name: string, { query = '', wantsPage = false } = {}) {
  const route = publicRoutes(index).find(({ path }) => path === '/documents/{id}');
  if (!route) throw new Error('There is no such route');
  return route.answer({
    path: `/documents/${idOf(name)}`,
    query: new URLSearchParams(query),
    parameters: { id: idOf(name) },
    language: 'nl',
    subject: 'staff',
    wantsPage,
    isEmpty: true,
    json: () => undefined,
  });
}

test('it leads there with what was asked, as a page and as JSON', async () => {
  await index.apply([...put(entry('nieuw')), gone('oud', 'nieuw')]);
  for (const wantsPage of [true, false]) {
    const query = 'q=caf%C3%A9+tuin&portion=2';
    expect(await ask('oud', { query, wantsPage })).toMatchObject({
      status: 308,
      headers: { location: `/documents/${idOf('nieuw')}?${query}` },
    });
  }
});

test('it leads to the last of several names at once', async () => {
  await index.apply([...put(entry('c')), gone('a', 'b'), gone('b', 'c')]);
  for (const name of ['a', 'b']) {
    expect(await ask(name)).toMatchObject({ status: 308, headers: { location: `/documents/${idOf('c')}` } });
  }
});

test('it is gone when the collection does not hold what it became, or names lead around in a circle', async () => {
  await index.apply([gone('x', 'elders'), gone('kring', 'rond'), gone('rond', 'kring'), gone('y', 'rond')]);
  await index.apply([...put(entry('later', { revision: 1 })), gone('z', 'later'), gone('later')]);
  for (const name of ['x', 'kring', 'rond', 'y', 'z', 'later']) {
    await expect(ask(name), name).rejects.toMatchObject({ name: 'NotFoundError', gone: true });
  }
});

test('a document names those with the same bytes that the collection holds, and no other', async () => {
  const [een, twee] = [entry('een'), entry('twee', { title: 'Nog eens <hetzelfde>' })];
  await index.apply(put({ ...een, sameAs: [twee.id, idOf('geheim')] }, twee));
  const { body } = await ask('een');
  expect(JSON.parse(body).sameAs).toEqual([{ id: twee.id, title: twee.title, url: `/documents/${twee.id}` }]);
  const page = (await ask('een', { wantsPage: true })).body;
  expect(page).toContain(`<a href="/documents/${twee.id}">Nog eens &lt;hetzelfde&gt;</a>`);
  for (const text of [body, page]) expect(text).not.toContain(idOf('geheim'));
  const { hits } = await index.search({
    q: '',
    filters: { theme: [], keyword: [], organisation: [], kind: [], year: [], series: [] },
    sort: 'relevance',
    page: 1,
    size: 50,
    prefix: true,
  });
  expect(JSON.stringify(hits)).not.toContain('sameAs');
});
