import * as z from 'zod';

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

/** One entry of the vocabulary. Every spelling in `aliases` stands for `label`; the slug never changes. */
export const Term = z.object({
  type: TermType,
  slug: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(longestSlug),
  label: z.string().min(1).max(longestLabel),
  aliases: z.array(z.string().min(1).max(longestLabel)).max(aliasesAtMost),
  /** Where only the spelling tells the name from the everyday word (*Samen*, *Surplus*): see `mentions`. */
  common: z.boolean().optional(),
});
export type Term = z.infer<typeof Term>;

export interface Labelled {
  readonly slug: string;
  readonly label: string;
}
