/**
 * What staff set right, kept apart from what was read and laid over it, so that a new upload never loses it.
 */
import * as z from 'zod';
import { type CanonicalDocument, PublicationDate, Series } from './document.ts';
import { namesAtMost } from './vocabulary.ts';

const names = z.array(z.string().trim().min(1).max(300)).max(namesAtMost);

export const Corrections = z.object({
  title: z.string().trim().min(1).max(500).optional(),
  publishedOn: z.optional(PublicationDate),
  themes: names.optional(),
  keywords: names.optional(),
  organisations: names.optional(),
  series: z.optional(Series),
  /** Staff can only make stricter; to make public is to move the upload (`functions/staff-api/make-public.ts`). */
  visibility: z.literal('internal').optional(),
});
export type Corrections = z.infer<typeof Corrections>;

/** Bytes of a document's corrections together: half of what DynamoDB takes of its row. */
export const largestCorrections = 200_000;

export function fitRow(corrections: Corrections): boolean {
  return Buffer.byteLength(JSON.stringify(corrections)) <= largestCorrections;
}

/** The document as staff want it: each corrected value replaces what was read, with the origin `staff`. */
export function withCorrections(document: CanonicalDocument, corrections: Corrections): CanonicalDocument {
  const byStaff = <Value>(value: Value) => ({ value, origin: 'staff' as const });
  const listed = (labels: readonly string[]) =>
    byStaff(labels.map((text) => ({ form: 'label' as const, text })));
  const { title, publishedOn, series, themes, keywords, organisations } = corrections;
  return {
    ...document,
    ...(title !== undefined && { title: byStaff(title) }),
    ...(publishedOn !== undefined && { publishedOn: byStaff(publishedOn) }),
    ...(series !== undefined && { series: byStaff(series) }),
    ...(themes !== undefined && { themes: listed(themes) }),
    ...(keywords !== undefined && { keywords: listed(keywords) }),
    ...(organisations !== undefined && { organisations: listed(organisations) }),
  };
}
