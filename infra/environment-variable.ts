import type { BackUpEnvironment } from '../functions/back-up/environment.ts';
import type { MakeSearchKeysEnvironment } from '../functions/make-search-keys/environment.ts';
import type { Environment } from '../shared/environment.ts';

/** A name that functions know; no other can be set. */
export type EnvironmentVariable =
  | keyof typeof Environment.shape
  | keyof typeof BackUpEnvironment.shape
  | keyof typeof MakeSearchKeysEnvironment.shape
  /** The ARN of the secret that holds the engine's key for this function. */
  | 'SEARCH_ENGINE_KEY_SECRET'
  /** What Node itself reads. */
  | 'NODE_OPTIONS';
