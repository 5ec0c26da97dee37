import type { Environment } from '../shared/environment.ts';

/** A name that functions know; no other can be set. */
export type EnvironmentVariable = keyof typeof Environment.shape;
