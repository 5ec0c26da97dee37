import type { DocumentRow } from '../../shared/catalogue/row.ts';
import type { Measurement } from '../middleware/measurements.ts';

/** What a row that has just become searchable tells of the way there; nothing when it was so already. */
export function timeToSearchable(row: DocumentRow, now: Date): Measurement[] {
  if (!row.pendingSince || !row.document) return [];
  const since = (at: string) => Math.max(0, now.getTime() - Date.parse(at));
  const measured: Measurement[] = [{ name: 'ChangeToSearchable', value: since(row.pendingSince) }];
  if (row.upload && isNewUpload(row, row.upload.lastModified)) {
    measured.push({ name: 'UploadToSearchable', value: since(row.upload.lastModified) });
  }
  return measured;
}

/** Old files are read anew after an upgrade, and staff correct old documents: neither tells how fast an upload was. */
function isNewUpload({ history }: DocumentRow, lastModified: string): boolean {
  const looks = history.filter(({ what, at }) => what === 'received' && at === lastModified);
  return looks.length === 1 && history.at(-1)?.what === 'kept';
}
