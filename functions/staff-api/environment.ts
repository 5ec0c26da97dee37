import * as z from 'zod/mini';
import { Environment } from '../../shared/environment.ts';
import { engineVariables } from '../searching/collections.ts';

/** What this function reads of the environment. */
export const StaffApiEnvironment = z.pick(Environment, {
  UPLOADS_BUCKET: true,
  CATALOGUE_TABLE: true,
  WITHDRAWALS_TABLE: true,
  UPLOADS_QUEUE_URL: true,
  CHANGES_QUEUE_URL: true,
  UPLOADS_DEAD_LETTERS_URL: true,
  CHANGES_DEAD_LETTERS_URL: true,
  ...engineVariables,
});
