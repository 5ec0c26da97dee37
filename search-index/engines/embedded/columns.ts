/** The columns of the tables of words, and what a word in each of them is worth. */
import type { Columns } from './match-expression.ts';

/**
 * Title above headings and names above organisations that are only mentioned, those above the text; a compound's part
 * counts half.
 */
export const documentWeights = {
  title: 8,
  headings: 2.5,
  names: 4,
  mentions: 1.5,
  body: 1,
  title_parts: 4,
  parts: 0.6,
} as const;

export const documentColumns = {
  lemmas: ['title', 'headings', 'names', 'mentions', 'body'],
  parts: ['title_parts', 'parts'],
} as const;

export const lemmasAndParts: readonly string[] = [...documentColumns.lemmas, ...documentColumns.parts];

export const passageColumns: Columns = {
  lemmas: ['heading', 'body'],
  parts: ['heading_parts', 'parts'],
  forms: ['heading_forms', 'forms'],
};

export const headingColumns: Columns = {
  lemmas: ['heading'],
  parts: ['heading_parts'],
  forms: ['heading_forms'],
};
