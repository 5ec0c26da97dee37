/** What the linking process is given, and what it answers. */
import * as z from 'zod/mini';
import { CanonicalDocument, Passage } from '../../../shared/document.ts';
import { Term } from '../../../shared/vocabulary.ts';

export const LinkingJob = z.discriminatedUnion('type', [
  /** The vocabulary that documents are linked to from now on. */
  z.object({ type: z.literal('use-terms'), terms: z.array(Term) }),
  z.object({
    type: z.literal('link'),
    document: z.extend(
      z.pick(CanonicalDocument, { title: true, themes: true, keywords: true, organisations: true }),
      // None where only what the document lists is asked for.
      { passages: z.array(Passage) },
    ),
  }),
]);
export type LinkingJob = z.infer<typeof LinkingJob>;

const LinkedTerm = z.object({ slug: z.string(), label: z.string(), proposed: z.boolean() });

export const LinksAnswer = z.object({
  themes: z.array(LinkedTerm),
  keywords: z.array(LinkedTerm),
  organisations: z.array(z.extend(LinkedTerm, { listed: z.boolean() })),
});
