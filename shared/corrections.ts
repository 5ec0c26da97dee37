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

/** Staff can only make stricter; to make public is to move the upload (`functions/staff-api/make-public.ts`). */
const visibility = z.literal('internal').optional();

/** As staff may give them: a title or name that shows nothing, or is too long, is refused. */
export const GivenCorrections = z.object({
  title: z.optional(GivenText.check(z.maxLength(longestTitle))),
  publishedOn: z.optional(PublicationDate),
  themes: listOf(Label),
  keywords: listOf(Label),
  organisations: listOf(Label),
  series: z.optional(z.object({ ...Series.shape, label: Label })),
  visibility,
});
export type Corrections = z.infer<typeof GivenCorrections>;

/** As a row or a backup of any version holds them: cleaned, and without what shows nothing. */
export const Corrections = z
  .object({
    title: z.string().optional(),
    publishedOn: z.optional(PublicationDate),
    themes: listOf(z.string()),
    keywords: listOf(z.string()),
    organisations: listOf(z.string()),
    series: z.optional(StoredSeries),
    visibility,
  })
  .transform(visibleCorrections);

/** A list that is left without names stays one: staff may want none. */
function visibleCorrections(stored: Corrections): Corrections {
  const { publishedOn, themes, keywords, organisations, visibility } = stored;
  const title = cleaned(stored.title ?? '');
  const series = visibleSeries(stored.series ?? null);
  const visibleNames = (names: readonly string[]) => names.map(cleaned).filter((name) => name !== '');
  return {
    ...(title !== '' && { title }),
    ...(publishedOn !== undefined && { publishedOn }),
    ...(themes && { themes: visibleNames(themes) }),
    ...(keywords && { keywords: visibleNames(keywords) }),
    ...(organisations && { organisations: visibleNames(organisations) }),
    ...(series && { series }),
    ...(visibility && { visibility }),
  };
}

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
