import * as z from 'zod/mini';
import { Environment } from '../../shared/environment.ts';

/** What this function reads of the environment: the catalogue, and where backups are kept. */
export const BackUpEnvironment = z.extend(
  z.pick(Environment, { CATALOGUE_TABLE: true, WITHDRAWALS_TABLE: true }),
  {
    BACKUPS_BUCKET: z.string().check(z.minLength(1)),
  },
);
