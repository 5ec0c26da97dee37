/** What this function reads of the environment: an engine and what is withdrawn, and nothing of where documents come from. */
export { VisitorEnvironment as PublicApiEnvironment } from '../searching/collections.ts';
