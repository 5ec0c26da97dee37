/** Takes a line of names apart. A name may hold the very comma that separates names, so the vocabulary is asked. */
import { holdsWord } from './visible-text.ts';

/** Whether the vocabulary knows a text as one name. */
export type IsKnown = (name: string) => boolean;

/** Names; no label holds as many commas. */
const mostParts = 12;

/** Small words before the capital of a name: `de Leyhoeve`, `'t Zorghuus`, `van der Wijk`. */
const particles = /^(?:['’‘`´]?(?:t|s|d)\s+|(?:de|het|den|der|van|von|ten|ter|te|in)\s+)+(?=\p{Lu})/u;

/**
 * The names in a line, in order. They are parted at semicolons if there are any, else at commas, else at bars. The longest
 * run of parts that is a known name is one; an unknown name that begins with a capital goes on for as long as unknown
 * parts begin in lower case.
 */
export function takeApart(line: string, isKnown: IsKnown): string[] {
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

/** Known names joined by *en*, a slash or a bar, as the last of a list is; null when one of them is not known. */
function knownParts(text: string, isKnown: IsKnown): string[] | null {
  if (isKnown(text)) return [text];
  for (const { index, 0: joint } of text.matchAll(/\s+(?:en|and|&)\s+|\s*[/|]\s*/gu)) {
    const left = text.slice(0, index);
    if (!isKnown(left)) continue;
    const right = knownParts(text.slice(index + joint.length), isKnown);
    if (right) return [left, ...right];
  }
  return null;
}

function beginsInLowerCase(text: string): boolean {
  return /^["“‘'(]*\p{Ll}/u.test(text) && !particles.test(text);
}

function withoutFullStop(line: string): string {
  return /\p{Ll}\.$/u.test(line) ? line.slice(0, -1) : line;
}
