import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnalyser, type Token } from '../../search-index/dutch/analyser.ts';

const analyser = createAnalyser();
const lemma = (word: string) => analyser.analyseWord(word).lemma;
const parts = (word: string) => analyser.analyseWord(word).parts;

function tokenAt(text: string, written: string): Token {
  const token = analyser.analyse(text).find(({ start, end }) => text.slice(start, end) === written);
  if (token === undefined) throw new Error(`No token is written "${written}" in "${text}".`);
  return token;
}

describe('one spelling for what is written in several ways', () => {
  test.each([
    ['e-health', 'ehealth'],
    ['subsidie-aanvraag', 'subsidieaanvraag'],
    ['Waarde-vol', 'waardevol'],
    ['Ĳsland', 'IJsland'],
    ['cliënt', 'clie\u0308nt'],
    ['ﬁets', 'fiets'],
    ['foto’s', "foto's"],
    ['m.b.t.', 'mbt'],
    ['o.a.', 'oa'],
    ['t/m', 'tm'],
    ['1.000', '1000'],
    ['verpleeg\u00ADhuis', 'verpleeghuis'],
    ['verpleeg-\nhuis', 'verpleeghuis'],
  ])('%s is %s', (one, other) => {
    const [first, second] = [analyser.analyse(one), analyser.analyse(other)];
    expect(first.map((token) => token.folded)).toEqual(second.map((token) => token.folded));
    expect(first.map((token) => token.lemma)).toEqual(second.map((token) => token.lemma));
  });

  test('a measure is cut from its number, by a closed list of units', () => {
    const folded = (text: string) => analyser.analyse(text).map((token) => token.folded);
    expect(folded('10km')).toEqual(folded('10 km'));
    expect(folded('A4 covid-19 2e H2O')).toEqual(['a4', 'covid', '19', '2e', 'h2o']);
    expect(folded('1-1-2021 en 12.30 uur')).toEqual(['1', '1', '2021', 'en', '12', '30', 'uur']);
  });

  test("an apostrophe sets off an ending, or another word (zo'n, 't)", () => {
    expect(lemma("ECD's")).toBe(lemma('ECD'));
    expect(analyser.analyse("zo'n ’t Zorghuus").map((token) => token.folded)).toEqual([
      'zo',
      'n',
      't',
      'zorghuus',
    ]);
  });
});

describe('compounds', () => {
  test('verpleeghuis and "verpleeg huis" have the same parts', () => {
    expect(parts('verpleeghuis')).toEqual(analyser.analyse('verpleeg huis').map((token) => token.lemma));
  });

  test.each([
    'maatregel',
    'veiligheid',
    'verzorging',
    'maatschappelijk',
    'Amsterdam',
    'Brentano',
    'onderwijs',
  ])('%s stays whole', (word) => expect(parts(word)).toEqual([]));

  test('the last part of a compound is a noun where it can be one', () => {
    expect(lemma('rechtsstaten')).toBe(lemma('rechtsstaat'));
    expect(parts('rechtsstaat').at(-1)).toBe('staat');
  });

  test('a homograph has its second reading too', () => {
    expect(analyser.analyseWord('staat')).toMatchObject({ lemma: 'staan', also: ['staat'] });
  });
});

describe('words of which a part was left out', () => {
  test.each([
    ['zorg- en onderwijsorganisaties', 'zorg', 'zorgorganisaties'],
    ['jeugd-, ouderen- en gehandicaptenzorg', 'jeugd', 'jeugdzorg'],
    ['huur- en/of koopcontract', 'huur', 'huurcontract'],
    ['voor- en nadelen', 'voor', 'voordelen'],
    ['reflectiegesprekken of – bijeenkomsten', 'bijeenkomsten', 'reflectiebijeenkomsten'],
    ['zorgverleners en -vragers', 'vragers', 'zorgvragers'],
    ['een (mede)zeggenschap', '(mede)zeggenschap', 'zeggenschap'],
    ['een (mede-)zeggenschap', '(mede-)zeggenschap', 'zeggenschap'],
    ['de (para)medici', '(para)medici', 'medici'],
  ])('%s: %s is %s too', (text, written, whole) => {
    expect(tokenAt(text, written).also).toContain(lemma(whole));
  });

  test('(mede)zeggenschap is medezeggenschap, marked with its brackets', () => {
    expect(tokenAt('over (mede)zeggenschap.', '(mede)zeggenschap').lemma).toBe(lemma('medezeggenschap'));
  });

  test('a dash between clauses leaves nothing out', () => {
    const text = 'wij spraken over zorgorganisaties – bewoners waren erbij';
    expect(tokenAt(text, 'bewoners').also).toEqual([]);
  });

  test('an abbreviation in brackets is a word of its own', () => {
    expect(analyser.analyse('zorg en dwang(Wzd)').map((token) => token.folded)).toEqual([
      'zorg',
      'en',
      'dwang',
      'wzd',
    ]);
  });
});

describe('verbs apart from their particle', () => {
  test.each([
    ['Wij nemen actief deel aan het overleg.', 'nemen', 'deelnemen'],
    ['In totaal nemen 25 huizen deel.', 'deel', 'deelnemen'],
    ['om samen terug te kijken', 'kijken', 'terugkijken'],
    ['Zij meldt zich morgen aan.', 'meldt', 'aanmelden'],
    ['dat hij deelneemt', 'deelneemt', 'deelnemen'],
  ])('%s: %s is %s', (text, written, whole) => {
    const token = tokenAt(text, written);
    expect([token.lemma, ...token.also]).toContain(lemma(whole));
  });

  test.each([
    ['Wij nemen een deel van de zorg.', 'deel'],
    ['Hij neemt plaatsen in de zaal.', 'plaatsen'],
    ['Zij kijken aan het raam naar buiten.', 'aan'],
  ])('%s: %s stands for itself', (text, written) => {
    expect(tokenAt(text, written).also).toEqual([]);
  });
});

test('surnames with particles are phrases of their own, places are not', () => {
  const phrases = (text: string) =>
    analyser
      .analyse(text)
      .filter((token) => token.phrase !== null)
      .map((token) => token.folded)
      .join(' ');
  expect(phrases('Elly van der Wijk sprak')).toBe('van der wijk');
  expect(phrases('van der wijk')).toBe('van der wijk');
  expect(phrases('met Heidi de Bruijn')).toBe('de bruijn');
  expect(phrases('de inwoners van de wijk')).toBe('');
  expect(phrases('de gemeente van Utrecht')).toBe('');
});

/** Strings as texts have them, and as they never should: letters, marks, punctuation, anything. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          'zorg',
          'Verpleeghuis',
          'cliënt',
          'clie\u0308nt',
          'Ĳ',
          'ﬁ',
          'deel',
          'neemt',
          'te',
          'van',
          'der',
          '10km',
        ],
        ...[
          '-',
          '–',
          '(',
          ')',
          "'",
          '’',
          '.',
          '/',
          ' ',
          '\n',
          '\u00AD',
          '\u200D',
          '1.000',
          's',
          'en',
          '😀',
          'ß',
          '\u0301',
        ],
      ),
      { maxLength: 40 },
    )
    .map((bits) => bits.join('')),
);

test('analysing never throws, and places stay inside the text, rise and never overlap', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let from = 0;
      for (const token of analyser.analyse(text)) {
        expect(token.start).toBeGreaterThanOrEqual(from);
        expect(token.end).toBeGreaterThan(token.start);
        expect(token.end).toBeLessThanOrEqual(text.length);
        expect(token.folded).not.toBe('');
        expect(token.lemma).not.toBe('');
        from = token.end;
      }
    }),
    { numRuns: 3_000 },
  );
});

test('the surface parts of any word, joined, are the word', () => {
  fc.assert(
    fc.property(anyText, (word) => {
      expect(analyser.analyseWord(word).surfaces.join('')).toBe(word);
    }),
    { numRuns: 3_000 },
  );
});

test('the cache changes nothing but speed', () => {
  const uncached = createAnalyser({ cacheSize: 0 });
  const tiny = createAnalyser({ cacheSize: 2 });
  fc.assert(
    fc.property(anyText, (text) => {
      const expected = uncached.analyse(text);
      expect(tiny.analyse(text)).toEqual(expected);
      expect(analyser.analyse(text)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('a folded word looked up is what the analyser makes of it alone', () => {
  const { lemma, also, parts } = tokenAt('Cliëntenraden', 'Cliëntenraden');
  expect(analyser.lookUp('clientenraden')).toMatchObject({ lemma, also, parts });
  expect(analyser.lookUp('staat')).toMatchObject({ lemma: 'staan', also: ['staat'], parts: [] });
  expect(analyser.lookUp('a4')).toMatchObject({ lemma: 'a4', also: [], parts: [] });
});

test('a word built to divide in very many ways is still done at once', () => {
  for (const bit of ['zee', 'ei', 'an', 'dag', 'zorgzorg']) {
    const started = performance.now();
    analyser.analyseWord(bit.repeat(20_000));
    analyser.analyseWord(bit.repeat(20).slice(0, 64));
    expect(performance.now() - started).toBeLessThan(1_000);
  }
});
