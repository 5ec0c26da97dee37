import type { DocumentRow } from '../../shared/catalogue/row.ts';
import type { Told } from '../middleware/consume-queue.ts';
import type { Measurement } from '../middleware/measurements.ts';

/** What an upload that was looked at has become, for the log and the metrics; nothing when it is as it was. */
export function whatBecameOf(row: DocumentRow | undefined): Told | undefined {
  if (!row) return undefined;
  const { id, state, refusal } = row;
  return { news: { document: id, state, refusal }, measurements: [measurementOf({ state, refusal })] };
}

function measurementOf({ state, refusal }: Pick<DocumentRow, 'state' | 'refusal'>): Measurement {
  if (refusal) return { name: 'Refused', value: 1, by: { reason: refusal } };
  return { name: state === 'removed' ? 'Removed' : 'Kept', value: 1 };
}
