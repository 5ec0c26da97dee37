import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Candidate, reRanked } from '../../search-index/engines/meilisearch/re-ranking.ts';
import {
  decodeWeighedWords,
  encodeWeighedWords,
  fieldsOfWords,
  type Weight,
} from '../../search-index/engines/meilisearch/weighed-words.ts';
import type { QueryWord } from '../../search-index/query.ts';
import { wordsOfEntry } from '../../search-index/words-of-entry.ts';
import { editDistance } from '../../shared/edit-distance.ts';
import { entry, section } from './entries.ts';

const word = (text: string, more: Partial<QueryWord> = {}): QueryWord => {
  return { text, written: text, prefix: false, lemmas: [text], runs: [], resembling: [], ...more };
};

interface Described {
  readonly lemmas?: Record<string, Weight>;
  readonly parts?: Record<string, Weight>;
  readonly forms?: readonly string[];
  readonly length?: number;
  readonly title?: string;
  readonly missing?: readonly number[];
}

function candidate(id: string, described: Described = {}): Candidate {
  const { lemmas = {}, parts = {}, forms = [], length = 100, title = '', missing = [] } = described;
  return {
    id,
    entry: { title, themes: [], keywords: [], organisations: [], series: null },
    weighed: {
      length,
      lemma: (lemma) => lemmas[lemma],
      part: (lemma) => parts[lemma],
      isWritten: (form) => forms.includes(form),
    },
    missing,
  };
}

const body = (occurrences: number): Weight => ({ strong: 0, body: occurrences });
const order = (
  candidates: readonly Candidate[],
  words: readonly QueryWord[],
  matching = words.map(() => 5),
) => reRanked(candidates, words, { documents: 100, matching }).map(({ id }) => id);

describe('The order of candidates', () => {
  test('is as written, inflected, a run, a part, a beginning, what was meant', () => {
    const asked = word('huizen', {
      lemmas: ['huis'],
      prefix: true,
      runs: [['bouw', 'werk']],
      resembling: ['huisjes'],
    });
    const candidates = [
      candidate('f meant', { lemmas: { huisjes: body(1) } }),
      candidate('e beginning'),
      candidate('d part', { parts: { huis: body(1) } }),
      candidate('c run', { lemmas: { bouw: body(1), werk: body(3) } }),
      candidate('b inflected', { lemmas: { huis: body(1) } }),
      candidate('a written', { lemmas: { huis: body(1) }, forms: ['huizen'] }),
    ];
    expect(order(candidates, [asked])).toEqual([
      'a written',
      'b inflected',
      'c run',
      'd part',
      'e beginning',
      'f meant',
    ]);
  });

  test('goes by where, how often and how rare, and discounts length', () => {
    const zorg = word('zorg');
    expect(
      order(
        [
          candidate('body', { lemmas: { zorg: body(3) } }),
          candidate('title', { lemmas: { zorg: { strong: 8, body: 0 } } }),
        ],
        [zorg],
      ),
    ).toEqual(['title', 'body']);
    expect(
      order(
        [
          candidate('long', { lemmas: { zorg: body(3) }, length: 1_000 }),
          candidate('short', { lemmas: { zorg: body(3) } }),
        ],
        [zorg],
      ),
    ).toEqual(['short', 'long']);
    const [common, rare] = [word('zorg'), word('robot')];
    expect(
      order(
        [
          candidate('common', { lemmas: { zorg: body(4), robot: body(1) } }),
          candidate('rare', { lemmas: { zorg: body(1), robot: body(4) } }),
        ],
        [common, rare],
        [60, 2],
      ),
    ).toEqual(['rare', 'common']);
  });

  test('is that of the scores worked out by hand', () => {
    // ln(1 + (100 - 10 + 0.5) / (10 + 0.5)) = 2.2638; both of the usual length, so 2.2638 · 2.2 · tf / (tf + 1.2):
    // as written once tf 1.25, score 2.5411; inflected twice tf 2, score 3.1127; three parts tf 1.5, score 2.7668.
    const candidates = [
      candidate('written once', { lemmas: { zorg: body(1) }, forms: ['zorg'] }),
      candidate('inflected twice', { lemmas: { zorg: body(2) } }),
      candidate('three parts', { parts: { zorg: body(3) } }),
    ];
    expect(order(candidates, [word('zorg')], [10])).toEqual([
      'inflected twice',
      'three parts',
      'written once',
    ]);
  });

  test('puts what lacks no word first, and breaks ties by id', () => {
    const words = [word('zorg'), word('tuin')];
    expect(
      order(
        [
          candidate('c', { lemmas: { zorg: body(9) }, missing: [1] }),
          candidate('b', { lemmas: { zorg: body(1), tuin: body(1) } }),
          candidate('a', { lemmas: { zorg: body(1), tuin: body(1) } }),
        ],
        words,
      ),
    ).toEqual(['a', 'b', 'c']);
  });
});

describe('Weighed words', () => {
  const words = wordsOfEntry(
    entry('tuin', {
      title: 'Tuinen',
      keywords: ['Tuin'],
      mentions: ['De Linde'],
      text: [section('Over de tuin', 'Een tuin en nog een tuin, ouderenzorg.')],
    }),
  );
  const weighed = decodeWeighedWords(words.length, encodeWeighedWords(words));

  test('come back by field', () => {
    // Title 8, heading 4, name 4; twice in the text.
    expect(weighed.lemma('tuin')).toEqual({ strong: 16, body: 2 });
    expect(weighed.lemma('linde')).toEqual({ strong: 1.5, body: 0 });
    expect(weighed.part('zorg')).toEqual({ strong: 0, body: 1 });
    expect(weighed.lemma('zorg')).toBeUndefined();
    expect([weighed.isWritten('tuinen'), weighed.isWritten('tuintje')]).toEqual([true, false]);
  });

  test('need only the fields of the words that are looked up', () => {
    const record = encodeWeighedWords(words);
    const fields = fieldsOfWords(['tuin']);
    const few = decodeWeighedWords(1, Object.fromEntries(fields.map((name) => [name, record[name]])));
    expect(few.lemma('tuin')).toEqual(weighed.lemma('tuin'));
  });
});

describe('The distance between two words', () => {
  test('counts letters wrong, left out, added and swapped', () => {
    for (const [typed, meant, errors] of [
      ['zorg', 'zorg', 0],
      ['zrog', 'zorg', 1],
      ['zog', 'zorg', 1],
      ['zoorg', 'zorg', 1],
      ['zarg', 'zorg', 1],
      ['ozrg', 'zorg', 1],
      ['orgz', 'zorg', 2],
      ['', 'zorg', 4],
    ] as const) {
      expect(editDistance(typed, meant), `${typed} ${meant}`).toBe(errors);
    }
    expect(editDistance('verplege', 'verpleeghuis', { prefix: true })).toBe(1);
    expect(editDistance('verplege', 'verpleeghuis')).toBe(5);
  });

  test('is the same both ways', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(fc.property(letters, letters, (a, b) => editDistance(a, b) === editDistance(b, a)));
  });
});
