import * as z from 'zod/mini';
import { Environment } from '../../shared/environment.ts';
import { engineVariables } from '../searching/collections.ts';

/** What this function reads of the environment. */
export const RebuildEnvironment = z.pick(Environment, {
  DOCUMENTS_BUCKET: true,
  CATALOGUE_TABLE: true,
  WITHDRAWALS_TABLE: true,
  ...engineVariables,
  INDEX_DOCUMENTS_TIMEOUT: true,
});
