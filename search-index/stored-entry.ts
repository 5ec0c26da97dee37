/** What an engine keeps of an entry as JSON, parsed when it comes back. */
import * as z from 'zod/mini';
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
  language: z.nullable(z.string()),
  title: z.string(),
  titleOrigin: Origin,
  publishedOn: z.nullable(z.string()),
  summary: z.nullable(z.string()),
  sourceUrl: z.nullable(z.string()),
  upload: z.string(),
  sameAs: z.optional(z.array(z.string())),
  themes: z.array(z.object(labelled)),
  keywords: z.array(z.object(labelled)),
  organisations: z.array(z.object({ ...labelled, listed: z.boolean() })),
  series: z.nullable(z.object({ ...labelled, number: z.nullable(z.int()) })),
}) satisfies z.ZodMiniType<EngineHit>;

export type StoredEntry = z.infer<typeof StoredEntry>;

/** A text that holds JSON of that schema. */
export const json = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text): unknown => JSON.parse(text)),
    ),
    schema,
  );
