import * as z from 'zod/mini';
import { Environment } from '../../shared/environment.ts';
import { engineVariables } from '../searching/collections.ts';

/** What this function reads of the environment: an engine, and nothing of where documents come from. */
export const PublicApiEnvironment = z.pick(Environment, engineVariables);
