/** What the kill test applies, and what must then be there. */
import type { IndexChange, IndexEntry } from '../../search-index/search-index.ts';
import { entry, put, remove, section } from './entries.ts';

/** Documents in a batch: enough that writing them takes a while, in which the process can be killed. */
export const documentsInBatch = 25;

/** New documents of which every fifth is long, one that each batch replaces, and the removal of one from the batch before. */
export function batch(number: number): IndexChange[] {
  const replaced = entry('telkens', {
    revision: number + 1,
    title: `Stand ${number}`,
    text: `stand${number}`,
  });
  return [
    ...put(...documentsOf(number), replaced),
    ...(number > 0 ? [remove({ ...removedBy(number), revision: 2 }, { gone: true })] : []),
  ];
}

export function documentsOf(number: number): IndexEntry[] {
  return Array.from({ length: documentsInBatch }, (_, at) =>
    entry(`document-${number}-${at}`, {
      title: `Nummer ${number}`,
      keywords: [`Woord ${number % 7}`],
      text: Array.from({ length: 6 }, (_, part) =>
        section(
          `Deel ${part}`,
          prose(number * 100 + at * 10 + part, at % 5 === 0 ? 800 : 80),
          `Merkteken${number}.`,
        ),
      ),
    }),
  );
}

/** Every document of the generation, of which each has as many as the others. */
export function generationOf(number: number): IndexChange[] {
  return put(
    ...Array.from({ length: documentsInBatch }, (_, at) =>
      entry(`document-${at}`, { revision: number + 1, title: `Generatie ${number}`, text: `deel${at}` }),
    ),
  );
}

export function removedBy(number: number): IndexEntry {
  return entry(`document-${number - 1}-0`);
}

/** As many made-up words, differing from text to text, so that the index gets new words all the time. */
function prose(seed: number, words: number): string {
  return Array.from(
    { length: words },
    (_, at) => `woord${((seed * 7919 + at * at) % 50_000).toString(36)}`,
  ).join(' ');
}
