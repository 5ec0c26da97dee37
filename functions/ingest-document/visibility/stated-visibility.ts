/** What was said about visibility, by every source and in every spelling: the one place that decides what it means. */

import type { VisibilityStatement } from '../../../shared/document.ts';
import { editDistance } from '../../../shared/edit-distance.ts';
import { fold, foldedWords } from '../../../shared/fold.ts';
import type { Visibility } from '../../../shared/visibility.ts';
import { answers, flagNames, levelNames, levels, otherNames } from './names-and-values.ts';

/** Characters; the name of a field is shorter, and so is a level. */
const longestName = 200;
const longestValue = 200;

/** Beginnings that only words for visibility have: a name that holds one looks like it, whatever else it holds. */
const roots = ['visib', 'zichtba'];

/** How a field's name relates to visibility; null when it does not. */
type NameKind = 'level' | 'flag' | 'other' | 'look-alike' | 'flag-look-alike';

/** `unclear` looks as if it sets visibility and is not understood. */
type Meaning = Visibility | 'unclear';

export interface StatedVisibility {
  /** The strictest of all; what is unclear counts as internal. Null when nothing was said. */
  readonly visibility: Visibility | null;
  /** Whether it is internal for nothing but what was not understood. */
  readonly isUnclear: boolean;
}

export function statedVisibility(statements: readonly VisibilityStatement[]): StatedVisibility {
  const meanings = new Set(statements.map(meaningOf));
  const isUnclear = !meanings.has('internal') && meanings.has('unclear');
  const isInternal = meanings.has('internal') || isUnclear;
  return { visibility: isInternal ? 'internal' : meanings.has('public') ? 'public' : null, isUnclear };
}

/** Null for a field that does not set visibility. */
export function meaningOf({ name, value }: VisibilityStatement): Meaning | null {
  const said = folded(value.slice(0, longestValue), ' ');
  const level = value.length > longestValue ? undefined : levels.get(said);
  const answer = answers.get(said);
  switch (nameKind(name)) {
    case 'level':
      return level ?? 'unclear';
    case 'flag':
      return answer === undefined ? 'unclear' : flagged(folded(name), answer);
    case 'other':
      return level === 'internal' ? level : null;
    case 'look-alike':
      return 'unclear';
    case 'flag-look-alike':
      return answer === undefined && level === undefined ? null : 'unclear';
    default:
      return null;
  }
}

/** Whether a field of this name may set visibility, so that its values have to be looked at. */
export function mayNameVisibility(name: string): boolean {
  return nameKind(name) !== null;
}

/** Whether the name is on the list, for fields that are called unknown otherwise. */
export function isVisibilityName(name: string): boolean {
  const kind = nameKind(name);
  return kind === 'level' || kind === 'flag';
}

/** Whether the name is one whose value is a level, or looks like it. */
export function namesLevel(name: string): boolean {
  const kind = nameKind(name);
  return kind === 'level' || kind === 'look-alike';
}

/** Whether the text holds a name for visibility anywhere, however it is broken up. */
export function mentionsVisibility(text: string): boolean {
  const letters = folded(text);
  return levelNames.some((name) => letters.includes(name));
}

function nameKind(name: string): NameKind | null {
  const written = folded(name.slice(0, longestName));
  if (levelNames.includes(written)) return 'level';
  if (flagNames.has(flagIn(written))) return 'flag';
  if (otherNames.includes(written)) return 'other';
  if (roots.some((root) => written.includes(root)) || isNear(written, levelNames)) return 'look-alike';
  const isFlagLike =
    isNear(written, [...flagNames.keys(), ...otherNames]) || isNear(flagIn(written), flagNames.keys());
  return isFlagLike ? 'flag-look-alike' : null;
}

/** `isPublic` is `public`. */
function flagIn(name: string): string {
  return name.startsWith('is') ? name.slice(2) : name;
}

/** One typing error away. */
function isNear(written: string, names: Iterable<string>): boolean {
  for (const name of names) {
    if (Math.abs(name.length - written.length) <= 1 && editDistance(written, name) <= 1) return true;
  }
  return false;
}

function flagged(name: string, answer: boolean): Visibility {
  const level = flagNames.get(flagIn(name)) ?? 'internal';
  return answer === (level === 'public') ? 'public' : 'internal';
}

function folded(text: string, between = ''): string {
  return visibleWords(text).join(between);
}

/** Words in lower case without accents; what is not seen separates nothing. */
export function visibleWords(text: string): string[] {
  return foldedWords(fold(text).replace(/\p{Default_Ignorable_Code_Point}+/gu, ''));
}
