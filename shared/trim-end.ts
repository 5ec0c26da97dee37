/**
 * A text without the signs at its end that this pattern of one sign matches. A pattern such as `[\s,]+$` would begin again
 * at each sign of every run, which takes the square of a long run.
 */
export function trimEndOf(text: string, sign: RegExp): string {
  let end = text.length;
  while (end > 0 && sign.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
