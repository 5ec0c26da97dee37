/** Words after which a hyphen stood for a part left out: `zorg- en welzijn`. */
const conjunction =
  /^(?:en|of|en\/of|tot|t\/m|als|dan|maar|noch|resp|c\.?q|and|or|and\/or|und|oder|et)(?![\p{L}\p{N}])/u;

const compound = /[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu;

/** Every word of a text in lower case, with its hyphens: what `joinWrapped` needs to know of the rest of the document. */
export function writtenWords(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(compound));
}

/**
 * Joins a line to the line that it was broken off from. A hyphen at the break is undone (`bewo-⏎ners`) unless it belongs
 * to the word: before a capital, digit or conjunction, after a digit, abbreviation or single letter, or because the word
 * stands elsewhere in the document (`words`) with its hyphen.
 */
export function joinWrapped(
  before: string,
  after: string,
  words: () => ReadonlySet<string> = () => new Set(),
): string {
  if (before.endsWith('\u00ad')) return before.slice(0, -1) + after;
  if (/\S\/$/.test(before)) return before + after;
  const part = /(?:^|[^\p{L}\p{N}-])((?:[\p{L}\p{N}]+-)*([\p{L}\p{N}]+))[-\u2010]$/u.exec(before);
  if (!part)
    return /[\p{N}]–$/u.test(before) && /^\p{N}/u.test(after) ? before + after : `${before} ${after}`;
  if (conjunction.test(after)) return `${before} ${after}`;
  if (!/^\p{Ll}/u.test(after)) return /^[\p{L}\p{N}]/u.test(after) ? before + after : `${before} ${after}`;

  const [, left = '', last = ''] = part;
  const right = after.match(compound)?.[0] ?? '';
  const whole = before.slice(0, -1) + after;
  const written = words();
  if (written.has(`${left}-${right}`.toLowerCase())) return before + after;
  if (written.has(`${left}${right}`.toLowerCase())) return whole;
  const isAbbreviation = last.length === 1 || /\p{N}$/u.test(last) || /^\p{Lu}{2,}$/u.test(last);
  return isAbbreviation ? before + after : whole;
}
