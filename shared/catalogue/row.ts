/**
 * One item per document: what is known of it, its ledger and what is still to be done. Because they are one item,
 * one conditional write changes all three, and the row itself is the outbox: `pendingSince` stands as long as the
 * engine does not yet show what the row says.
 */
import * as z from 'zod';
import { Corrections } from '../corrections.ts';
import { DocumentId, Kind, PublicationDate, RefusalReason, Series } from '../document.ts';
import { StoredNote } from '../stored-document.ts';
import { Visibility } from '../visibility.ts';
import { ReadingAttempt } from './attempt.ts';
import { SettledVersion } from './settled.ts';

export const UploadState = z.enum(['received', 'read', 'kept', 'searchable', 'refused', 'removed']);
export type UploadState = z.infer<typeof UploadState>;

/** A value that was corrected, cut where it is long (`history.ts`); null: none, so that what was read shows. */
const HistoryValue = z.union([z.string(), z.array(z.string()), Series, z.null()]);
export type HistoryValue = z.infer<typeof HistoryValue>;

/**
 * One step in an upload's life. `ms` is how long that step took, in milliseconds. `by` is the subject of staff's token,
 * `upload` for what an upload caused, or `system`; steps of before it was kept lack it. `from` and `to` are what changed,
 * by field.
 */
export const HistoryEntry = z.object({
  at: z.iso.datetime(),
  what: z.enum([...UploadState.options, 'corrected', 'moved', 'renamed', 'failed']),
  by: z.string().optional(),
  ms: z.number().min(0).optional(),
  why: z.string().optional(),
  from: z.record(z.string(), HistoryValue).optional(),
  to: z.record(z.string(), HistoryValue).optional(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/** What became of a message that failed as often as a queue allows: it waits in the dead-letter queue. */
export const Failure = z.object({
  at: z.iso.datetime(),
  /** The function that gave up. */
  step: z.enum(['ingest-document', 'index-documents']),
  /** The kind of fault, never its text, which may quote the document. */
  why: z.string(),
  /** Of the upload that it gave up on; null when that could not be told either. */
  etag: z.string().nullable(),
});
export type Failure = z.infer<typeof Failure>;

export const DocumentRow = z.object({
  id: DocumentId,
  /** The upload's key. */
  key: z.string().min(1),
  /** Grows with every change of what the index should show; guards every write. */
  revision: z.int().min(1),
  state: UploadState,
  /** Effective: follows from what was said (`transitions.ts`). */
  visibility: Visibility,
  /** Whether the public collection may ever have held it, so that its removal can be told from "never was". */
  wasPublic: z.boolean(),
  /** The object as it was read; null before it was and after its removal. */
  upload: z
    .object({
      etag: z.string(),
      /** Bytes. */
      size: z.int().min(0),
      lastModified: z.iso.datetime(),
      /** SHA-256 of the object's metadata and content type, which can change while the bytes stay. */
      metadataHash: z.string(),
      /** Of the sidecars that were read with it (`versionBeside` in `shared/sidecar.ts`); the first rows knew of none. */
      sidecarEtag: z.string().nullable().default(null),
      sequencer: z.string().nullable(),
      /** `watch` for an object that the local folder watcher put there. */
      source: z.string().nullable(),
      /** Which readers read it (`functions/ingest-document/ingest-document.ts`). */
      readerVersion: z.int(),
    })
    .nullable(),
  /** Names the canonical JSON that counts: `{id}/{hash}.json`; null while refused or removed. */
  document: z
    .object({
      hash: z.string(),
      kind: Kind,
      title: z.string(),
      publishedOn: z.nullable(PublicationDate),
      visibility: z.nullable(Visibility),
      /** It is internal only because something that looks like a visibility was not understood. */
      isVisibilityUnclear: z.boolean().optional(),
      /** Since when it is internal, where earlier readers heard nothing of that in this same version. */
      heardInternalAt: z.iso.datetime().optional(),
    })
    .nullable(),
  /**
   * SHA-256 of the bytes that were read, and since when they lie here; `left`: they were taken away then, and what place
   * and file said of visibility. Absent in rows of before it was kept.
   */
  content: z
    .object({
      sha256: z.string(),
      cameAt: z.iso.datetime(),
      left: z.optional(z.object({ at: z.iso.datetime(), visibility: Visibility })),
    })
    .optional(),
  /** Other documents of these bytes and this visibility, by id; at most `sameAsAtMost` (`equal-contents.ts`). */
  sameAs: z.optional(z.array(DocumentId)),
  /** Of a removed upload: where its bytes and staff's corrections went. */
  renamedTo: z.optional(DocumentId),
  /** Whose corrections were taken over, and when those left: each is taken over once. */
  renamedFrom: z.optional(z.array(z.object({ id: DocumentId, at: z.iso.datetime() }))),
  corrections: Corrections,
  /** Of which version staff said that what is unclear in it does not make it internal. */
  settled: SettledVersion.optional(),
  refusal: z.nullable(RefusalReason),
  /** Stands while it is read, and when that ended otherwise than with an answer. */
  attempt: ReadingAttempt.optional(),
  notes: z.array(StoredNote),
  history: z.array(HistoryEntry),
  /**
   * The upload that this one was moved from; until `done`, the source may still exist. `etag` is that of the version
   * that staff decided about: no later one moves. `corrections` are those of the source when this row was made of it.
   */
  movedFrom: z
    .object({
      key: z.string(),
      etag: z.string().optional(),
      done: z.boolean(),
      corrections: Corrections.optional(),
    })
    .nullable(),
  receivedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Since when the engine shows something else than this row says; absent when nothing is to be done. */
  pendingSince: z.iso.datetime().optional(),
  /** Stands until the step succeeds after all. */
  failure: Failure.optional(),
  /** What `sweep-pending` did about it so far. */
  resent: z.object({ times: z.int().min(0), at: z.iso.datetime() }).optional(),
});
export type DocumentRow = z.infer<typeof DocumentRow>;

/**
 * The revision after this one. It never falls behind the clock (milliseconds since 1970), so that a document that
 * returns after its tombstone was swept still outranks what an engine remembers of its former life.
 */
export function nextRevision(row: Pick<DocumentRow, 'revision'> | undefined, at = new Date()): number {
  return Math.max((row?.revision ?? 0) + 1, at.getTime());
}
