/** What a row remembers of its life: who did what, and what staff's corrections were before and after, within bounds. */
import { isDeepStrictEqual } from 'node:util';
import { type Corrections, GivenCorrections } from '../corrections.ts';
import type { DocumentRow, HistoryEntry, HistoryValue } from './row.ts';

/** Steps kept per upload; older ones are dropped so that an item never nears DynamoDB's 400 KB. */
export const historyLimit = 20;

/** Bytes of UTF-8 for one side (`from` or `to`) of a step, shared by its fields: 40 KB for a whole history. */
export const longestSide = 1_000;

const ellipsis = '…';

/** The history with these steps added, bounded. When staff last corrected it stays, for a restore asks for that. */
export function withHistory(
  row: Pick<DocumentRow, 'history'> | undefined,
  ...steps: HistoryEntry[]
): HistoryEntry[] {
  const all = [...(row?.history ?? []), ...steps];
  const dropped = all.splice(0, Math.max(0, all.length - historyLimit));
  const isCorrection = ({ what }: HistoryEntry) => what === 'corrected';
  const lastCorrection = all.some(isCorrection) ? undefined : dropped.findLast(isCorrection);
  return lastCorrection ? [lastCorrection, ...all.slice(1)] : all;
}

/** The corrected fields that differ, with their old and new values; null stands for "as it was read". */
export function changeOf(from: Corrections, to: Corrections): Pick<HistoryEntry, 'from' | 'to'> {
  const fields = GivenCorrections.keyof().options.filter(
    (field) => !isDeepStrictEqual(from[field], to[field]),
  );
  if (fields.length === 0) return {};
  const bytes = Math.floor(longestSide / fields.length);
  const side = (corrections: Corrections) =>
    Object.fromEntries(fields.map((field) => [field, cutValue(corrections[field] ?? null, bytes)]));
  return { from: side(from), to: side(to) };
}

function cutValue(value: HistoryValue, bytes: number): HistoryValue {
  if (value === null) return null;
  if (typeof value === 'string') return cutText(value, bytes);
  return 'label' in value ? { ...value, label: cutText(value.label, bytes) } : cutNames(value, bytes);
}

function cutText(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  // Decoded as a stream, which leaves out a letter that is cut in two.
  const whole = new TextDecoder().decode(encoded.subarray(0, bytes - Buffer.byteLength(ellipsis)), {
    stream: true,
  });
  return whole + ellipsis;
}

function cutNames(names: readonly string[], bytes: number): string[] {
  const kept: string[] = [];
  let left = bytes;
  for (const name of names) {
    // DynamoDB counts a few bytes for each item of a list.
    left -= Buffer.byteLength(name) + 3;
    if (left < 0) return [...kept, ellipsis];
    kept.push(name);
  }
  return kept;
}
