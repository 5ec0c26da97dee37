/** Running headers, footers and page numbers: what stands at the same place on page after page. */
import { fold } from '../../../../shared/fold.ts';
import type { Fragment } from './fragments.ts';

export interface PageText {
  /** From 1, as a reader of PDFs counts. */
  number: number;
  height: number;
  fragments: Fragment[];
}

/** How much of a page's height, at each end, can hold furniture. */
const margin = 0.25;
/** Lines of a header or footer that are looked at, from the edge inwards. */
const maxRows = 6;
/** Characters; a longer line is text, and each of its numbers would ask for a copy of it. */
const longestFurniture = 300;
const pageNumber =
  /^[-–—|\s]*(?:(?:pagina|pag\.?|page|blz\.?|p\.)\s*)?(\d{1,4}|[ivxl]{1,7})(?:\s*(?:\/|van|of|-)\s*\d{1,4})?[-–—|\s]*$/i;

interface Candidate {
  fragment: Fragment;
  page: PageText;
  /** From the edge inwards. */
  row: number;
  edge: 'top' | 'bottom';
}

/** Pages without what repeats at their edges. */
export function withoutFurniture(pages: readonly PageText[]): PageText[] {
  const usual = usualSize(pages);
  const candidates = pages
    .flatMap((page) => [...edgeRows(page, 'top'), ...edgeRows(page, 'bottom')])
    .map((candidate) => ({ ...candidate, large: candidate.fragment.size > 1.25 * usual }));
  const repeated = repeatedTexts(candidates, pages.length);
  const numbers = numbersInStep(candidates);
  const dropped = new Set<Fragment>();
  const byPage = Map.groupBy(candidates, ({ page }) => page);
  for (const page of pages) {
    for (const edge of ['top', 'bottom'] as const) {
      const rows = (byPage.get(page) ?? []).filter((candidate) => candidate.edge === edge);
      for (let row = 0; row < maxRows; row++) {
        const inRow = rows.filter((candidate) => candidate.row === row);
        // Slides repeat their titles, in large letters; running headers are small.
        const furniture = inRow.filter(
          (candidate) =>
            !candidate.large &&
            (keysOf(candidate).some((key) => repeated.has(key)) || numbers.has(candidate.fragment)),
        );
        for (const { fragment } of furniture) dropped.add(fragment);
        // What lies further inwards than body text is no furniture.
        if (furniture.length < inRow.length) break;
      }
    }
  }
  return pages.map((page) => ({
    ...page,
    fragments: page.fragments.filter((fragment) => !dropped.has(fragment)),
  }));
}

/** The size of letter in which most of the text is set. */
function usualSize(pages: readonly PageText[]): number {
  const lengths = new Map<number, number>();
  for (const { size, text } of pages.flatMap(({ fragments }) => fragments)) {
    const rounded = Math.round(size * 2) / 2;
    lengths.set(rounded, (lengths.get(rounded) ?? 0) + text.length);
  }
  return [...lengths].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function edgeRows(page: PageText, edge: 'top' | 'bottom'): Candidate[] {
  const near = page.fragments.filter(({ y }) =>
    edge === 'top' ? y < margin * page.height : y > (1 - margin) * page.height && y <= 1.1 * page.height,
  );
  const sorted = near.toSorted((a, b) => (edge === 'top' ? a.y - b.y : b.y - a.y));
  const found: Candidate[] = [];
  let row = -1;
  let y = Number.NaN;
  for (const fragment of sorted) {
    if (!(Math.abs(fragment.y - y) < 0.6 * fragment.size)) {
      row++;
      y = fragment.y;
    }
    if (row >= maxRows) break;
    found.push({ fragment, page, row, edge });
  }
  return found;
}

/**
 * What this text would be on another page: itself, or itself with one number in step with the pages
 * ("Jaarverslag 2021 | 14"). Programs differ by a hair of height.
 */
function keysOf({ fragment, page, edge }: Candidate): string[] {
  if (fragment.text.length > longestFurniture) return [];
  const text = fold(fragment.text).replace(/\s+/g, ' ').trim();
  const place = `${edge} ${Math.round((fragment.y / page.height) * 50)} `;
  const inStep = Array.from(text.matchAll(/\d{1,4}/g), (number) => {
    const offset = page.number - Number(number[0]);
    return `${place}${text.slice(0, number.index)}#${offset}#${text.slice(number.index + number[0].length)}`;
  });
  return [place + text, ...inStep];
}

function repeatedTexts(candidates: readonly Candidate[], pageCount: number): Set<string> {
  const pagesByKey = new Map<string, Set<number>>();
  for (const candidate of candidates) {
    for (const key of keysOf(candidate)) {
      const pages = pagesByKey.get(key) ?? new Set();
      pages.add(candidate.page.number);
      pagesByKey.set(key, pages);
    }
  }
  const least = pageCount <= 4 ? 2 : 3;
  return new Set([...pagesByKey].filter(([, pages]) => pages.size >= least).map(([key]) => key));
}

/** Bare numbers that grow with the pages: 3 on the fifth page, 4 on the sixth. */
function numbersInStep(candidates: readonly Candidate[]): Set<Fragment> {
  const byOffset = new Map<number, Candidate[]>();
  for (const candidate of candidates) {
    const { text } = candidate.fragment;
    const written = text.length > longestFurniture ? undefined : pageNumber.exec(text)?.[1];
    if (!written) continue;
    const number = /^\d/.test(written) ? Number(written) : romanNumber(written);
    const offset = candidate.page.number - number;
    const same = byOffset.get(offset);
    if (same) same.push(candidate);
    else byOffset.set(offset, [candidate]);
  }
  const inStep = [...byOffset].flatMap(([offset, same]) => {
    if (new Set(same.map(({ page }) => page)).size >= 2) return same;
    // A lone number at the very edge that is the page's own needs no second page to tell what it is.
    return offset === 0 ? same.filter(({ row }) => row === 0) : [];
  });
  return new Set(inStep.map(({ fragment }) => fragment));
}

function romanNumber(text: string): number {
  const values: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50 };
  const digits = Array.from(text.toLowerCase(), (letter) => values[letter] ?? 0);
  return digits.reduce((sum, digit, at) => sum + (digit < (digits[at + 1] ?? 0) ? -digit : digit), 0);
}
