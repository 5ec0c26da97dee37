import { describe, expect, test } from 'vitest';
import { giveUpIndexing } from '../../functions/index-documents/give-up-indexing.ts';
import { publicRoutes } from '../../functions/public-api/public-routes.ts';
import { markFilled } from '../../functions/reconcile-index/mark-filled.ts';
import { notFoundWhileRefilling } from '../../functions/searching/not-found-while-refilling.ts';
import { collection } from '../../search-index/collection.ts';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { documentId } from '../../shared/document.ts';
import { temporaryFolder } from '../local/temporary.ts';
import { entry, put, remove } from '../search-index/entries.ts';
import { askFunction } from './ask-function.ts';
import { now, smallWay } from './small-way.ts';

/** Visitors of an index of its own, which was begun and never said to be filled. */
async function begun() {
  const index = collection(embeddedEngine(`${temporaryFolder()}/public.sqlite`));
  const held = entry('lezing', { title: 'Lezing over tuinen', keywords: ['Tuin'] });
  await index.apply(put(held, entry('weg')));
  await index.apply([remove(entry('weg', { revision: 2 }), { gone: true })]);
  return { index, held, ask: askFunction(publicRoutes(notFoundWhileRefilling(index))) };
}

const absent = `/documents/${documentId('public/elders.md')}`;

describe('A visitor of an index that is being filled again', () => {
  test.each([
    '/search?q=elders',
    '/search?keyword=elders',
    '/suggest?q=elders',
    '/themes',
    '/keywords/elders',
    absent,
  ])('is told so instead of that there is nothing at %s', async (path) => {
    const { index, ask } = await begun();
    const { status, headers, body } = await ask(path);
    expect(status).toBe(503);
    expect(headers['retry-after']).toMatch(/^\d+$/);
    expect(JSON.parse(body)).toMatchObject({ reason: 'refilling' });
    await index.markFilled(undefined);
    expect((await ask(path)).status).not.toBe(503);
    await index.close();
  });

  test('is given what is there, and told that there may be more', async () => {
    const { index, held, ask } = await begun();
    const answer = async (path: string) => JSON.parse((await ask(path)).body);
    expect(await answer('/search?q=tuinen')).toMatchObject({ total: 1, degraded: true });
    expect(await answer('/suggest?q=tui')).toMatchObject({ suggestions: [{ label: 'Tuin' }, {}] });
    expect((await ask(`/documents/${held.id}`)).status).toBe(200);
    expect((await ask(`/documents/${entry('weg').id}`)).status).toBe(410);
    expect(await answer('/health')).toMatchObject({ status: 'degraded', reason: 'refilling', documents: 1 });
    await index.markFilled((await index.health()).generation);
    expect(await answer('/search?q=tuinen')).toMatchObject({ total: 1, degraded: false });
    expect(await answer('/health')).toMatchObject({ status: 'ok', documents: 1 });
    await index.close();
  });
});

describe('An index that lost its data', () => {
  const way = smallWay();
  const { newKey, searchable, row, ingest } = way;
  const mark = (clock = now) =>
    markFilled({ catalogue: way.aws.catalogue, index: way.collections.index, now: clock });
  const refilling = async () => ({
    public: (await way.collections.index.public.health()).refilling ?? false,
    archive: (await way.collections.index.archive.health()).refilling ?? false,
  });
  /** As an engine that lost everything, and was given some of it again. */
  const refill = async () => {
    for await (const { key } of way.aws.catalogue.all()) await way.index(key);
  };

  test('is said to be filled as soon as it holds all documents, each collection by itself', async () => {
    const [visible, internal] = [newKey(), newKey('internal')];
    await searchable(visible);
    await searchable(internal);
    await refill();
    way.collections.shown.archive.delete(documentId(internal));
    expect(await mark()).toBe(true);
    expect(await refilling()).toEqual({ public: false, archive: true });
    await way.index(internal);
    expect(await mark()).toBe(false);
    expect(await refilling()).toEqual({ public: false, archive: false });
  });

  test('is one that is being filled again, also when that is interrupted or happens twice', async () => {
    const key = newKey();
    await searchable(key);
    await refill();
    await mark();
    for (let time = 0; time < 2; time++) {
      way.collections.lose('public');
      expect(await mark()).toBe(true);
      expect(await refilling()).toEqual({ public: true, archive: false });
      await refill();
      expect(await mark()).toBe(false);
    }
  });

  test('waits for a document that was there before and has changed, and not for one that came a moment ago', async () => {
    const [changed, fresh] = [newKey(), newKey()];
    await searchable(changed);
    await refill();
    way.collections.lose('public');
    await refill();
    way.collections.shown.public.delete(documentId(changed));
    await way.correct(changed, { title: 'Anders' });
    expect(await mark()).toBe(true);
    await way.index(changed);
    await way.put(fresh, fresh);
    await ingest(fresh);
    const minutesLater = () => new Date(Date.now() + 10 * 60_000);
    expect(await mark(minutesLater)).toBe(true);
    expect(await mark()).toBe(false);
    expect((await row(fresh)).pendingSince).toBeDefined();
  });

  test('does not wait for what indexing gave up', async () => {
    const key = newKey();
    await searchable(key);
    await refill();
    way.collections.shown.public.delete(documentId(key));
    expect(await mark()).toBe(true);
    await giveUpIndexing(documentId(key), new TypeError('never'), way.indexing());
    expect(await row(key)).toMatchObject({ failure: { step: 'index-documents' }, state: 'searchable' });
    expect(await mark()).toBe(false);
  });
});
