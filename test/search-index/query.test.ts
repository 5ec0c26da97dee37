import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inTwoWords, isBlank, parseQuery, wordsAtHyphens } from '../../search-index/query.ts';
import { holdsWord } from '../../shared/visible-text.ts';

/** `word`, `word*` for a beginning, `"a phrase"` and `-"excluded"`, in one line. */
function shown(q: string, prefix = true): string {
  const { words, phrases, excluded } = parseQuery(q, { prefix });
  return [
    ...words.map((word) => word.text + (word.prefix ? '*' : '')),
    ...phrases.map((phrase) => `"${phrase.forms.join(' ')}"`),
    ...excluded.map((sequence) => `-"${sequence.forms.join(' ')}"`),
  ].join(' ');
}

describe('A query', () => {
  test.each([
    ['Digitale ZORG', 'digitale zorg*'],
    ['zorg ', 'zorg'],
    ['zorg\u00A0', 'zorg'],
    ['zorg?', 'zorg*'],
    ['zorg z', 'zorg z'],
    ['covid-19', 'covid 19'],
    ['e-mail', 'email*'],
    ["foto's", 'fotos*'],
    ['zorg zorg', 'zorg'],
    ['', ''],
    [' ?!', ''],
  ])('asks for words, the last as a beginning: %j', (q, expected) => {
    expect(shown(q)).toBe(expected);
  });

  test('asks for whole words only when it is told so', () => {
    expect(shown('digitale zorg', false)).toBe('digitale zorg');
  });

  test.each([
    ['hoe kan ik mijn buurvrouw helpen', 'buurvrouw helpen*'],
    ['zorg voor de ', 'zorg'],
    ['zorg voor', 'zorg'],
    ['wie zijn wij', 'wie zijn wij*'],
    ['de', 'de*'],
    ['de "vrije dag"', '"vrije dag"'],
    ['de -"vrije dag"', 'de -"vrije dag"'],
  ])('leaves function words out unless it has no others: %j', (q, expected) => {
    expect(shown(q)).toBe(expected);
  });

  test.each([
    ['"van regels naar relaties"', '"van regels naar relaties"'],
    ['“Van Regels” zorg', 'zorg* "van regels"'],
    ['„van regels”zorg', 'zorg* "van regels"'],
    ['zorg "A4', 'zorg a4'],
    ['"digitale opscha', 'digitale opscha*'],
    ['zorg "', 'zorg'],
    ['"" zorg', 'zorg*'],
    ['"één" "twee', 'twee* "een"'],
  ])('keeps the words between a pair of quotation marks together: %j', (q, expected) => {
    expect(shown(q)).toBe(expected);
  });

  test.each([
    ['zorg -digitaal', 'zorg -"digitaal"'],
    ['zorg -digitaal ', 'zorg -"digitaal"'],
    ['zorg -digitaal thuis', 'zorg thuis* -"digitaal"'],
    ['zorg -e-health', 'zorg -"ehealth"'],
    ['zorg -de', 'zorg -"de"'],
    ['"lange dag" -kort', '"lange dag" -"kort"'],
    ['zorg -"lange dag"', 'zorg -"lange dag"'],
    ['zorg - digitaal', 'zorg digitaal*'],
    ['zorg-digitaal', 'zorgdigitaal*'],
    ['zorg- en welzijn', 'zorg welzijn*'],
    ['"lange dag"-kort', 'kort* "lange dag"'],
    ['-digitaal', 'digitaal*'],
    ['-digitaal zorg', 'digitaal zorg*'],
    [' -digitaal', 'digitaal*'],
    [' -lang -kort', 'lang kort*'],
    [' -"lange dag"', '"lange dag"'],
    ['zorg --digitaal', 'zorg digitaal*'],
  ])('excludes what follows a space and a hyphen, beside something else: %j', (q, expected) => {
    expect(shown(q)).toBe(expected);
  });

  test('keeps the words as typed, for telling the reader', () => {
    expect(parseQuery('Ideee\u0308n ').words).toMatchObject([
      { text: 'ideeen', written: 'Ideee\u0308n', prefix: false },
    ]);
  });

  const word = (q: string, at = 0) => parseQuery(q).words[at];

  test('asks for lemmas, and for a second reading too', () => {
    expect(word('cliëntenraden ')?.lemmas).toEqual(['clientenraad']);
    expect(word('staat ')?.lemmas).toEqual(['staan', 'staat']);
  });

  test('asks for all parts of a compound next to each other', () => {
    expect(word('zorgorganisaties ')?.runs).toEqual([['zorg', 'organisatie']]);
    expect(word('maatregel ')?.runs).toEqual([]);
  });

  test('asks for two words as one too, where only a space is between them', () => {
    expect(word('mantel zorg ')?.runs).toEqual([['mantelzorg']]);
    expect(word('mantel zorg ', 1)?.runs).toEqual([['mantelzorg']]);
    expect(word('mantel, zorg ')?.runs).toEqual([]);
    expect(word('zorg en mantel ')?.runs).toEqual([]);
  });

  test('asks for what stands for the same in the field, both ways or one', () => {
    expect(word('wzd ')?.runs).toEqual([['wet', 'zorg', 'en', 'dwang']]);
    for (const at of [0, 1, 2]) expect(word('wetten zorg en dwang ', at)?.runs).toContainEqual(['wzd']);
    expect(word('bejaardentehuizen ')?.runs).toContainEqual(['verpleeghuis']);
    expect(word('verpleeghuis ')?.runs).not.toContainEqual(['bejaardentehuis']);
  });

  test('demands every word at first', () => {
    expect(parseQuery('zorg voor morgen ').sufficient).toEqual([[0, 1]]);
    expect(parseQuery('').sufficient).toEqual([[]]);
  });

  test.each([
    ['buurt-feest ', ['buurt', 'feest']],
    ['buurtfeest ', ['buurtfeest']],
    ['-', []],
  ])('can be taken apart at its hyphens: %j', (q, expected) => {
    expect(
      parseQuery(q)
        .words.flatMap(wordsAtHyphens)
        .map(({ text }) => text),
    ).toEqual(expected);
  });

  test('can be taken apart into any two words, but not what a few signs fold to', () => {
    expect(parseQuery('buurtfeest ').words.flatMap((each) => inTwoWords(each).runs)).toContainEqual([
      'buurt',
      'feest',
    ]);
    const [sign] = parseQuery('\ufdfa'.repeat(512)).words;
    expect(sign?.text.length).toBeGreaterThan(5_000);
    expect(sign && inTwoWords(sign).runs).toEqual([]);
  });

  test.each(['\u00ad', '\u3164', '\u200b \u2800', '"\u3164"', ' -\u202e', '\ud800', '\ufe0f\u{e0041}'])(
    'that shows nothing asks for nothing: %j',
    (q) => {
      expect(isBlank(parseQuery(q))).toBe(true);
    },
  );

  test.each([
    ['ver\u00adpleeg\u200bhuis', 'verpleeghuis*'],
    ['zorg \u200b-w\u00admo', 'zorg -"wmo"'],
    ['"van\u2028\u00adregels naar"\u200b', '"van regels naar"'],
    ['foto\u2060’\u200bs\u2028', 'fotos'],
    ['10\u00adkm', '10 km*'],
  ])('that holds signs which show nothing asks what it reads as: %j', (q, expected) => {
    expect(shown(q)).toBe(expected);
  });

  test('can be anything, and asks for something whenever it holds a word', () => {
    const typed = fc.array(
      fc.oneof(fc.constantFrom('"', '“', '-', ' ', ' -', ' -"', 'de', 'zorg', 'A4', "'"), fc.string()),
    );
    fc.assert(
      fc.property(typed, fc.boolean(), (pieces, prefix) => {
        const q = pieces.join('');
        const query = parseQuery(q, { prefix });
        const demands = query.words.length + query.phrases.length;
        expect(demands > 0).toBe(holdsWord(q.normalize('NFKD')));
        expect(isBlank(query)).toBe(demands === 0);
        expect(query.words.filter((word) => word.prefix).length).toBeLessThanOrEqual(prefix ? 1 : 0);
      }),
      { numRuns: 2_000 },
    );
  });
});
