import * as z from 'zod';
import { Environment } from '../../shared/environment.ts';

/** What this function reads of the environment: an engine, and where its keys are kept. */
export const MakeSearchKeysEnvironment = Environment.pick({ SEARCH_ENGINE_URL: true }).extend({
  MASTER_KEY_SECRET: z.string().min(1),
  PUBLIC_KEY_SECRET: z.string().min(1),
  ARCHIVE_KEY_SECRET: z.string().min(1),
  READ_KEY_SECRET: z.string().min(1),
  WRITE_KEY_SECRET: z.string().min(1),
});
