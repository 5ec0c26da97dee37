/** The values of a document's facets as it spells them, in a form that Meilisearch counts apart. */
import { type Facet, facets, type IndexEntry } from '../../search-index.ts';

export interface Spelling {
  readonly facet: Facet;
  readonly slug: string;
  readonly label: string;
}

/** The facet values of an entry, each slug once. */
export function spellingsOf(
  entry: Pick<IndexEntry, 'themes' | 'keywords' | 'organisations' | 'series' | 'kind' | 'publishedOn'>,
): Spelling[] {
  const of = (facet: Facet, values: readonly { readonly slug: string; readonly label: string }[]) =>
    values.map(({ slug, label }) => ({ facet, slug, label }));
  const year = entry.publishedOn?.slice(0, 4);
  const spellings = [
    ...of('theme', entry.themes),
    ...of('keyword', entry.keywords),
    ...of('organisation', entry.organisations),
    ...of('series', entry.series ? [entry.series] : []),
    ...of('kind', [{ slug: entry.kind, label: entry.kind }]),
    ...of('year', year ? [{ slug: year, label: year }] : []),
  ];
  const bySlug = new Map<string, Spelling>();
  for (const spelling of spellings) {
    const key = `${spelling.facet} ${spelling.slug}`;
    if (!bySlug.has(key)) bySlug.set(key, spelling);
  }
  return [...bySlug.values()];
}

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
