import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mark, markBeginnings } from '../../search-index/marking.ts';
import { matcherOf } from '../../search-index/occurrences.ts';
import { parseQuery } from '../../search-index/query.ts';
import { bracketed, joined } from './entries.ts';

const marked = (text: string, q: string) => bracketed(mark(text, 'nl', matcherOf(parseQuery(q))));

describe('Marking', () => {
  test.each([
    ['Zorg en zorgen.', 'zorg', '[Zorg] en [zorgen].'],
    ['Zorgzaam en zorg.', 'zorg ', 'Zorgzaam en [zorg].'],
    ['Ideee\u0308n en co\u00F6peraties', 'ideeën cooperaties ', '[Ideee\u0308n] en [co\u00F6peraties]'],
    ['de \u0132ssel', 'ijssel', 'de [\u0132ssel]'],
    ['een verpleeg\u00ADhuis', 'verpleeghuis', 'een [verpleeg\u00ADhuis]'],
    ['een ver\u200Bpleeg\uFEFF\u3164huis hier', 'verpleeghuis', 'een [ver\u200Bpleeg\uFEFF\u3164huis] hier'],
    ['een verpleeghuis hier', 'ver\u202Epleeg\u00ADhuis\u2066 ', 'een [verpleeghuis] hier'],
    ['een 👩\u200D🚒 helpt', 'helpen ', 'een 👩\u200D🚒 [helpt]'],
  ])('takes whole words, as they are written: %j for %j', (text, q, expected) => {
    expect(marked(text, q)).toBe(expected);
  });

  test.each([
    ['De foto’s van toen', 'foto ', 'De [foto’s] van toen'],
    ["De foto's van toen", 'foto’s ', "De [foto's] van toen"],
    ['Het ECD’s en A4’tje', 'ecd a4 ', 'Het [ECD’s] en [A4]’tje'],
    ['’t Zorghuus', 'zorghuus', '’t [Zorghuus]'],
    ['van d’Ancona’s hand', 'ancona ', 'van d’[Ancona’s] hand'],
    ['‘zorg’ en ‘thuis’', 'zorg thuis', '‘[zorg]’ en ‘[thuis]’'],
    ['rock ’n roll', 'rock roll', '[rock] ’n [roll]'],
  ])('goes over an apostrophe within a word only: %j for %j', (text, q, expected) => {
    expect(marked(text, q)).toBe(expected);
  });

  test.each([
    ['Zij werkten aan ideeën.', 'idee werken ', 'Zij [werkten] aan [ideeën].'],
    ['De verpleeghuiszorg van nu', 'zorg ', 'De [verpleeghuiszorg] van nu'],
    ['Centrale cliëntenraden', 'raad ', 'Centrale [cliëntenraden]'],
    ['Een maatregel per kwartier', 'regel kwart ', 'Een maatregel per kwartier'],
    ['zorg- en onderwijsorganisaties', 'zorgorganisaties ', '[zorg]- en onderwijsorganisaties'],
    [
      'organisaties voor zorg, zorg organisaties',
      'zorgorganisatie ',
      'organisaties voor zorg, [zorg] [organisaties]',
    ],
    [
      'Een verpleeg-\nhuis en een verpleeg huis',
      'verpleeghuis ',
      'Een [verpleeg-\nhuis] en een [verpleeg] [huis]',
    ],
    ['(mede)zeggenschap', 'zeggenschap ', '[(mede)zeggenschap]'],
    ['Hij neemt vaak deel.', 'deelnemen ', 'Hij [neemt] vaak [deel].'],
    ['De Wet zorg en dwang (Wzd)', 'wzd ', 'De [Wet] [zorg] [en] [dwang] ([Wzd])'],
    ['e-health, eHealth en e health', 'ehealth ', '[e-health], [eHealth] en [e] [health]'],
  ])('takes what is found through a lemma, a part or a synonym: %j for %j', (text, q, expected) => {
    expect(marked(text, q)).toBe(expected);
  });

  test('takes words of another language only as they are written', () => {
    const inEnglish = (text: string, q: string) => bracketed(mark(text, 'en', matcherOf(parseQuery(q))));
    expect(inEnglish('A nursing home; nursing homes.', 'nursing home ')).toBe(
      'A [nursing] [home]; [nursing] homes.',
    );
    expect(inEnglish('Nursing homes.', '"nursing homes"')).toBe('[Nursing] [homes].');
  });

  test('takes the words of a phrase only where the phrase stands', () => {
    expect(marked('Regels: van regels\nnaar relaties, van relaties.', '"van regels naar relaties"')).toBe(
      'Regels: [van] [regels]\n[naar] [relaties], van relaties.',
    );
    expect(marked('De dag: de lange dag.', '"lange dag" dag ')).toBe('De [dag]: de [lange] [dag].');
  });

  test('leaves out what is excluded, and function words that did not count', () => {
    expect(marked('De zorg in het digitale huis', 'de zorg -digitale')).toBe(
      'De [zorg] in het digitale huis',
    );
    expect(marked('Wie wij zijn', 'wie zijn wij')).toBe('[Wie] [wij] [zijn]');
  });

  test('never changes the text, and never marks a word that was not asked for', () => {
    const text = fc.string({
      unit: fc.constantFrom('zorg', 'Zorg’s', 'e\u0301', ' ', '’', '-', '\n', 'dag', '½', '👵'),
    });
    const asked = fc.string({ unit: fc.constantFrom('zorg', 'dag', 'é', ' ', '"', ' -', '½') });
    fc.assert(
      fc.property(text, asked, (any, q) => {
        const parts = mark(any, 'nl', matcherOf(parseQuery(q)));
        expect(joined(parts)).toBe(any);
        expect(parts.every(([part]) => part !== '')).toBe(true);
        expect(parts.some(([, matched], at) => matched && parts[at + 1]?.[1] === true)).toBe(false);
        if (!/zorg/.test(q)) expect(parts.filter(([, matched]) => matched).join()).not.toMatch(/^zorg$/i);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('Marking a suggestion', () => {
  test.each([
    ['Digitale zorg', ['zo', 'dig'], '[Dig]itale [zo]rg'],
    ['Digitale zorg', ['d', 'digitaal'], '[D]igitale zorg'],
    ['Cafe\u0301s', ['cafe'], '[Cafe\u0301]s'],
    ['\u0132ssel', ['i'], '[\u0132]ssel'],
    ['Zorg', ['welzijn'], 'Zorg'],
  ])('takes the letters that were typed: %j', (label, beginnings, expected) => {
    expect(bracketed(markBeginnings(label, beginnings))).toBe(expected);
  });
});
