import * as z from 'zod/mini';

/** Who may find a document: everyone, or staff only. */
export const Visibility = z.enum(['public', 'internal']);
export type Visibility = z.infer<typeof Visibility>;

/** What one index serves: public documents only, or all of them. */
export const collections = ['public', 'archive'] as const;
export type CollectionName = (typeof collections)[number];

/** The strictest of all that was said; silence does not make public, so nothing said is internal. */
export function strictest(...said: readonly (Visibility | null | undefined)[]): Visibility {
  const given = said.filter((visibility) => visibility != null);
  return given.length > 0 && given.every((visibility) => visibility === 'public') ? 'public' : 'internal';
}

/** The visibility that the place of an upload gives it; null for a key outside both prefixes. */
export function visibilityOfKey(key: string): Visibility | null {
  const [prefix] = key.split('/', 1);
  return Visibility.safeParse(prefix).data ?? null;
}
