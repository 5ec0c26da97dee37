import type { DocumentRow } from '../../shared/catalogue/row.ts';
import type { Told } from '../middleware/consume-queue.ts';
import { timeToSearchable } from './time-to-searchable.ts';

/** What a document that was applied has become, for the log and the metrics; nothing when the index showed it already. */
export function whatBecameOf(row: DocumentRow | undefined, now: Date): Told | undefined {
  if (!row?.pendingSince) return undefined;
  const state = row.document ? 'searchable' : row.state;
  return { news: { document: row.id, state }, measurements: timeToSearchable(row, now) };
}
