import * as z from 'zod/mini';
import { Environment } from '../../shared/environment.ts';

/** What this function reads of the environment: an engine, and where its keys are kept. */
export const MakeSearchKeysEnvironment = z.extend(z.pick(Environment, { SEARCH_ENGINE_URL: true }), {
  MASTER_KEY_SECRET: z.string().check(z.minLength(1)),
  PUBLIC_KEY_SECRET: z.string().check(z.minLength(1)),
  ARCHIVE_KEY_SECRET: z.string().check(z.minLength(1)),
  READ_KEY_SECRET: z.string().check(z.minLength(1)),
  WRITE_KEY_SECRET: z.string().check(z.minLength(1)),
});
