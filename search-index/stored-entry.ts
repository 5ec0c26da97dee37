/** What an engine keeps of an entry as JSON, parsed when it comes back. */
import * as z from 'zod';
import { Kind, Origin } from '../shared/document.ts';
import { Visibility } from '../shared/visibility.ts';
import type { EngineHit } from './engine.ts';

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

export type StoredEntry = z.infer<typeof StoredEntry>;

/** A text that holds JSON of that schema. */
export const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
