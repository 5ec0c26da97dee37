import { UnavailableError } from '../../../shared/errors.ts';

/** A file that is not there, or that is not what the pointer says: it will not get better. */
export class UnusableSnapshotError extends Error {
  override readonly name = 'UnusableSnapshotError';
}

export function unavailable(cause: unknown): UnavailableError {
  return cause instanceof UnavailableError
    ? cause
    : new UnavailableError('The search index in S3', { cause });
}
