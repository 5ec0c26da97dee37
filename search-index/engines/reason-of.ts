import { UnavailableError } from '../../shared/errors.ts';

/** Why something failed, for an operator: what lies behind an engine that does not answer, not that it does not. */
export function reasonOf(error: unknown): string {
  if (error instanceof UnavailableError && error.cause !== undefined) return reasonOf(error.cause);
  return error instanceof Error ? error.message || error.name : String(error);
}
