/**
 * A text without the signs at its end that this pattern of one sign matches. A pattern such as `[\s,]+$` would begin again
 * at each sign of every run, which takes the square of a long run.
 */
export function trimEndOf(text: string, sign: RegExp): string {
  let end = text.length;
  while (end > 0 && sign.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** A text up to the white space before its last word, or before its end; all of it when it is one word. */
export function withoutLastWord(text: string): string {
  const trimmed = text.trimEnd();
  if (trimmed.length < text.length) return trimmed;
  const word = trimEndOf(text, /\S/);
  return word === '' ? text : word.trimEnd();
}
