/** A line that begins an item of a list, without what marks it. */
export interface MarkedLine {
  readonly marker: string;
  readonly text: string;
  /** Numbered or lettered: `1.`, `a)`, `(iv)`. */
  readonly ordered: boolean;
}

const bullet = /^([-–—*+•·▪▫◦‣⁃●○■□➢➤→✓✔]|o(?=\t| {2}))\s+(?=\S)/u;
const ordered = /^(\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})\)|(?:\d{1,3}|[a-z]|[ivx]{1,5})\.)\s+(?=\S)/u;

/** The item that a line begins; null when it begins none. */
export function markedLine(line: string): MarkedLine | null {
  const found = bullet.exec(line) ?? ordered.exec(line);
  const marker = found?.[1];
  if (!found || marker === undefined) return null;
  return {
    marker,
    text: line.slice(found[0].length),
    ordered: /[\p{L}\p{N}]/u.test(marker) && /[.)]$/.test(marker),
  };
}

/** A bullet that stands alone, its item on the next line, as copying from a page or a PDF leaves it. */
export function isLoneBullet(line: string): boolean {
  return /^[•·▪▫◦‣⁃●○■□➢➤]$/u.test(line);
}
