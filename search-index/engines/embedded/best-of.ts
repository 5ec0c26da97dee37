/**
 * The best `count` of many, best first, without sorting all of them. `before` says whether its first argument is
 * better than its second.
 */
export function bestOf<Item>(
  items: Iterable<Item>,
  count: number,
  before: (a: Item, b: Item) => boolean,
): Item[] {
  /** A heap whose root is the worst of those kept. */
  const kept: Item[] = [];
  const worse = (a: number, b: number) => {
    const [itemA, itemB] = [kept[a], kept[b]];
    return itemA !== undefined && itemB !== undefined && before(itemB, itemA);
  };
  const swap = (a: number, b: number) => {
    const [itemA, itemB] = [kept[a], kept[b]];
    if (itemA === undefined || itemB === undefined) return;
    kept[a] = itemB;
    kept[b] = itemA;
  };
  const rise = (from: number) => {
    for (
      let at = from, parent = (at - 1) >> 1;
      at > 0 && worse(at, parent);
      at = parent, parent = (at - 1) >> 1
    ) {
      swap(at, parent);
    }
  };
  const sink = () => {
    for (let at = 0; ; ) {
      let worst = at;
      if (worse(2 * at + 1, worst)) worst = 2 * at + 1;
      if (worse(2 * at + 2, worst)) worst = 2 * at + 2;
      if (worst === at) return;
      swap(at, worst);
      at = worst;
    }
  };
  for (const item of items) {
    if (kept.length < count) {
      kept.push(item);
      rise(kept.length - 1);
      continue;
    }
    const [worst] = kept;
    if (worst === undefined || !before(item, worst)) continue;
    kept[0] = item;
    sink();
  }
  return kept.sort((a, b) => (before(a, b) ? -1 : 1));
}
