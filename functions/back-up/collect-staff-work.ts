import type { Catalogue, RowsPage } from '../../shared/catalogue/catalogue.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import type { CorrectedUpload, StaffWork } from './backup-format.ts';

/** All that staff made, of removed uploads too, for they may return. Whatever changes meanwhile is in it or in the next. */
export async function collectStaffWork(catalogue: Catalogue, now: Date): Promise<StaffWork> {
  const corrections: CorrectedUpload[] = [];
  for await (const row of catalogue.all()) corrections.push(...correctedIn([row]));
  return { takenAt: now.toISOString(), terms: await catalogue.terms(), corrections };
}

/** What staff corrected of these uploads. */
export function correctedIn(rows: RowsPage['rows']): CorrectedUpload[] {
  return rows
    .filter(({ corrections }: DocumentRow) => Object.keys(corrections).length > 0)
    .map(({ key, corrections }) => ({ key, corrections }));
}
