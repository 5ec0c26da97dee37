/** Chance that can be repeated: the same seed gives the same numbers on every machine. */

/** From 0 up to 1. */
export type Random = () => number;

/** Mulberry32: one 32-bit state, so that every document can have a generator of its own. */
export function randomFrom(seed: number, stream = 0): Random {
  let state = (seed ^ Math.imul(stream + 1, 0x9e3779b1)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `least` to `most`, both included. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

/** Around 0, with a standard deviation of 1 (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Draws an item as often as its weight asks. */
export function drawer<Item>(
  items: readonly Item[],
  weightOf: (rank: number, item: Item) => number,
): (random: Random) => Item {
  const upTo = new Float64Array(items.length);
  let sum = 0;
  for (const [rank, item] of items.entries()) {
    sum += weightOf(rank, item);
    upTo[rank] = sum;
  }
  return (random) => {
    const wanted = random() * sum;
    let low = 0;
    let high = items.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? 0) <= wanted) low = middle + 1;
      else high = middle;
    }
    const item = items[low];
    if (item === undefined) throw new Error('There is nothing to draw from');
    return item;
  };
}
