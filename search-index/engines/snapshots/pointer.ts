/**
 * What one object in S3 says of a collection: which file is served, which one is filled aside, which one was served
 * before, and what was removed of late. It is small and replaced whole, so that readers see one state or the other.
 */
import * as z from 'zod/mini';
import type { IndexChange } from '../../search-index.ts';
import type { Place } from '../embedded/calls.ts';

export const SnapshotFile = z.object({
  /** Its name beside the pointer; never used twice. */
  file: z.string().check(z.regex(/^[\w-]+\.sqlite$/)),
  bytes: z.int().check(z.positive()),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** Of the index in it. */
  generation: z.string().check(z.minLength(1)),
});
export type SnapshotFile = z.infer<typeof SnapshotFile>;

const Removal = z.object({
  id: z.string(),
  revision: z.int(),
  gone: z.boolean(),
  movedTo: z.optional(z.string()),
  /** Milliseconds since 1970. */
  at: z.int(),
});

export const Pointer = z.object({
  served: z.nullable(SnapshotFile),
  aside: z.nullable(SnapshotFile),
  previous: z.nullable(SnapshotFile),
  removals: z.array(Removal),
});
export type Pointer = z.infer<typeof Pointer>;

/** Of a collection that nobody has written to yet. */
export const nothingYet: Pointer = { served: null, aside: null, previous: null, removals: [] };

/** Milliseconds for which a removal is told to readers that do not have the file without it yet, or cannot fetch it. */
const removalsKeptFor = 15 * 60 * 1000;
/** So that the pointer stays small enough to be looked at often. */
const removalsAtMost = 1_000;

/**
 * Milliseconds since 1970 from which on the pointer tells of every removal. A copy that nobody has looked after since an
 * earlier moment, because the function was frozen, may hold what was removed and is told of no more.
 */
export function tellsOfRemovalsSince({ removals }: Pointer, now: number): number {
  const [first] = removals;
  const isFull = removals.length >= removalsAtMost && first !== undefined;
  return Math.max(now - removalsKeptFor, isFull ? first.at + 1 : 0);
}

/** The pointer once the changes that were carried out are in this file. */
export function written(
  pointer: Pointer,
  place: Place,
  file: SnapshotFile,
  changes: readonly IndexChange[],
  now: number,
): Pointer {
  if (place === 'aside') return { ...pointer, aside: file };
  const removals = new Map(
    pointer.removals
      .filter(({ at }) => now - at < removalsKeptFor)
      .map((removal) => [removal.id, removal] as const),
  );
  for (const change of changes) {
    const id = change.type === 'put' ? change.entry.id : change.id;
    // The latest last, for the first ones go when there are too many.
    removals.delete(id);
    if (change.type === 'remove') {
      const { revision, gone, movedTo } = change;
      removals.set(id, { id, revision, gone, movedTo, at: now });
    }
  }
  return { ...pointer, served: file, removals: [...removals.values()].slice(-removalsAtMost) };
}

export function begunAside(pointer: Pointer, file: SnapshotFile): Pointer {
  return { ...pointer, aside: file, previous: null };
}

/** Undefined when there is none aside. */
export function promoted({ served, aside, removals }: Pointer): Pointer | undefined {
  return aside ? { served: aside, aside: null, previous: served, removals } : undefined;
}

export function filesOf({ served, aside, previous }: Pointer): ReadonlySet<string> {
  return new Set([served, aside, previous].flatMap((named) => named?.file ?? []));
}
