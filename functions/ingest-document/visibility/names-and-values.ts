/**
 * The closed list of what sets a document's visibility, without case, accents and signs. `docs/visibility.md` shows the
 * same list, and a test compares the two.
 */
import type { Visibility } from '../../../shared/visibility.ts';

/** Names whose value is a level: `visibility: internal`. */
export const levelNames: readonly string[] = ['visibility', 'zichtbaarheid'];

/** Names that are a level themselves, and whose value is yes or no: `internal: true`. */
export const flagNames: ReadonlyMap<string, Visibility> = new Map([
  ['public', 'public'],
  ['publiek', 'public'],
  ['openbaar', 'public'],
  ['visible', 'public'],
  ['zichtbaar', 'public'],
  ['internal', 'internal'],
  ['intern', 'internal'],
  ['private', 'internal'],
  ['prive', 'internal'],
  ['confidential', 'internal'],
  ['vertrouwelijk', 'internal'],
]);

/** Names that mean other things as well, so that they count only when their value is an internal level. */
export const otherNames: readonly string[] = [
  'access',
  'toegang',
  'accessrights',
  'toegangsrechten',
  'classification',
  'classificatie',
  'confidentiality',
  'vertrouwelijkheid',
];

export const levels: ReadonlyMap<string, Visibility> = new Map([
  ['public', 'public'],
  ['publiek', 'public'],
  ['openbaar', 'public'],
  ['internal', 'internal'],
  ['internal only', 'internal'],
  ['intern', 'internal'],
  ['alleen intern', 'internal'],
  ['private', 'internal'],
  ['prive', 'internal'],
  ['confidential', 'internal'],
  ['strictly confidential', 'internal'],
  ['vertrouwelijk', 'internal'],
  ['strikt vertrouwelijk', 'internal'],
  ['not public', 'internal'],
  ['niet publiek', 'internal'],
  ['niet openbaar', 'internal'],
]);

export const answers: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'y', 'on', '1', 'ja', 'j', 'aan', 'waar'].map((answer) => [answer, true] as const),
  ...['false', 'no', 'n', 'off', '0', 'nee', 'uit', 'onwaar'].map((answer) => [answer, false] as const),
]);
