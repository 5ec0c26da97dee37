import { describe, expect, test } from 'vitest';
import {
  exceedsPortion,
  piecesOf,
  portionsMeant,
  portionsOf,
  rejoined,
} from '../../search-index/portions.ts';
import type { Passage } from '../../shared/document.ts';

const passage = (number: number, ...texts: readonly string[]): Passage => ({
  anchor: { type: 'section', number, heading: `Kop ${number}` },
  level: 1,
  blocks: texts.map((text) => ({ type: 'paragraph', text })),
});

const numbersIn = (portion: readonly Passage[] | undefined) => portion?.map(({ anchor }) => anchor.number);
const textsOf = (portions: readonly (readonly Passage[])[]) =>
  portions.flat().flatMap(({ blocks }) => blocks.map(({ text }) => text));

describe('A text in portions', () => {
  test('is one portion as long as it fits, also without any text', () => {
    const passages = [passage(1, 'Een.'), passage(2, 'x'.repeat(300_000))];
    expect(portionsOf(passages)).toEqual([passages]);
    expect(exceedsPortion(passages)).toBe(false);
    expect(portionsOf([])).toEqual([[]]);
  });

  test('is cut between passages where they fit', () => {
    const passages = [1, 2, 3, 4, 5].map((number) => passage(number, 'x'.repeat(180_000)));
    expect(portionsOf(passages).map(numbersIn)).toEqual([[1, 2], [3, 4], [5]]);
    expect(exceedsPortion(passages)).toBe(true);
  });

  test('is cut between blocks where a passage alone is too long, and loses nothing', () => {
    const texts = Array.from({ length: 90 }, (_, at) => `${at} ${'x'.repeat(10_000)}`);
    const portions = portionsOf([passage(1, 'Vooraf.'), passage(2, ...texts), passage(3, 'Na.')]);
    expect(portions.map(numbersIn)).toEqual([[1, 2], [2], [2, 3]]);
    expect(textsOf(portions)).toEqual(['Vooraf.', ...texts, 'Na.']);
  });

  test('is cut between words where a block alone is too long, and inside a character never', () => {
    const words = 'zorg voor elkaar '.repeat(60_000);
    const pieces = textsOf(portionsOf([passage(1, words)]));
    expect(pieces.join('')).toBe(words);
    expect(pieces.length).toBe(3);
    for (const piece of pieces) expect(piece).toMatch(/(zorg|voor|elkaar) ?$/);
    const faces = textsOf(portionsOf([passage(1, `.${'👵🏽'.repeat(200_000)}`)]));
    expect(faces.join('')).toBe(`.${'👵🏽'.repeat(200_000)}`);
    for (const piece of faces) expect(piece.isWellFormed()).toBe(true);
  });

  test('has room for a heading of any length', () => {
    const headed = { ...passage(1, 'zorg '.repeat(100_000)), anchor: { type: 'page', number: 1 } as const };
    const portions = portionsOf([{ ...headed, anchor: { ...headed.anchor, heading: 'K'.repeat(900_000) } }]);
    expect(textsOf(portions).join('')).toBe('zorg '.repeat(100_000));
  });
});

test('Passages in pieces are the same passages when they are joined again', () => {
  const texts = Array.from({ length: 50 }, (_, at) => `Alinea ${at}. ${'x '.repeat(1_000)}`);
  const passages = [passage(1, 'Vooraf.'), passage(2, ...texts), passage(3), passage(4, ...texts)];
  const pieces = passages.flatMap((each) => piecesOf(each, 30_000));
  expect(pieces.length).toBeGreaterThan(8);
  expect(rejoined(pieces)).toEqual(passages);
});

describe('The portion that is meant', () => {
  const portions = portionsOf([passage(1, 'Vooraf.'), passage(2, 'x '.repeat(500_000)), passage(3, 'Na.')]);

  test('is the one of that number, or none', () => {
    expect(portionsMeant(portions, { number: 2 })).toEqual([1]);
    expect(portionsMeant(portions, { number: portions.length + 1 })).toEqual([]);
  });

  test('holds something of the passage; any may be meant when no such passage is there', () => {
    expect(portionsMeant(portions, { passage: { type: 'section', number: 2 } })).toEqual([1, 2, 3]);
    expect(portionsMeant(portions, { passage: { type: 'section', number: 3 } })).toEqual([3]);
    expect(portionsMeant(portions, { passage: { type: 'page', number: 3 } })).toEqual([0, 1, 2, 3]);
    expect(portionsMeant(portions, {})).toEqual([0, 1, 2, 3]);
  });
});
