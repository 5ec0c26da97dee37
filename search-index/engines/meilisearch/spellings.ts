/** Spellings in a form that Meilisearch counts apart, and whole however long they are. */
import { createHash } from 'node:crypto';
import { facets } from '../../search-index.ts';
import type { Spelling } from '../../spellings.ts';

/** Meilisearch cuts a value at 468 bytes; what is written here is ASCII. */
const lettersAtMost = 440;

/** A spelling with how many documents have it. */
export interface CountedSpelling extends Spelling {
  readonly count: number;
}

/**
 * One value as a rule, and several for a label that does not fit in one. Meilisearch takes values that differ in capitals or
 * in how an accent is made for one: only plain letters stay.
 */
export function spellingValues({ facet, slug, label }: Spelling): string[] {
  const beginning = `${facet} ${slug} `;
  const written = escaped(label);
  if (beginning.length + written.length <= lettersAtMost) return [beginning + written];
  const parted = `${beginning}${createHash('sha256').update(label).digest('hex').slice(0, hashLetters)} `;
  const room = lettersAtMost - parted.length - longestNumber;
  const parts: string[] = [];
  for (let at = 0; at < written.length; at += room) parts.push(written.slice(at, at + room));
  return parts.map((part, at) => `${parted}${at + 1}/${parts.length} ${part}`);
}

/** What these values, each with its count, say together. A value that nothing can be made of is left out. */
export function readSpellings(values: Readonly<Record<string, number>>): CountedSpelling[] {
  const whole: CountedSpelling[] = [];
  const parted = new Map<string, { count: number; parts: string[]; of: number }>();
  for (const [value, count] of Object.entries(values)) {
    const [facet = '', slug = '', third = '', number, part] = value.split(' ');
    if (number === undefined || part === undefined) {
      whole.push(...spellingOf(facet, slug, third, count));
      continue;
    }
    const [at, of] = number.split('/').map(Number);
    const name = `${facet} ${slug} ${third}`;
    const known = parted.get(name) ?? { count, parts: [], of: of ?? 0 };
    known.parts[(at ?? 1) - 1] = part;
    parted.set(name, known);
  }
  for (const [name, { count, parts, of }] of parted) {
    const [facet = '', slug = ''] = name.split(' ');
    if (Object.keys(parts).length === of) whole.push(...spellingOf(facet, slug, parts.join(''), count));
  }
  return whole;
}

function spellingOf(facetName: string, slug: string, written: string, count: number): CountedSpelling[] {
  const facet = facets.find((known) => known === facetName);
  if (facet === undefined || slug === '' || written === '') return [];
  return [{ facet, slug, label: written.replace(escapes, (_, code: string) => characterOf(code)), count }];
}

const hashLetters = 16;
/** Letters of the number of a part and what stands around it. */
const longestNumber = ' 10/10 '.length;

/** No space: a slug has none, and a label may begin or end with one. */
const plain = /^[a-z0-9.,:;()/&'-]$/;
const escapes = /~([0-9a-z]+)~/g;

function escaped(label: string): string {
  return Array.from(label, (character) =>
    plain.test(character) ? character : `~${character.codePointAt(0)?.toString(36)}~`,
  ).join('');
}

function characterOf(code: string): string {
  return String.fromCodePoint(Number.parseInt(code, 36));
}
