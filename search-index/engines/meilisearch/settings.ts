/** How the indexes of a collection are set up; whatever changes here asks for every document again. */
import { createHash } from 'node:crypto';
import type { Settings } from 'meilisearch';
import { dutchAnalyser } from '../../dutch/analyser.ts';
import { fieldSynonyms } from '../../dutch/synonyms.ts';
import { facets } from '../../search-index.ts';
import { wordsVersion } from '../../words-of-entry.ts';

/** To be raised when records are made in another way: the index must then be made again. */
const recordsVersion = 3;

/** As deep as a reader may page, and one page of candidates more. */
const hitsAtMost = 1_100;
/** Passages of one long publication that hold a word. */
const passagesAtMost = 10_000;
/** Values of one facet, in all spellings: all of them are needed for exact lists, and a vocabulary has hundreds. */
const valuesAtMost = 50_000;

/** As the collection forgives them; where the mark that ends a form makes it more, what is found is weighed again. */
const typingErrors = { oneTypo: 5, twoTypos: 9 };

const shared: Settings = {
  // Words are folded and made lemmas before they come here; guesses on top of that are other words.
  prefixSearch: 'disabled',
  rankingRules: ['sort', 'words', 'exactness', 'attributeRank', 'wordPosition', 'proximity'],
};

const values = (...attributePatterns: string[]) => ({
  attributePatterns,
  features: { facetSearch: false, filter: { equality: true, comparison: false } },
});
const numbers = (...attributePatterns: string[]) => ({
  attributePatterns,
  features: { facetSearch: false, filter: { equality: true, comparison: true } },
});
const searchedValues = (...attributePatterns: string[]) => ({
  attributePatterns,
  features: { facetSearch: true, filter: { equality: true, comparison: false } },
});

/** Parts last, each a text of its own, so that no phrase is found among them. */
const searchableFields = ['title', 'headings', 'names', 'mentions', 'body', 'parts'];

export const documentSettings: Settings = {
  ...shared,
  searchableAttributes: searchableFields,
  filterableAttributes: [
    values('id', 'state', 'terms', 'spelling', ...facets),
    numbers('ordinal', 'appliedAt'),
    // Apart from the terms: to find what begins with something, the server goes through all values of the attribute.
    values('titleWords'),
    searchedValues('forms'),
  ],
  sortableAttributes: ['id', 'ordinal', 'publishedOn'],
  typoTolerance: { disableOnAttributes: searchableFields, minWordSizeForTypos: typingErrors },
  faceting: { maxValuesPerFacet: valuesAtMost, sortFacetValuesBy: { '*': 'count' } },
  pagination: { maxTotalHits: hitsAtMost },
};

export const passageSettings: Settings = {
  ...shared,
  searchableAttributes: ['heading', 'body'],
  filterableAttributes: [
    values('id', 'document', 'version', 'state', 'terms', 'forms', 'headingTerms', 'headingForms'),
  ],
  sortableAttributes: ['id'],
  typoTolerance: { enabled: false },
  pagination: { maxTotalHits: passagesAtMost },
};

let hash: string | undefined;

/** Changes with anything that decides what the indexes hold for a document. */
export function settingsHash(): string {
  hash ??= createHash('sha256')
    .update(
      JSON.stringify([
        recordsVersion,
        wordsVersion,
        dutchAnalyser().lexiconHash,
        fieldSynonyms,
        documentSettings,
        passageSettings,
      ]),
    )
    .digest('hex')
    .slice(0, 16);
  return hash;
}
