/** Tables of office files and pages: rows for search, or mere frames around flowing text. */
import type { Block } from '../../../shared/document.ts';
import { cleaned } from '../../../shared/visible-text.ts';

/** A piece of text in a cell, with what the reader calls its kind. */
interface CellPart {
  readonly type: Block['type'] | 'heading' | 'title';
  readonly text: string;
}
/** Cells of parts. */
export type Row<Part extends CellPart> = readonly (readonly Part[])[];

/** With this many paragraphs in a cell a table is a frame around text, not a table. */
const partsOfFlowingText = 4;
const charactersOfFlowingText = 800;

/** Tables that lay out a page (one column, headings inside, long texts) are read as the text they frame. */
export function isLayout<Part extends CellPart>(
  rows: readonly Row<Part>[],
  isHeading: (part: Part) => boolean,
): boolean {
  if (rows.every((row) => row.length <= 1)) return true;
  return rows.some((row) =>
    row.some(
      (cell) =>
        cell.some(isHeading) ||
        (cell.length >= partsOfFlowingText &&
          cell.reduce((sum, { text }) => sum + text.length, 0) > charactersOfFlowingText),
    ),
  );
}

/** The texts of a row's cells in one line; empty cells, as merged ones are, are left out. */
export function rowText(row: Row<CellPart>): string {
  return row
    .map((cell) =>
      cell
        .map(({ text }) => cleaned(text))
        .filter(Boolean)
        .join(' '),
    )
    .filter(Boolean)
    .join(' | ');
}
