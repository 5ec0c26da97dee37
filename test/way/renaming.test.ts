/** The same bytes under another name: staff's corrections move along, and the old address leads to the new one. */
import { beforeEach, describe, expect, test } from 'vitest';
import { removalFrom } from '../../functions/index-documents/index-document.ts';
import { documentId } from '../../shared/document.ts';
import { smallWay } from './small-way.ts';

const way = smallWay();
const patch = { title: 'Van de redactie', themes: ['Wonen'] };
let text: string;
let count = 0;
beforeEach(() => {
  text = `Dezelfde bytes, nummer ${++count}`;
});

/** What the events of S3 bring about, in this order. */
async function look(...keys: string[]): Promise<void> {
  for (const key of keys) {
    await way.ingest(key);
    await way.index(key);
  }
}

async function corrected(key: string, corrections: object = patch): Promise<string> {
  await way.searchable(key, text);
  await way.correct(key, corrections);
  await way.index(key);
  return key;
}

async function rename(from: string, to: string): Promise<void> {
  await way.put(to, text);
  await way.remove(from);
  await look(to, from);
}

const shown = (collection: 'public' | 'archive', key: string) =>
  way.collections.shown[collection].get(documentId(key));
const pointerOf = async (collection: 'public' | 'archive', key: string) =>
  removalFrom(collection, await way.row(key));

describe('When the same bytes go under one name and come under another', () => {
  const orders: readonly [string, (from: string, to: string) => string[]][] = [
    ['the new name is seen first', (from, to) => [to, from]],
    ['the old name is seen first', (from, to) => [from, to]],
    ['every look is doubled and late', (from, to) => [from, to, from, from, to, to, from]],
  ];
  for (const [told, order] of orders) {
    for (const place of ['public', 'internal'] as const) {
      test(`corrections move along below ${place}/ when ${told}`, async () => {
        const [from, to] = [await corrected(way.newKey(place)), way.newKey(place)];
        await way.put(to, text);
        await way.remove(from);
        await look(...order(from, to));
        const row = await way.row(to);
        expect(row.corrections).toEqual(patch);
        expect(shown('archive', to)).toMatchObject({ title: patch.title, revision: row.revision });
        expect(await way.row(from)).toMatchObject({ state: 'removed', corrections: {}, renamedTo: row.id });
        expect(await pointerOf('archive', from)).toMatchObject({ gone: true, movedTo: row.id });
        if (place === 'public') {
          expect(shown('public', to)).toMatchObject({ title: patch.title });
          expect(await pointerOf('public', from)).toMatchObject({ gone: true, movedTo: row.id });
        }
      });
    }
  }

  test('they come back with the name, and the first address lives again', async () => {
    const [a, b] = [await corrected(way.newKey()), way.newKey()];
    await rename(a, b);
    await way.correct(b, { title: 'Later verbeterd' });
    await rename(b, a);
    expect(await way.row(a)).toMatchObject({
      state: 'searchable',
      corrections: { ...patch, title: 'Later verbeterd' },
    });
    expect((await way.row(a)).renamedTo).toBeUndefined();
    expect((await way.row(b)).renamedTo).toBe(documentId(a));
  });

  test('they go on with the second renaming, also when it was edited in between', async () => {
    const [a, b, c] = [await corrected(way.newKey()), way.newKey(), way.newKey()];
    await rename(a, b);
    text += ' en meer';
    await way.put(b, text);
    await look(b);
    await rename(b, c);
    expect((await way.row(c)).corrections).toEqual(patch);
    expect((await way.row(b)).renamedTo).toBe(documentId(c));
    expect((await way.row(a)).renamedTo).toBe(documentId(b));
  });

  test('what staff set under the new name stays, and is not undone when looked at again', async () => {
    const [a, b] = [await corrected(way.newKey()), way.newKey()];
    await way.searchable(b, text);
    await way.correct(b, { title: 'Eigen titel' });
    await way.remove(a);
    await look(a);
    expect((await way.row(b)).corrections).toEqual({ ...patch, title: 'Eigen titel' });
    await way.correct(b, { title: null, themes: null });
    await look(b, a, b);
    expect((await way.row(b)).corrections).toEqual({});
  });

  test('a copy beside its original is none, and each says which other there is', async () => {
    const [a, b, other] = [await corrected(way.newKey()), way.newKey(), way.newKey('internal')];
    await way.searchable(b, text);
    await way.searchable(other, text);
    expect((await way.row(a)).corrections).toEqual(patch);
    expect((await way.row(b)).corrections).toEqual({});
    expect(shown('public', a)?.sameAs).toEqual([documentId(b)]);
    expect(shown('public', b)?.sameAs).toEqual([documentId(a)]);
    expect(shown('archive', other)?.sameAs).toBeUndefined();
    await way.put(b, `${text}, gewijzigd`);
    await look(b);
    expect(shown('public', a)?.sameAs).toBeUndefined();
    expect(shown('public', b)?.sameAs).toBeUndefined();
  });

  test('nothing moves along between public/ and internal/', async () => {
    for (const [from, to] of [
      [way.newKey('internal'), way.newKey('public')],
      [way.newKey('public'), way.newKey('internal')],
    ] as const) {
      await corrected(from);
      await rename(from, to);
      expect((await way.row(to)).corrections).toEqual({});
      expect(await way.row(from)).toMatchObject({ corrections: patch });
      for (const collection of ['public', 'archive'] as const) {
        expect(await pointerOf(collection, from)).not.toHaveProperty('movedTo');
      }
      await way.remove(to);
      await look(to);
      text += '!';
    }
  });

  test('nothing moves along to a file that its sidecar makes internal, nor from one', async () => {
    const [from, to] = [await corrected(way.newKey()), way.newKey()];
    await way.put(`${to}.meta.yaml`, 'visibility: internal');
    await rename(from, to);
    expect(await way.row(to)).toMatchObject({ visibility: 'internal', corrections: {} });
    expect((await way.row(from)).renamedTo).toBeUndefined();
  });

  test('what staff hid is at no moment public under the new name', async () => {
    for (const order of [
      (from: string, to: string) => [to, from],
      (from: string, to: string) => [from, to],
    ]) {
      const [from, to] = [await corrected(way.newKey(), { visibility: 'internal' }), way.newKey()];
      way.collections.log.length = 0;
      await way.put(to, text);
      await way.remove(from);
      await look(...order(from, to));
      expect(way.collections.log).not.toContain('public put');
      expect(await way.row(to)).toMatchObject({
        visibility: 'internal',
        corrections: { visibility: 'internal' },
        wasPublic: false,
      });
      text += '!';
    }
  });

  test('staff can make a copy of what they hid public, and it stays so', async () => {
    const [a, b, c] = [await corrected(way.newKey(), { visibility: 'internal' }), way.newKey(), way.newKey()];
    await rename(a, b);
    await way.correct(b, { visibility: 'public' });
    await look(b, a, b);
    expect((await way.row(b)).visibility).toBe('public');
    await rename(b, c);
    expect((await way.row(c)).visibility).toBe('public');
  });

  test('a name that was gone for more than a day is not the one that comes', async () => {
    const [from, to] = [await corrected(way.newKey()), way.newKey()];
    await way.remove(from);
    await look(from);
    const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000).toISOString();
    const { aws } = way;
    await aws.catalogue.transition(documentId(from), (row) =>
      row?.content?.left
        ? { ...row, content: { ...row.content, left: { ...row.content.left, at: longAgo } } }
        : undefined,
    );
    await way.searchable(to, text);
    expect((await way.row(to)).corrections).toEqual({});
    expect((await way.row(from)).corrections).toEqual(patch);
  });

  test('of two new names the one that came nearest to the going takes over, and only that', async () => {
    const [from, first, second] = [await corrected(way.newKey()), way.newKey(), way.newKey()];
    await way.remove(from);
    await look(from);
    await way.put(first, text);
    await way.put(second, text);
    await way.ingest(first);
    await way.ingest(second);
    await way.index(second);
    await way.index(first);
    const rows = [await way.row(first), await way.row(second)];
    expect(rows.filter(({ corrections }) => corrections.title === patch.title)).toHaveLength(1);
    expect((await way.row(from)).renamedTo).toBe(
      rows.find(({ corrections }) => corrections.title === patch.title)?.id,
    );
  });

  test('staff who make a document public rename nothing', async () => {
    const key = way.newKey('internal');
    const copy = way.newKey('internal');
    await corrected(key);
    await way.searchable(copy, text);
    await way.correct(key, { visibility: 'public' });
    await look(key, copy, key.replace('internal/', 'public/'));
    expect((await way.row(copy)).corrections).toEqual({});
    expect((await way.row(key)).renamedTo).toBeUndefined();
    expect((await way.row(key.replace('internal/', 'public/'))).corrections).toEqual(patch);
  });
});
