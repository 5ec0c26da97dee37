/** The values of a collection's facets: how many documents have each, and the label that most of them use. */
import { fold } from '../../../shared/fold.ts';
import { byFacet } from '../../by-facet.ts';
import { type EngineHit, type FacetCount, facetValuesAtMost } from '../../engine.ts';
import type { Facet } from '../../search-index.ts';
import { words } from '../../tokens.ts';
import { readSpellings } from './spellings.ts';

interface Name extends FacetCount {
  readonly folded: string;
  /** The words of its label. */
  readonly words: readonly string[];
}

export class Names {
  readonly #byLabel: Readonly<Record<Facet, readonly Name[]>>;
  readonly #bySlug: Readonly<Record<Facet, ReadonlyMap<string, Name>>>;

  /** `spellings`: how many documents have each spelling, as stored. */
  constructor(spellings: Readonly<Record<string, number>>) {
    const found = byFacet(() => new Map<string, { label: string; most: number; count: number }>());
    for (const { facet, slug, label, count } of readSpellings(spellings)) {
      const known = found[facet].get(slug) ?? { label, most: 0, count: 0 };
      known.count += count;
      // The commonest spelling, then the alphabetically first: the order in which documents came must not show.
      if (count > known.most || (count === known.most && label < known.label)) {
        known.label = label;
        known.most = count;
      }
      found[facet].set(slug, known);
    }
    this.#byLabel = byFacet((facet) =>
      Array.from(found[facet], ([slug, { label, count }]) => {
        return { slug, label, count, folded: fold(label), words: words(label) };
      }).sort(byLabel),
    );
    this.#bySlug = byFacet((facet) => new Map(this.#byLabel[facet].map((name) => [name.slug, name])));
  }

  /** Every value of a facet, most frequent first, then by label. */
  all(facet: Facet): FacetCount[] {
    return mostFrequentFirst(this.#byLabel[facet]).map(({ slug, label, count }) => ({ slug, label, count }));
  }

  /** The values counted for one question, in the order of `all`, then the selected ones that it did not count. */
  counted(facet: Facet, counts: Readonly<Record<string, number>>, selected: readonly string[]): FacetCount[] {
    const countOf = ({ slug }: Name) => (Object.hasOwn(counts, slug) ? (counts[slug] ?? 0) : 0);
    const listed = this.#byLabel[facet]
      .filter((name) => countOf(name) > 0)
      .sort((a, b) => countOf(b) - countOf(a))
      .slice(0, facetValuesAtMost);
    for (const slug of new Set(selected)) {
      const name = this.#bySlug[facet].get(slug);
      if (name && !listed.includes(name)) listed.push(name);
    }
    return listed.map((name) => ({ slug: name.slug, label: name.label, count: countOf(name) }));
  }

  /** The values in whose label for each of `beginnings` one of its ways begins some word, in the order of `all`. */
  beginningWith(facet: Facet, beginnings: readonly (readonly string[])[], atMost: number): FacetCount[] {
    const begins = (name: Name) =>
      beginnings.every((ways) => name.words.some((word) => ways.some((way) => word.startsWith(way))));
    return mostFrequentFirst(this.#byLabel[facet].filter(begins))
      .slice(0, atMost)
      .map(({ slug, label, count }) => ({ slug, label, count }));
  }

  /** With the labels that the collection uses, so that a hit and the facets say the same. */
  labelled<Entry extends EngineHit>(entry: Entry): Entry {
    const label = <Value extends { readonly slug: string; readonly label: string }>(
      facet: Facet,
      value: Value,
    ): Value => ({ ...value, label: this.#bySlug[facet].get(value.slug)?.label ?? value.label });
    return {
      ...entry,
      themes: entry.themes.map((theme) => label('theme', theme)),
      keywords: entry.keywords.map((keyword) => label('keyword', keyword)),
      organisations: entry.organisations.map((organisation) => label('organisation', organisation)),
      series: entry.series && label('series', entry.series),
    };
  }
}

export const noNames = new Names({});

function mostFrequentFirst(names: readonly Name[]): Name[] {
  return [...names].sort((a, b) => b.count - a.count);
}

function byLabel(a: Name, b: Name): number {
  return byText(a.folded, b.folded) || byText(a.label, b.label) || byText(a.slug, b.slug);
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
