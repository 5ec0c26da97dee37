import type { DocumentRow } from '../../shared/catalogue/row.ts';
import type { Version } from './uploads.ts';

/** Grows when the readers come to read the same file otherwise, so that a new look reads it again. */
export const readerVersion = 3;

/** Same bytes, metadata and sidecars (`versionBeside`), read by the same readers, give the same document. */
export function wasRead(upload: Version, sidecars: string | null, row: DocumentRow): boolean {
  return isSameVersion(upload, sidecars, row) && row.upload?.readerVersion === readerVersion;
}

/** Whether these bytes, metadata and sidecars are those that the row tells of, whichever readers read them. */
export function isSameVersion(
  upload: Version,
  sidecars: string | null,
  { upload: seen }: DocumentRow,
): boolean {
  return (
    seen !== null &&
    seen.etag === upload.etag &&
    seen.metadataHash === upload.metadataHash &&
    seen.sidecarEtag === sidecars
  );
}
