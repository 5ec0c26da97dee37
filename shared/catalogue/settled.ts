/** Staff's word on a document that is internal only because something in it was not understood: for one version. */
import * as z from 'zod';
import type { Visibility } from '../visibility.ts';
import type { DocumentRow } from './row.ts';

/** The version of the upload, its metadata and its sidecars of which staff decided. */
export const SettledVersion = z.object({
  etag: z.string(),
  metadataHash: z.string(),
  sidecarEtag: z.string().nullable(),
});
export type SettledVersion = z.infer<typeof SettledVersion>;

/** The version that staff saw, if there is something in it to settle; undefined otherwise. */
export function settledBy({
  document,
  upload,
}: Pick<DocumentRow, 'document' | 'upload'>): SettledVersion | undefined {
  if (!document?.isVisibilityUnclear || !upload) return undefined;
  return SettledVersion.parse(upload);
}

/** What the document itself asks for; null where nothing is said, or staff settled what is unclear in this version. */
export function askedVisibility({
  document,
  upload,
  settled,
}: Pick<DocumentRow, 'document' | 'upload' | 'settled'>): Visibility | null {
  if (!document) return null;
  const isSettled =
    document.isVisibilityUnclear &&
    settled !== undefined &&
    settled.etag === upload?.etag &&
    settled.metadataHash === upload.metadataHash &&
    settled.sidecarEtag === upload.sidecarEtag;
  return isSettled ? null : document.visibility;
}
