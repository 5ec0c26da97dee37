import * as z from 'zod';
import { cleaned, GivenText } from './visible-text.ts';

export const TermType = z.enum(['theme', 'keyword', 'organisation']);
export type TermType = z.infer<typeof TermType>;

/**
 * Characters; a longer text is no name that anyone would choose from a list. Its slug is what a search engine filters by,
 * which Meilisearch takes up to 468 bytes.
 */
export const longestLabel = 200;
export const longestSlug = 200;
/** Themes, keywords or organisations of one document; whoever lists more describes nothing by them. */
export const namesAtMost = 200;
/** Spellings of one name: with as many of the longest, an item still has room in DynamoDB's 400 KB. */
const aliasesAtMost = 500;

/** A name as it is given: cleaned, and refused when it shows nothing or is too long. */
export const Label = GivenText.check(z.maxLength(longestLabel));

/** One entry of the vocabulary, as it may be written. Every spelling in `aliases` stands for `label`; the slug never changes. */
export const Term = z.object({
  type: TermType,
  slug: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(longestSlug),
  label: Label,
  aliases: z.array(Label).max(aliasesAtMost),
  /** Where only the spelling tells the name from the everyday word (*Samen*, *Surplus*): see `mentions`. */
  common: z.boolean().optional(),
});
export type Term = z.infer<typeof Term>;

/** As `Term`, but of an earlier version, whose names may show nothing: its slug is then its label. */
export const StoredTerm = z
  .object({ ...Term.shape, label: z.string(), aliases: z.array(z.string()) })
  .transform((term) => ({
    ...term,
    label: cleaned(term.label) || term.slug,
    aliases: term.aliases.map(cleaned).filter(Boolean),
  }));

export interface Labelled {
  readonly slug: string;
  readonly label: string;
}
