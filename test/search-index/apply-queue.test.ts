import { describe, expect, test } from 'vitest';
import { ApplyQueue } from '../../search-index/engines/apply-queue.ts';
import type { IndexChange } from '../../search-index/search-index.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { entry, put, remove } from './entries.ts';

describe('Changes that wait for each other', () => {
  const change = (name: string): IndexChange[] => put(entry(name));
  const names = (changes: readonly IndexChange[]) =>
    changes.map((each) => (each.type === 'put' ? each.entry.title : each.id)).join();

  const limit = { most: 2, weightOf: () => 1 };

  test('are written in their order, together while others are being written', async () => {
    const written: string[] = [];
    const queue = new ApplyQueue(async (changes) => {
      await Promise.resolve();
      written.push(names(changes));
    }, limit);
    const first = queue.apply(change('a'));
    await Promise.resolve();
    await Promise.all([first, queue.apply(change('b')), queue.apply(change('c'))]);
    await queue.settled();
    expect(written).toEqual(['a', 'b,c']);
  });

  test('are written with removals first, for what should not be found must not wait behind what should', async () => {
    const written: string[] = [];
    const queue = new ApplyQueue(async (changes) => {
      await Promise.resolve();
      written.push(changes.map(({ type }) => type).join());
    }, limit);
    const first = queue.apply(change('a'));
    await Promise.resolve();
    const waiting = ['b', 'c', 'd', 'e'].map((name) => queue.apply(change(name)));
    await Promise.all([
      first,
      ...waiting,
      queue.apply([remove(entry('x'))]),
      queue.apply([remove(entry('y'))]),
    ]);
    expect(written).toEqual(['put', 'remove,remove', 'put,put', 'put,put']);
  });

  test('are parted where they would be too much together, but not what was given in one call', async () => {
    const written: string[] = [];
    const queue = new ApplyQueue(async (changes) => void written.push(names(changes)), limit);
    await Promise.all(
      [change('a'), change('b'), [...change('c'), ...change('d'), ...change('e')]].map((some) =>
        queue.apply(some),
      ),
    );
    expect(written).toEqual(['a,b', 'c,d,e']);
  });

  test('fail alone', async () => {
    const queue = new ApplyQueue(async (changes) => {
      if (names(changes).includes('bad')) throw new Error(`not ${names(changes)}`);
    }, limit);
    const all = [queue.apply(change('a')), queue.apply(change('bad')), queue.apply(change('c'))];
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    await expect(all[1]).rejects.toThrow('not bad');
  });

  test('fail together, tried once, when the engine cannot be used', async () => {
    let tries = 0;
    const away = async () => {
      tries += 1;
      throw new UnavailableError('The engine');
    };
    const queue = new ApplyQueue(away, limit);
    const all = ['a', 'b'].map((name) => queue.apply(change(name)));
    const ends = await Promise.allSettled(all);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(tries).toBe(1);
  });
});
