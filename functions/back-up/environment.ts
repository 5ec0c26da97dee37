import * as z from 'zod';
import { Environment } from '../../shared/environment.ts';

/** What this function reads of the environment: the catalogue, and where backups are kept. */
export const BackUpEnvironment = Environment.pick({ CATALOGUE_TABLE: true }).extend({
  BACKUPS_BUCKET: z.string().min(1),
});
