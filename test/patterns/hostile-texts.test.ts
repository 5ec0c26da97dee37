import { describe, expect, test } from 'vitest';
import { toCanonical } from '../../functions/ingest-document/metadata.ts';
import { readFields } from '../../functions/ingest-document/metadata-fields.ts';
import { readFrontMatter } from '../../functions/ingest-document/readers/front-matter.ts';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import { seriesInTitle } from '../../functions/ingest-document/series.ts';
import { likelyPassages } from '../../search-index/likely-passages.ts';
import { mark } from '../../search-index/marking.ts';
import { matcherOf } from '../../search-index/occurrences.ts';
import { bestPassages, markedPassage } from '../../search-index/passages.ts';
import { portionsOf } from '../../search-index/portions.ts';
import { inTwoWords, parseQuery, wordsAtHyphens } from '../../search-index/query.ts';
import { wordsOfEntry } from '../../search-index/words-of-entry.ts';
import type { Passage } from '../../shared/document.ts';
import { createLinker } from '../../shared/linking.ts';
import { RefusedError } from '../../shared/refusal.ts';
import { entry } from '../search-index/entries.ts';
import { hostileTexts } from './hostile-texts.ts';

/** UTF-16 units of each text; with more of them also what is merely slow shows: `HOSTILE_LENGTH=1600000`. */
const length = Number(process.env.HOSTILE_LENGTH ?? 60_000);

/**
 * Milliseconds of processor time, not of the clock, for a text in one kind of file. What goes through such a text once
 * takes a tenth at most, on a busy machine too; what takes the square of it takes as much and soon the whole of it.
 */
const atMost = (2_000 * length) / 60_000;

/** Milliseconds of processor time for what a visitor asks. */
const atMostForQuery = 500;

const today = '2026-11-30';
const link = createLinker([
  { type: 'organisation', slug: 'surplus', label: 'Surplus', aliases: [], common: true },
  { type: 'organisation', slug: 'de-brug', label: 'De Brug', aliases: ['a a a a'] },
]);

async function processorTime(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const passage = (...texts: string[]): Passage => ({
  anchor: { type: 'section', number: 1, heading: null },
  level: 1,
  blocks: texts.map((text) => ({ type: 'paragraph', text })),
});

const names = Object.keys(hostileTexts);
const textOf = (name: string, characters = length) => hostileTexts[name]?.(characters) ?? '';

describe('hostile texts are read and linked once through', () => {
  describe.each(['txt', 'md', 'html'])('as .%s', (extension) => {
    test.each(names)('%s', async (name) => {
      const bytes = new TextEncoder().encode(textOf(name));
      const spent = await processorTime(async () => {
        try {
          const key = `public/a.${extension}`;
          link(toCanonical(await readUpload({ bytes, key }, today), [], key, today));
        } catch (error) {
          // A text without words is refused; any other error is a fault.
          if (!(error instanceof RefusedError)) throw error;
        }
      });
      expect(spent).toBeLessThan(atMost);
    });
  });

  test.each(names)('as metadata: %s', async (name) => {
    const text = textOf(name);
    const spent = await processorTime(() => {
      seriesInTitle(text);
      for (const field of ['title', 'series', 'keywords', 'date', 'url', 'visibility', 'language'])
        readFields({ [field]: text }, [{ name: field, value: text }], 'object-metadata', today);
      const { fields, statements } = readFrontMatter(text.replace(/^---\n/, ''));
      readFields(fields, statements, 'sidecar', today);
    });
    expect(spent).toBeLessThan(atMost);
  });
});

describe('hostile texts are searched once through', () => {
  const query = parseQuery('a zorg "b c" van de wijk surplus');
  const matcher = matcherOf(query);

  test.each(names)('%s', async (name) => {
    const text = textOf(name);
    const parts = Array.from({ length: 20 }, (_, at) =>
      text.slice((at * length) / 20, ((at + 1) * length) / 20),
    );
    const spent = await processorTime(() => {
      mark(text, 'nl', matcher);
      bestPassages([passage(text)], 'nl', matcher);
      markedPassage(passage(...parts), 'nl', matcher);
      likelyPassages(query)(parts.map((part) => passage(part)));
      portionsOf([passage(text.repeat(5))]);
      wordsOfEntry({ ...entry('a'), title: text.slice(0, 1_000), passages: [passage(text)] });
    });
    expect(spent).toBeLessThan(atMost);
  });

  test.each(names)('as a question: %s', async (name) => {
    const text = textOf(name, 512).slice(0, 512);
    const spent = await processorTime(() => {
      const asked = parseQuery(text);
      for (const word of asked.words) {
        wordsAtHyphens(word);
        inTwoWords(word);
      }
      likelyPassages(asked);
      mark(text, 'nl', matcherOf(asked));
    });
    expect(spent).toBeLessThan(atMostForQuery);
  });
});
