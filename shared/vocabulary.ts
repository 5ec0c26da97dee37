import * as z from 'zod';

export const TermType = z.enum(['theme', 'keyword', 'organisation']);
export type TermType = z.infer<typeof TermType>;

/** One entry of the vocabulary. Every spelling in `aliases` stands for `label`; the slug never changes. */
export const Term = z.object({
  type: TermType,
  slug: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  label: z.string().min(1),
  aliases: z.array(z.string().min(1)),
  /** Where only the spelling tells the name from the everyday word (*Samen*, *Surplus*): see `mentions`. */
  common: z.boolean().optional(),
});
export type Term = z.infer<typeof Term>;

export interface Labelled {
  readonly slug: string;
  readonly label: string;
}
