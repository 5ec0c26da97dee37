/** Spellings in a form that Meilisearch counts apart. */
import { facets } from '../../search-index.ts';
import type { Spelling } from '../../spellings.ts';

/** Meilisearch cuts a value at 468 bytes. */
const lettersAtMost = 440;

/** Meilisearch takes values that differ in capitals or in how an accent is made for one: only plain letters stay. */
export function spellingValue({ facet, slug, label }: Spelling): string {
  let value = `${facet} ${slug} `;
  for (const character of label) {
    const written = plain.test(character) ? character : `~${character.codePointAt(0)?.toString(36)}~`;
    if (value.length + written.length > lettersAtMost) break;
    value += written;
  }
  return value;
}

export function readSpelling(value: string): Spelling | undefined {
  const [facetName, slug, label] = value.split(' ');
  const facet = facets.find((known) => known === facetName);
  if (facet === undefined || slug === undefined || label === undefined) return undefined;
  return { facet, slug, label: label.replace(escaped, (_, code: string) => characterOf(code)) };
}

/** No space: a slug has none, and a label may begin or end with one. */
const plain = /^[a-z0-9.,:;()/&'-]$/;
const escaped = /~([0-9a-z]+)~/g;

function characterOf(code: string): string {
  return String.fromCodePoint(Number.parseInt(code, 36));
}
