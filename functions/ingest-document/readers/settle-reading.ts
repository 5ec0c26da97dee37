/** The last step of every reader: what cannot be seen is gone, and what is left is enough to be found by. */
import type { Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import {
  visibleFound,
  visibleNotes,
  visiblePassages,
  visibleTakenOut,
} from '../../../shared/visible-document.ts';
import { holdsWord } from '../../../shared/visible-text.ts';

/**
 * The reading as its schema asks it to be; settling it again changes nothing. Throws RefusedError `no-text` when no
 * letter or digit is left.
 */
export function settleReading(reading: Reading): Reading {
  const passages = visiblePassages(reading.passages);
  const texts = passages.flatMap(({ anchor, blocks }) => [
    anchor.heading ?? '',
    ...blocks.map(({ text }) => text),
  ]);
  if (!texts.some(holdsWord)) throw new RefusedError('no-text');
  const { headline, metadataLines, ...others } = reading;
  return {
    ...others,
    ...visibleTakenOut({ headline, metadataLines }),
    found: reading.found.map(visibleFound),
    passages,
    notes: visibleNotes(reading.notes),
  };
}
