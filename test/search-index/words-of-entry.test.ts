import { describe, expect, test } from 'vitest';
import { boundary, wordsOfEntry } from '../../search-index/words-of-entry.ts';
import { entry, section } from './entries.ts';

describe('The words of an entry', () => {
  test('are lemmas in their places, the different words as written, and parts in runs', () => {
    const { body } = wordsOfEntry(
      entry('x', { text: 'Cliëntenraden werken en werkten voor zorg- en onderwijsorganisaties.' }),
    );
    expect(body.lemmas).toBe('clientenraad werk en werk voor zorg en onderwijsorganisatie');
    expect(body.forms).toBe('clientenraden werken werkten zorg onderwijsorganisaties');
    expect(body.parts).toBe(
      ['client raad', 'zorgorganisatie', 'onderwijs organisatie']
        .map((run) => `${run} ${boundary}`)
        .join(' '),
    );
  });

  test('keep passages, headings and names apart', () => {
    const words = wordsOfEntry(
      entry('x', {
        text: [section('Het begin', 'Een zin.'), section(null, 'Nog een zin.')],
        themes: ['Wonen'],
        keywords: ['Zorg thuis'],
        mentions: ['De Linde'],
        alsoNamed: ['Lindehof'],
      }),
    );
    expect(words.body.lemmas).toBe(`een zin ${boundary} nog een zin`);
    expect(words.headings.lemmas).toBe('het begin');
    expect(words.names.lemmas).toBe(`wonen ${boundary} zorg thuis`);
    expect(words.mentions.forms).toBe('linde lindehof');
    expect(words.passages.map(({ heading }) => heading.lemmas)).toEqual(['het begin', '']);
  });

  test('are as written in another language, but for the names', () => {
    const made = { ...entry('x', { text: 'Nursing homes', keywords: ['Verpleeghuizen'] }), language: 'en' };
    const { body, names } = wordsOfEntry(made);
    expect(body).toEqual({ lemmas: 'nursing homes', forms: 'nursing homes', parts: '' });
    expect(names.lemmas).toBe('verpleeghuis');
  });
});
