/** Takes a line of names apart. A name may hold the very comma that separates names, so the vocabulary is asked. */

import { holdsWord } from './visible-text.ts';
import { longestLabel, namesAtMost } from './vocabulary.ts';

/** Whether the vocabulary knows a text as one name. */
export type IsKnown = (name: string) => boolean;

/** Names; no label holds as many commas. */
const mostParts = 12;

/** Characters; a longer text is no name, whatever signs stand between its words. */
export const longestName = 2 * longestLabel;

/** Characters: room for as many of the longest names as a document may have. What comes after them is left out. */
const longestList = namesAtMost * longestLabel;

/** Small words before the capital of a name: `de Leyhoeve`, `'t Zorghuus`, `van der Wijk`. */
const particles = /^(?:(?:['’‘`´]?[tsd]|de|het|den|der|van|von|ten|ter|te|in) )+\p{Lu}/u;

/**
 * The names in a line, in order. They are parted at semicolons if there are any, else at commas, else at bars. The longest
 * run of parts that is a known name is one; an unknown name that begins with a capital goes on for as long as unknown
 * parts begin in lower case.
 */
export function takeApart(list: string, isKnown: IsKnown): string[] {
  const line = list.slice(0, longestList).replace(/\s+/g, ' ');
  const separator = [';', ',', '|'].find((sign) => line.includes(sign)) ?? ',';
  const parts = withoutFullStop(line.trim())
    .split(separator)
    .map((part) => part.trim().replace(/^#(?=\p{L})/u, ''))
    .filter((part) => holdsWord(part));
  const joined = (from: number, to: number) =>
    parts.slice(from, to).join(separator === ',' ? ', ' : ` ${separator} `);
  const knownUntil = (from: number) => {
    for (let to = Math.min(parts.length, from + mostParts); to > from; to--)
      if (isKnown(joined(from, to))) return to;
    return from;
  };

  const names: string[] = [];
  for (let from = 0, to = 0; from < parts.length; from = to) {
    to = knownUntil(from);
    if (to > from) {
      names.push(joined(from, to));
      continue;
    }
    to = from + 1;
    const part = parts[from] ?? '';
    const goesOn = separator === ',' && !beginsInLowerCase(part);
    while (goesOn && to < parts.length && beginsInLowerCase(parts[to] ?? '') && knownUntil(to) === to) to++;
    names.push(...(to === from + 1 ? (knownParts(part, isKnown) ?? [part]) : [joined(from, to)]));
  }
  return names;
}

/**
 * Known names joined by *en*, a slash or a bar, as the last of a list is; null when one of them is not known. Of several
 * ways to part them the one whose first name is shortest. Each place where names may join is decided once, from the last.
 */
function knownParts(text: string, isKnown: IsKnown): string[] | null {
  if (isKnown(text)) return [text];
  const joints = Array.from(text.matchAll(/ (?:en|and|&) | ?[/|] ?/gu), ({ index, 0: joint }) => ({
    index,
    end: index + joint.length,
  }));
  const starts = [0, ...joints.map(({ end }) => end)];
  /** For each start, up to which joint its first name goes; undefined where no way leads to the end. */
  const upTo: (number | undefined)[] = [];
  for (const [at, from] of [...starts.entries()].reverse()) {
    if (text.length - from <= longestName && isKnown(text.slice(from))) upTo[at] = joints.length;
    for (let joint = at; upTo[at] === undefined; joint++) {
      const to = joints[joint]?.index;
      if (to === undefined || to - from > longestName) break;
      if (upTo[joint + 1] !== undefined && isKnown(text.slice(from, to))) upTo[at] = joint;
    }
  }
  if (upTo[0] === undefined) return null;
  const parts: string[] = [];
  for (let at = 0; at < starts.length; at = (upTo[at] ?? joints.length) + 1)
    parts.push(text.slice(starts[at], joints[upTo[at] ?? joints.length]?.index));
  return parts;
}

function beginsInLowerCase(text: string): boolean {
  return /^["“‘'(]*\p{Ll}/u.test(text) && !particles.test(text);
}

function withoutFullStop(line: string): string {
  return /\p{Ll}\.$/u.test(line) ? line.slice(0, -1) : line;
}
