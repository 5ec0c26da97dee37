import * as z from 'zod/mini';
import { Environment } from '../../shared/environment.ts';

/** What this function reads of the environment. */
export const IngestEnvironment = z.pick(Environment, {
  UPLOADS_BUCKET: true,
  DOCUMENTS_BUCKET: true,
  CATALOGUE_TABLE: true,
  WITHDRAWALS_TABLE: true,
  UPLOADS_QUEUE_URL: true,
  CHANGES_QUEUE_URL: true,
});
