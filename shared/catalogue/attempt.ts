/**
 * An upload that is being read. The row says so before the reading begins, so that a file that ends whatever reads it is
 * known by its row, and refused when it has done so twice.
 */
import * as z from 'zod';
import type { DocumentRow } from './row.ts';

export const ReadingAttempt = z.object({
  /** Of what is read (`versionToRead`). Of any other version nothing is held against the file. */
  version: z.string(),
  /** How often its own reader died or ran out of time, or the process did that had it alone in hand. */
  deaths: z.int().min(0),
  /** It was in hand when a process died, or its reader died: it is read while nothing else is. */
  isAlone: z.boolean(),
  /** Since when it is being read; absent when it is not. */
  inHandSince: z.iso.datetime().optional(),
  /** When a refused file may be read once more. */
  retryAt: z.iso.datetime().optional(),
});
export type ReadingAttempt = z.infer<typeof ReadingAttempt>;

/** So many deaths are no longer chance. */
const deathsToRefuse = 2;

/** Milliseconds after which a machine that was busy may have time. */
const timeoutPause = 60 * 60_000;

/** What is held against this version before it is read; what was in hand longer than any reading takes was left behind. */
export function attemptAt(
  before: ReadingAttempt | undefined,
  version: string,
  { now, longestReading }: { readonly now: Date; readonly longestReading: number },
): ReadingAttempt {
  if (before?.version !== version) return { version, deaths: 0, isAlone: false };
  const since = Date.parse(before.inHandSince ?? '');
  return now.getTime() - since > longestReading ? leftBehind(before) : letGo(before);
}

export function inHand(attempt: ReadingAttempt, now: Date): ReadingAttempt {
  return { ...attempt, inHandSince: now.toISOString() };
}

/** Nobody reads it any more, and that is not held against it. */
export function letGo({ inHandSince: _, ...attempt }: ReadingAttempt): ReadingAttempt {
  return attempt;
}

/** The process died that had it in hand. That counts when nothing else can have been the cause. */
export function leftBehind(attempt: ReadingAttempt, wasAlone = attempt.isAlone): ReadingAttempt {
  return { ...letGo(attempt), isAlone: true, deaths: attempt.deaths + (wasAlone ? 1 : 0) };
}

/** Its own reader died, or ran out of time. */
export function readerDied(attempt: ReadingAttempt, why: 'timeout' | 'died', now: Date): ReadingAttempt {
  const died = leftBehind(attempt, true);
  if (isPoison(died)) return { ...died, retryAt: undefined };
  if (why === 'died') return died;
  return { ...died, retryAt: new Date(now.getTime() + timeoutPause).toISOString() };
}

/** Whether the file is refused, for what it did to those who read it. */
export function isPoison({ deaths }: ReadingAttempt): boolean {
  return deaths >= deathsToRefuse;
}

/** Whether a file that was refused is to be read once more. */
export function isRetryDue({ attempt }: Pick<DocumentRow, 'attempt'>, now: Date): boolean {
  return attempt?.retryAt !== undefined && Date.parse(attempt.retryAt) <= now.getTime();
}

/** Nothing is held against the version that was read, and it is read again. */
export function forgiven({ upload }: Pick<DocumentRow, 'upload'>, now: Date): ReadingAttempt {
  const version = upload ? versionToRead(upload, upload.sidecarEtag, upload.readerVersion) : '';
  return { version, deaths: 0, isAlone: true, retryAt: now.toISOString() };
}

/** Names what is read: bytes, metadata and sidecars, and which readers read them. */
export function versionToRead(
  { etag, metadataHash }: { readonly etag: string; readonly metadataHash: string },
  sidecarEtag: string | null,
  readerVersion: number,
): string {
  return [etag, metadataHash, sidecarEtag ?? 'no-sidecar', readerVersion].join(' ');
}
