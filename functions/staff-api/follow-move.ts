/**
 * Whoever corrects or deletes a document while it is made public means the document, and not the place that it leaves.
 */
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { hasMovedAway } from '../../shared/catalogue/transitions.ts';
import { documentId } from '../../shared/document.ts';
import { headUpload, type MoveDependencies } from '../../shared/move-upload.ts';

/** Where the upload of an internal document goes to become public; its own key for any other. */
export function publicKeyOf(key: string): string {
  return key.replace(/^internal\//, 'public/');
}

/**
 * The row that this one is being moved to, or was while nothing else came to the place that it left. To be asked after
 * the command was carried out on the source, for a move that begins later sees what it did there.
 */
export async function targetOfMove(
  source: DocumentRow,
  on: Pick<MoveDependencies, 'catalogue' | 's3' | 'bucket'>,
): Promise<DocumentRow | undefined> {
  const key = publicKeyOf(source.key);
  if (key === source.key) return undefined;
  const target = await on.catalogue.get(documentId(key));
  if (target?.movedFrom?.key !== source.key || target.state === 'removed') return undefined;
  if (!target.movedFrom.done || hasMovedAway(source)) return target;
  const hasLeft = target.movedFrom.etag === source.upload?.etag && !(await headUpload(source.key, on));
  return hasLeft ? target : undefined;
}
