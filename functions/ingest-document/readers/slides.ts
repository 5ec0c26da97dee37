/** What presentations of all programs share: the order of shapes, and slides that are not shown. */
import type { Note } from '../../../shared/document.ts';

/** Where a shape stands; null when the file does not say. */
export interface Placed {
  readonly top: number | null;
  readonly left: number | null;
  readonly height: number | null;
}

/**
 * Top to bottom, and left to right for what stands side by side. Where a place is unknown, the file's own order, which
 * screen readers use, must do.
 */
export function readingOrderOfShapes<Shape extends Placed>(shapes: readonly Shape[]): Shape[] {
  const placed = shapes.map((shape) => ({
    shape,
    top: shape.top,
    left: shape.left,
    height: shape.height ?? 0,
  }));
  if (placed.some(({ top, left }) => top === null || left === null)) return [...shapes];
  const rows: { bottom: number; shapes: { shape: Shape; left: number }[] }[] = [];
  for (const { shape, top, left, height } of placed.toSorted((a, b) => (a.top ?? 0) - (b.top ?? 0))) {
    const row = rows.at(-1);
    const middle = (top ?? 0) + height / 2;
    if (row && middle < row.bottom) row.shapes.push({ shape, left: left ?? 0 });
    else rows.push({ bottom: (top ?? 0) + height, shapes: [{ shape, left: left ?? 0 }] });
  }
  return rows.flatMap((row) => row.shapes.toSorted((a, b) => a.left - b.left).map(({ shape }) => shape));
}

export function hiddenSlides(count: number): Note {
  return {
    code: 'hidden-slides',
    message: {
      nl: count === 1 ? 'Eén verborgen dia is niet gelezen.' : `${count} verborgen dia's zijn niet gelezen.`,
      en: count === 1 ? 'One hidden slide was not read.' : `${count} hidden slides were not read.`,
    },
  };
}
