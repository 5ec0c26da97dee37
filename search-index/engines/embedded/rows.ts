/** What the index file's rows hold, parsed: SQLite says nothing about the types of its columns. */
import * as z from 'zod/mini';
import { StoredPassage } from '../../../shared/stored-passage.ts';
import { facets } from '../../search-index.ts';
import { json, StoredEntry } from '../../stored-entry.ts';

/** SQLite has no booleans. */
const flag = z.pipe(
  z.int(),
  z.transform((number: number) => number !== 0),
);

export const EntryRow = z.object({ entry: json(StoredEntry) });
export const PassageRow = z.object({ passage: json(StoredPassage) });
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
  published_on: z.nullable(z.string()),
  spellings: json(z.array(z.int())),
  first_passage: z.int(),
  passages: z.int(),
  passages_indexed: flag,
});
export const RemovedRow = z.object({
  revision: z.int(),
  removed_at: z.int(),
  gone: flag,
});
export const MovedRow = z.object({ moved_to: z.string() });
export const ChangeRow = z.object({ ordinal: z.int(), forms: z.nullable(z.string()) });
export const TitleRow = z.object({ id: z.string(), title: z.string() });
export const EntriesRow = z.object({ id: z.string(), revision: z.int() });
export const VersionRow = z.object({ data_version: z.int() });
export const NumberRow = z.object({ number: z.int() });
