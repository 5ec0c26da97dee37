import * as z from 'zod';
import { Message } from '../message.ts';

/** Every way in which two of catalogue, buckets and index can differ, the most harmful first. */
export const driftKinds = [
  /** In the public collection, and internal. */
  'wronglyVisible',
  /** A row that says two things at once, such as public and hidden by staff. */
  'contradictory',
  /** In a collection, and nowhere in the catalogue, or without a document there. */
  'orphaned',
  /** In a collection in another revision than the catalogue's. */
  'stale',
  /** In the catalogue, and not in a collection that should show it. */
  'missing',
  /** A row whose canonical document is not in the bucket. */
  'unreadable',
  /** A deleted upload whose row does not say so. */
  'notRemoved',
  /** An upload of which the row knows another version, or that other readers read. */
  'outdated',
  /** An upload without a row. */
  'neverIngested',
] as const;
export const DriftKind = z.enum(driftKinds);
export type DriftKind = z.infer<typeof DriftKind>;

const count = z.int().min(0);

/** What one reconciliation found and did. Examples are ids and keys, never titles. */
export const ReconcileReport = z.object({
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  milliseconds: count,
  /** The engine did not answer, so uploads and documents were compared without it. */
  withoutIndex: z.boolean(),
  compared: z.object({
    rows: count,
    uploads: count,
    canonicalDocuments: count,
    public: count,
    archive: count,
  }),
  found: z.partialRecord(DriftKind, z.object({ count, examples: z.array(z.string()) })),
  /** Documents that were public until readers came to hear that they are internal, the latest first. */
  becameInternal: z
    .object({
      count,
      documents: z.array(z.object({ key: z.string(), at: z.iso.datetime(), reason: Message })),
    })
    .optional(),
  /** New looks that were asked for. */
  queued: z.object({ uploads: count, changes: count }),
  /** Uploads that earlier readers read, and that are read again after the next comparisons. */
  rereadsLeft: count.optional(),
  /** Canonical documents that no row names, and tombstones that nobody needs any more. */
  swept: z.object({ canonicalDocuments: count, tombstones: count }),
});
export type ReconcileReport = z.infer<typeof ReconcileReport>;

/** Examples kept of each kind. */
export const examplesAtMost = 10;
