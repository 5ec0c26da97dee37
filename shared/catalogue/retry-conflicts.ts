import { RevisionConflictError } from '../errors.ts';

/** Another writer being first this often in a row is no longer chance; who asked tries again later. */
const attempts = 5;

/** Runs `attempt`, which begins with a new look at the row, again when another writer was first. */
export async function retryConflicts<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RevisionConflictError) || tried === attempts) throw error;
    }
  }
}
