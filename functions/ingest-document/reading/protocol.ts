/** What the reading process is given, and what it answers. */
import * as z from 'zod';
import { Kind, Note, PublicationDate, RefusalReason } from '../../../shared/document.ts';
import { largestUpload } from '../../../shared/largest-upload.ts';
import { Visibility } from '../../../shared/visibility.ts';

const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** An upload as it was fetched, with all that is said of it elsewhere. */
export const FileToRead = z.object({
  key: z.string(),
  contentType: z.string().nullable(),
  bytes: Bytes,
  /** `x-amz-meta-…`, as S3 returns it. */
  metadata: z.record(z.string(), z.string()),
  /** `bytes` are null for one that is too large to be read. */
  sidecars: z.array(z.object({ key: z.string(), bytes: Bytes.nullable() })).readonly(),
});
export type FileToRead = z.infer<typeof FileToRead>;

/** Bytes of a document's JSON: no upload holds as much text. */
export const largestDocument = 2 * largestUpload;

/** A canonical document as JSON that was held against the schema, with what the catalogue's row says of it. */
export const MadeDocument = z.object({
  json: Bytes.refine(({ length }) => length > 0 && length <= largestDocument),
  kind: Kind,
  /** Characters: no title and no key are longer. */
  title: z.string().min(1).max(2_000),
  publishedOn: z.nullable(PublicationDate),
  visibility: z.nullable(Visibility),
  isVisibilityUnclear: z.boolean().optional(),
  notes: z.array(Note),
});
export type MadeDocument = z.infer<typeof MadeDocument>;

export const Answer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('read'), document: MadeDocument }),
  z.object({ outcome: z.literal('refused'), reason: RefusalReason }),
  /** A fault of a reader, with the places where its document breaks the schema. */
  z.object({ outcome: z.literal('invalid'), places: z.array(z.string()) }),
]);
export type Answer = z.infer<typeof Answer>;
