import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allWords, buildAutomaton, numberOf, wordsFrom } from '../../search-index/dutch/automaton.ts';
import { buildLexicon } from '../../search-index/dutch/build-artefact.ts';
import { Lexicon, lexiconFile, readLexicon } from '../../search-index/dutch/lexicon.ts';

test('the committed lexicon is what the packages give, byte for byte, every time', {
  timeout: 120_000,
}, () => {
  const committed = createHash('sha256').update(readFileSync(lexiconFile)).digest('hex');
  const built = createHash('sha256').update(buildLexicon()).digest('hex');
  expect(built).toBe(committed);
});

test('the lexicon loads; its time and size are printed, not asserted', () => {
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    readLexicon();
    return performance.now() - started;
  });
  const bytes = readFileSync(lexiconFile).length;
  console.log(
    `lexicon.bin: ${(bytes / 1e6).toFixed(2)} MB, ${readLexicon().size} forms, first load ${times[0]?.toFixed(1)} ms, best of 5 ${Math.min(...times).toFixed(1)} ms`,
  );
});

test('a lexicon of another version says how to get the right one', () => {
  const file = new Uint8Array(readFileSync(lexiconFile));
  file[4] = 99;
  expect(() => new Lexicon(file)).toThrow(/version 99.*build-artefact/);
});

test('an automaton numbers its words in order and knows no others', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'z'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 60 }), word, (unsorted, other) => {
      const words = unsorted.toSorted();
      const automaton = buildAutomaton(words);
      expect([...allWords(automaton)]).toEqual(words);
      for (const [place, one] of words.entries()) expect(numberOf(automaton, one)).toBe(place);
      expect(numberOf(automaton, other)).toBe(words.indexOf(other));
      const found: string[] = [];
      wordsFrom(automaton, other, 0, (end, number) => {
        expect(words[number]).toBe(other.slice(0, end));
        found.push(other.slice(0, end));
      });
      expect(found).toEqual(
        words.filter((one) => other.startsWith(one)).toSorted((x, y) => x.length - y.length),
      );
    }),
  );
});
