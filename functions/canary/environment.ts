import * as z from 'zod/mini';
import { Environment } from '../../shared/environment.ts';
import { engineVariables } from '../searching/collections.ts';

/** What this function reads of the environment. */
export const CanaryEnvironment = z.pick(Environment, {
  UPLOADS_BUCKET: true,
  SITE_URL: true,
  ...engineVariables,
});
