/**
 * What staff set right, kept apart from what was read and laid over it, so that a new upload never loses it.
 */
import * as z from 'zod';
import { type CanonicalDocument, PublicationDate, Series } from './document.ts';
import { StoredSeries } from './stored-document.ts';
import { visibleSeries } from './visible-document.ts';
import { cleaned, GivenText } from './visible-text.ts';
import { Label, namesAtMost } from './vocabulary.ts';

/** Characters. */
export const longestTitle = 500;

const listOf = <Name extends z.core.SomeType>(name: Name) => z.array(name).max(namesAtMost).optional();

/** As staff may give them: a title or name that shows nothing, or is too long, is refused. */
export const GivenCorrections = z.object({
  title: z.optional(GivenText.check(z.maxLength(longestTitle))),
  publishedOn: z.optional(PublicationDate),
  themes: listOf(Label),
  keywords: listOf(Label),
  organisations: listOf(Label),
  series: z.optional(z.object({ ...Series.shape, label: Label })),
  /** Staff can only make stricter; to make public is to move the upload (`functions/staff-api/make-public.ts`). */
  visibility: z.literal('internal').optional(),
});

/** As a row or a backup of any version holds them, which may be longer, and show nothing. */
export const Corrections = z.object({
  ...GivenCorrections.shape,
  title: z.string().max(longestTitle).optional(),
  themes: listOf(z.string()),
  keywords: listOf(z.string()),
  organisations: listOf(z.string()),
  series: z.optional(StoredSeries),
});
export type Corrections = z.infer<typeof Corrections>;

/** Bytes of a document's corrections together: half of what DynamoDB takes of its row. */
export const largestCorrections = 200_000;

export function fitRow(corrections: Corrections): boolean {
  return Buffer.byteLength(JSON.stringify(corrections)) <= largestCorrections;
}

/**
 * The document as staff want it: each corrected value replaces what was read, with the origin `staff`. A title or name that
 * shows nothing is none; a list without names stays, for staff may want none.
 */
export function withCorrections(document: CanonicalDocument, corrections: Corrections): CanonicalDocument {
  const byStaff = <Value>(value: Value) => ({ value, origin: 'staff' as const });
  const listed = (labels: readonly string[]) =>
    byStaff(
      labels.flatMap((label) => {
        const text = cleaned(label);
        return text ? [{ form: 'label' as const, text }] : [];
      }),
    );
  const { publishedOn, themes, keywords, organisations } = corrections;
  const title = cleaned(corrections.title ?? '');
  const series = visibleSeries(corrections.series ?? null);
  return {
    ...document,
    ...(title !== '' && { title: byStaff(title) }),
    ...(publishedOn !== undefined && { publishedOn: byStaff(publishedOn) }),
    ...(series && { series: byStaff(series) }),
    ...(themes !== undefined && { themes: listed(themes) }),
    ...(keywords !== undefined && { keywords: listed(keywords) }),
    ...(organisations !== undefined && { organisations: listed(organisations) }),
  };
}
