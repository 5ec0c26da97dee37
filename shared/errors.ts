/**
 * Three kinds of error: what the caller can mend, what is not there, and everything else (any other Error).
 * They become HTTP answers in one place, `functions/middleware/problem-details.ts`.
 */
import type { Message } from './message.ts';

/** The request cannot be carried out as it stands; the message says what to change. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  readonly publicMessage: Message;
  readonly status: 400 | 409 | 413;

  constructor(publicMessage: Message, status: 400 | 409 | 413 = 400) {
    super(publicMessage.en);
    this.publicMessage = publicMessage;
    this.status = status;
  }
}

/** What was asked for is not there; `gone` when it was there once and has been removed. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  readonly publicMessage: Message;
  readonly gone: boolean;

  constructor(publicMessage: Message, { gone = false } = {}) {
    super(publicMessage.en);
    this.publicMessage = publicMessage;
    this.gone = gone;
  }
}

/**
 * Why a part cannot be used: it was never ready yet, it does not answer, it refuses the key that it was given, or it lost
 * its data and does not hold all of it yet.
 */
export type UnavailableReason = 'starting' | 'no-answer' | 'wrong-key' | 'refilling';

const states: Readonly<Record<UnavailableReason, string>> = {
  starting: 'is not ready yet',
  'no-answer': 'does not answer',
  'wrong-key': 'refuses the key that it was given',
  refilling: 'is being filled again',
};

/** A part that Vindplaats needs cannot be used now; the same request may succeed in `retryAfterSeconds`. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
  readonly retryAfterSeconds: number;
  readonly reason: UnavailableReason;

  constructor(
    what: string,
    {
      reason = 'no-answer',
      retryAfterSeconds = 5,
      cause,
    }: { reason?: UnavailableReason; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(`${what} ${states[reason]}`, { cause });
    this.retryAfterSeconds = retryAfterSeconds;
    this.reason = reason;
  }
}

/** It answers, and was not done in time with what it was asked: less may succeed, or the same when it is less busy. */
export class TooSlowError extends UnavailableError {}

/** The row changed since it was read: another writer was first, so the work begins again from a new look. */
export class RevisionConflictError extends Error {
  override readonly name = 'RevisionConflictError';
}
