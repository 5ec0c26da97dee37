/**
 * What follows from rows that tell of the same bytes in places of the same visibility: which of them was renamed, and
 * which are the same document twice.
 */
import type { DocumentRow } from './row.ts';
import { givenVisibility } from './transitions.ts';

/** Milliseconds between the going of a name and the coming of another, within which that is a renaming. */
const renamedWithin = 24 * 60 * 60 * 1000;

/** Documents that one says it is the same as: with more, each that comes or goes would rewrite all others. */
export const sameAsAtMost = 10;

export interface Rename {
  readonly from: DocumentRow;
  readonly to: DocumentRow;
}

/**
 * Which removed upload came back under which name: each goes to the one that came nearest to its going, within a day
 * before or after, and only where place and file say the same of visibility. The last removed first; ties by id.
 */
export function renamesAmong(rows: readonly DocumentRow[]): Rename[] {
  const there = rows.filter(isThere);
  const removed = rows
    .filter(({ state, renamedTo }) => state === 'removed' && renamedTo === undefined)
    .toSorted((a, b) => leftAt(b) - leftAt(a) || byId(a, b));
  return removed.flatMap((from) => {
    const distance = (to: DocumentRow) => Math.abs(cameAt(to) - leftAt(from));
    const [nearest] = there
      .filter((to) => distance(to) < renamedWithin && givenVisibility(to) === from.content?.left?.visibility)
      .toSorted((a, b) => distance(a) - distance(b) || byId(a, b));
    return nearest ? [{ from, to: nearest }] : [];
  });
}

/**
 * The documents of the same bytes that whoever may see this one may see too, by id. Those that it names already come
 * first, so that one more of very many changes no other.
 */
export function sameAs(row: DocumentRow, rows: readonly DocumentRow[]): string[] {
  const others = rows
    .filter((other) => other.id !== row.id && isThere(other) && other.visibility === row.visibility)
    .map(({ id }) => id)
    .sort();
  const isNamed = new Set(row.sameAs);
  const [named, unnamed] = [others.filter((id) => isNamed.has(id)), others.filter((id) => !isNamed.has(id))];
  return [...named, ...unnamed].slice(0, sameAsAtMost).sort();
}

/**
 * Whether staff hid these bytes under another name. A copy begins hidden: it may be the first half of a renaming, and
 * must not be public until the second half is seen. What was renamed has no say any more: its name's corrections went.
 */
export function isHiddenElsewhere(id: string, rows: readonly DocumentRow[]): boolean {
  return rows.some(
    (other) =>
      other.id !== id && other.renamedTo === undefined && other.corrections.visibility === 'internal',
  );
}

/** Its document is there, whether the collections show it yet or not. */
export function isThere({ document }: DocumentRow): boolean {
  return document !== null;
}

const cameAt = ({ content }: DocumentRow) => Date.parse(content?.cameAt ?? '');
const leftAt = ({ content }: DocumentRow) => Date.parse(content?.left?.at ?? '');

const byId = (a: DocumentRow, b: DocumentRow) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
