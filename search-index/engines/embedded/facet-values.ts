/**
 * The values of the facets and how many documents have them, in memory: counting a hundred thousand matches by SQL
 * takes half a second, by numbers a few milliseconds.
 */
import { fold } from '../../../shared/fold.ts';
import { byFacet } from '../../by-facet.ts';
import { type FacetCount, facetValuesAtMost } from '../../engine.ts';
import { type Facet, facets } from '../../search-index.ts';
import type { Spelling } from '../../spellings.ts';
import { words } from '../../tokens.ts';

interface HeldSpelling extends Spelling {
  readonly number: number;
  readonly value: Value;
  documents: number;
}

/** All spellings of one slug. */
interface Value {
  readonly facet: Facet;
  readonly slug: string;
  readonly number: number;
  readonly spellings: Set<HeldSpelling>;
  documents: number;
  label: string;
  /** What its label sorts by. */
  folded: string;
  /** The words of its label. */
  words: readonly string[];
}

export interface Counted {
  /** The matches that pass every filter. */
  readonly passing: readonly number[];
  readonly facets: Readonly<Record<Facet, readonly FacetCount[]>>;
}

const noFilters: Readonly<Record<Facet, readonly string[]>> = byFacet(() => []);

export class FacetValues {
  /** By the number that the index file gives a spelling. */
  readonly #spellings: (HeldSpelling | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #values: (Value | undefined)[] = [];
  readonly #freeNumbers: number[] = [];
  readonly #bySlug = byFacet(() => new Map<string, Value>());
  /** The values of each facet by label; undefined when a label came, went or changed since. */
  readonly #alphabetical = byFacet<readonly Value[] | undefined>(() => undefined);

  /** The number of a spelling that some document has, or that was added and waits for its first. */
  numberOf(spelling: Spelling): number | undefined {
    return this.#numbers.get(keyOf(spelling));
  }

  /** Whether the number is that of a spelling. */
  has(number: number): boolean {
    return this.#spellings[number] !== undefined;
  }

  add(number: number, spelling: Spelling): void {
    const value = this.#bySlug[spelling.facet].get(spelling.slug) ?? this.#newValue(spelling);
    const held: HeldSpelling = { ...spelling, number, value, documents: 0 };
    value.spellings.add(held);
    this.#spellings[number] = held;
    this.#numbers.set(keyOf(spelling), number);
  }

  /** One more document has this spelling. */
  hold(number: number): void {
    const spelling = this.#known(number);
    spelling.documents += 1;
    spelling.value.documents += 1;
    this.#relabel(spelling.value);
  }

  /** One document less has this spelling; answers whether it was the last, and the spelling is forgotten. */
  release(number: number): boolean {
    const spelling = this.#known(number);
    const { value } = spelling;
    spelling.documents -= 1;
    value.documents -= 1;
    const unused = spelling.documents === 0;
    if (unused) {
      value.spellings.delete(spelling);
      this.#spellings[number] = undefined;
      this.#numbers.delete(keyOf(spelling));
    }
    if (value.spellings.size > 0) {
      this.#relabel(value);
    } else {
      this.#values[value.number] = undefined;
      this.#freeNumbers.push(value.number);
      this.#bySlug[value.facet].delete(value.slug);
      this.#alphabetical[value.facet] = undefined;
    }
    return unused;
  }

  labelOf(facet: Facet, slug: string): string | undefined {
    return this.#bySlug[facet].get(slug)?.label;
  }

  /** Every value of a facet, most frequent first, then by label. */
  all(facet: Facet): FacetCount[] {
    const values = [...this.#byLabel(facet)].sort((a, b) => b.documents - a.documents);
    return values.map(({ slug, label, documents }) => ({ slug, label, count: documents }));
  }

  /** The values of a facet in whose label, for each word, one of its beginnings begins some word; in the order of `all`. */
  beginningWith(facet: Facet, asked: readonly (readonly string[])[], atMost: number): FacetCount[] {
    const holdsOneOf = (held: readonly string[], beginnings: readonly string[]) =>
      held.some((word) => beginnings.some((beginning) => word.startsWith(beginning)));
    return this.#byLabel(facet)
      .filter((value) => asked.every((beginnings) => holdsOneOf(value.words, beginnings)))
      .sort((a, b) => b.documents - a.documents)
      .slice(0, atMost)
      .map(({ slug, label, documents }) => ({ slug, label, count: documents }));
  }

  /**
   * Filters and counts `matches`; `spellingsOf` gives the numbers of a match's spellings. Within a facet one of the
   * selected values is enough, and a facet's own selection does not lessen its own counts: what fails one facet
   * only is counted there.
   */
  count(
    matches: Iterable<number>,
    spellingsOf: (match: number) => readonly number[],
    filters: Readonly<Record<Facet, readonly string[]>> = noFilters,
  ): Counted {
    const { required, selectedIn } = this.#selection(filters);
    const counts = new Int32Array(this.#values.length);
    const passing: number[] = [];
    for (const match of matches) {
      const spellings = spellingsOf(match);
      let satisfied = 0;
      if (required !== 0) {
        for (const number of spellings)
          satisfied |= selectedIn[this.#spellings[number]?.value.number ?? 0] ?? 0;
      }
      const failed = required & ~satisfied;
      if (failed === 0) passing.push(match);
      else if ((failed & (failed - 1)) !== 0) continue;
      for (const number of spellings) {
        const value = this.#spellings[number]?.value;
        if (value === undefined || (failed !== 0 && bitOf[value.facet] !== failed)) continue;
        counts[value.number] = (counts[value.number] ?? 0) + 1;
      }
    }
    return { passing, facets: byFacet((facet) => this.#listed(facet, counts, filters[facet])) };
  }

  #selection(filters: Readonly<Record<Facet, readonly string[]>>): {
    required: number;
    selectedIn: Uint8Array;
  } {
    const selectedIn = new Uint8Array(this.#values.length);
    let required = 0;
    for (const facet of facets) {
      if (filters[facet].length > 0) required |= bitOf[facet];
      for (const slug of filters[facet]) {
        const value = this.#bySlug[facet].get(slug);
        if (value) selectedIn[value.number] = bitOf[facet];
      }
    }
    return { required, selectedIn };
  }

  #listed(facet: Facet, counts: Int32Array, selected: readonly string[]): FacetCount[] {
    const countOf = ({ number }: Value) => counts[number] ?? 0;
    const listed = this.#byLabel(facet)
      .filter((value) => countOf(value) > 0)
      .sort((a, b) => countOf(b) - countOf(a))
      .slice(0, facetValuesAtMost);
    for (const slug of new Set(selected)) {
      const value = this.#bySlug[facet].get(slug);
      if (value && !listed.includes(value)) listed.push(value);
    }
    return listed.map((value) => ({ slug: value.slug, label: value.label, count: countOf(value) }));
  }

  #byLabel(facet: Facet): readonly Value[] {
    const known = this.#alphabetical[facet];
    if (known) return known;
    const values = [...this.#bySlug[facet].values()].sort(byLabel);
    this.#alphabetical[facet] = values;
    return values;
  }

  #newValue({ facet, slug, label }: Spelling): Value {
    const number = this.#freeNumbers.pop() ?? this.#values.length;
    const value: Value = {
      facet,
      slug,
      number,
      spellings: new Set(),
      documents: 0,
      label: '',
      folded: '',
      words: [],
    };
    setLabel(value, label);
    this.#values[number] = value;
    this.#bySlug[facet].set(slug, value);
    this.#alphabetical[facet] = undefined;
    return value;
  }

  /** The commonest spelling, then the alphabetically first: the order in which documents came must not show. */
  #relabel(value: Value): void {
    let best: HeldSpelling | undefined;
    for (const spelling of value.spellings) {
      const better =
        best === undefined ||
        spelling.documents > best.documents ||
        (spelling.documents === best.documents && byText(spelling.label, best.label) < 0);
      if (better) best = spelling;
    }
    if (best === undefined || best.label === value.label) return;
    setLabel(value, best.label);
    this.#alphabetical[value.facet] = undefined;
  }

  #known(number: number): HeldSpelling {
    const spelling = this.#spellings[number];
    if (spelling === undefined) throw new Error(`spelling ${number} is not among the facet values`);
    return spelling;
  }
}

const bitOf: Readonly<Record<Facet, number>> = {
  theme: 1,
  keyword: 2,
  organisation: 4,
  kind: 8,
  year: 16,
  series: 32,
};

function keyOf({ facet, slug, label }: Spelling): string {
  return `${facet}\n${slug}\n${label}`;
}

function setLabel(value: Value, label: string): void {
  value.label = label;
  value.folded = fold(label);
  value.words = words(label);
}

function byLabel(a: Value, b: Value): number {
  return byText(a.folded, b.folded) || byText(a.label, b.label) || byText(a.slug, b.slug);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
