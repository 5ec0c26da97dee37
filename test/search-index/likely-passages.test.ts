import { describe, expect, test } from 'vitest';
import { likelyPassages } from '../../search-index/likely-passages.ts';
import { parseQuery } from '../../search-index/query.ts';
import { entry, section } from './entries.ts';

const filler = Array.from({ length: 6 }, (_, at) => section(`Deel ${at}`, 'Er gebeurde van alles.'));

const likely = (q: string, ...texts: readonly string[]) => {
  const { passages } = entry('x', { text: [...filler, ...texts.map((text) => section(null, text))] });
  return likelyPassages(parseQuery(q))(passages).map(({ blocks }) => blocks[0]?.text ?? '');
};

describe('A quick look at the passages of a document', () => {
  test('chooses those that hold the most of the query, in their order', () => {
    expect(likely('soep brood ', 'Brood.', 'Soep.', 'Soep en brood.', 'Water.')).toEqual([
      'Brood.',
      'Soep.',
      'Soep en brood.',
    ]);
  });

  test('knows lemmas, parts, beginnings and errors', () => {
    expect(likely('werken ', 'Zij werkten.')).toEqual(['Zij werkten.']);
    expect(likely('zorg ', 'De verpleeghuiszorg.')).toEqual(['De verpleeghuiszorg.']);
    expect(likely('moest', 'De moestuin.')).toEqual(['De moestuin.']);
  });

  test.each([
    ['raad ', 'Beide raden.'],
    ['lopen ', 'Hij loopt.'],
    ['zaken ', 'Een zaak.'],
    ['kaas ', 'Oude kazen.'],
    ['leven ', 'Zij leeft.'],
  ])('knows how the first syllable is spelled otherwise: %s in %s', (q, text) => {
    expect(likely(q, text)).toEqual([text]);
  });

  test('puts a compound above passages that only hold a part of it', () => {
    const parts = 'Cliënt en cliënt en cliënt.';
    expect(likely('cliëntenraden ', parts, parts, parts, 'Alle cliëntenraden.')).toContain(
      'Alle cliëntenraden.',
    );
  });

  test('leaves all passages when none seems to hold anything', () => {
    expect(likely('lopen ', 'Zij liepen.')).toHaveLength(7);
  });
});
