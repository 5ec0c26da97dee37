/** What the index file's rows hold, parsed: SQLite says nothing about the types of its columns. */
import * as z from 'zod';
import { Kind, Origin, Passage } from '../../../shared/document.ts';
import { Visibility } from '../../../shared/visibility.ts';
import type { EngineHit } from '../../engine.ts';
import { facets } from '../../search-index.ts';

const labelled = { slug: z.string(), label: z.string() };

/** An index entry without its passages. */
export const StoredEntry = z.object({
  id: z.string(),
  revision: z.int(),
  kind: Kind,
  visibility: Visibility,
  language: z.string().nullable(),
  title: z.string(),
  titleOrigin: Origin,
  publishedOn: z.string().nullable(),
  summary: z.string().nullable(),
  sourceUrl: z.string().nullable(),
  upload: z.string(),
  themes: z.array(z.object(labelled)),
  keywords: z.array(z.object(labelled)),
  organisations: z.array(z.object({ ...labelled, listed: z.boolean() })),
  series: z.object({ ...labelled, number: z.int().nullable() }).nullable(),
}) satisfies z.ZodType<EngineHit>;

const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);

export const EntryRow = z.object({ entry: json(StoredEntry) });
export const PassageRow = z.object({ passage: json(Passage) });
export const SpellingRow = z.object({
  number: z.int(),
  facet: z.enum(facets),
  slug: z.string(),
  label: z.string(),
});
export const DocumentRow = z.object({
  ordinal: z.int(),
  id: z.string(),
  revision: z.int(),
  applied_at: z.int(),
  published_on: z.string().nullable(),
  spellings: json(z.array(z.int())),
  first_passage: z.int(),
  passages: z.int(),
  passages_indexed: z.int().transform(Boolean),
});
export const RemovedRow = z.object({
  revision: z.int(),
  removed_at: z.int(),
  gone: z.int().transform(Boolean),
});
export const TitleRow = z.object({ id: z.string(), title: z.string() });
export const EntriesRow = z.object({ id: z.string(), revision: z.int() });
export const VersionRow = z.object({ data_version: z.int() });
export const NumberRow = z.object({ number: z.int() });
