/** What `/search` and `/suggest` answer, as far as the page shows it. */
import { boolean, type Decode, fieldsOf, list, nullable, number, string } from './decode.ts';
import { type Facet, forEachFacet } from './search-state.ts';

/** Plain text in order, each part with whether it matched. */
export type Parts = readonly (readonly [text: string, matched: boolean])[];

export interface Labelled {
  readonly slug: string;
  readonly label: string;
}

export interface Organisation extends Labelled {
  /** Whether the document itself lists it; otherwise its text mentions it. */
  readonly listed: boolean;
}

export interface Series extends Labelled {
  readonly number: number | null;
}

export interface PassageHit {
  readonly type: string;
  readonly number: number;
  readonly heading: string | null;
  readonly url: string;
  readonly parts: Parts;
}

export interface Hit {
  readonly url: string;
  readonly titleParts: Parts;
  /** The title is the text's own beginning, for want of a title, and may be cut. */
  readonly isCut: boolean;
  readonly kind: string;
  readonly publishedOn: string | null;
  readonly summary: string | null;
  readonly themes: readonly Labelled[];
  readonly organisations: readonly Organisation[];
  readonly series: Series | null;
  readonly missing: readonly string[];
  readonly passages: readonly PassageHit[];
}

export interface FacetValue extends Labelled {
  readonly count: number;
  readonly selected: boolean;
}

export type Facets = Readonly<Record<Facet, readonly FacetValue[]>>;

export interface SearchAnswer {
  readonly query: string;
  readonly total: number;
  readonly page: number;
  readonly size: number;
  readonly degraded: boolean;
  readonly relaxed: boolean;
  readonly didYouMean: string | null;
  readonly hits: readonly Hit[];
  readonly facets: Facets;
}

export interface Suggestion {
  readonly type: string;
  readonly label: string;
  readonly slug: string | null;
  readonly id: string | null;
  readonly count: number;
  readonly parts: Parts;
}

const part: Decode<readonly [string, boolean]> = (value) => {
  const [text, matched] = list((item) => item)(value);
  return [string(text), boolean(matched)];
};

const parts: Decode<Parts> = list(part);

const labelled: Decode<Labelled> = (value) => {
  const field = fieldsOf(value);
  return { slug: string(field('slug')), label: string(field('label')) };
};

const organisation: Decode<Organisation> = (value) => ({
  ...labelled(value),
  listed: boolean(fieldsOf(value)('listed')),
});

const series: Decode<Series> = (value) => ({
  ...labelled(value),
  number: nullable(number)(fieldsOf(value)('number')),
});

const passage: Decode<PassageHit> = (value) => {
  const field = fieldsOf(value);
  const anchor = fieldsOf(field('anchor'));
  return {
    type: string(anchor('type')),
    number: number(anchor('number')),
    heading: nullable(string)(anchor('heading')),
    url: string(field('url')),
    parts: parts(field('parts')),
  };
};

const hit: Decode<Hit> = (value) => {
  const field = fieldsOf(value);
  return {
    url: string(field('url')),
    titleParts: parts(field('titleParts')),
    isCut: nullable(string)(field('titleOrigin')) === 'derived' && !/[.?!…]$/.test(string(field('title'))),
    kind: string(field('kind')),
    publishedOn: nullable(string)(field('publishedOn')),
    summary: nullable(string)(field('summary')),
    themes: list(labelled)(field('themes')),
    organisations: list(organisation)(field('organisations')),
    series: nullable(series)(field('series')),
    missing: list(string)(field('missing')),
    passages: list(passage)(field('passages')),
  };
};

const facetValue: Decode<FacetValue> = (value) => {
  const field = fieldsOf(value);
  return { ...labelled(value), count: number(field('count')), selected: boolean(field('selected')) };
};

export const searchAnswer: Decode<SearchAnswer> = (value) => {
  const field = fieldsOf(value);
  const facet = fieldsOf(field('facets'));
  return {
    query: string(field('query')),
    total: number(field('total')),
    page: number(field('page')),
    size: number(field('size')),
    degraded: boolean(field('degraded')),
    relaxed: boolean(field('relaxed')),
    didYouMean: nullable(string)(field('didYouMean')),
    hits: list(hit)(field('hits')),
    facets: forEachFacet((name) => list(facetValue)(facet(name))),
  };
};

const suggestion: Decode<Suggestion> = (value) => {
  const field = fieldsOf(value);
  return {
    type: string(field('type')),
    label: string(field('label')),
    slug: nullable(string)(field('slug')),
    id: nullable(string)(field('id')),
    count: number(field('count')),
    parts: parts(field('parts')),
  };
};

export const suggestAnswer: Decode<readonly Suggestion[]> = (value) =>
  list(suggestion)(fieldsOf(value)('suggestions'));

/** The sentence of a problem (RFC 9457); null when the answer holds none. */
export const problemDetail: Decode<string | null> = (value) => nullable(string)(fieldsOf(value)('detail'));
