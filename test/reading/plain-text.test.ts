import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocks, headings, read, refusalOf } from './read.ts';

const prose =
  'In het huis aan de singel wonen veertig mensen, en van hen komen er elke week meer naar de tafel in de hal.';

/** An article as it is copied from a website: paragraphs on lines, a blank line between. */
const page = (...lines: string[]) => lines.join('\n\n');

describe('the title of a text', () => {
  test('is its first line, when that stands alone', async () => {
    const document = await read(page('Samen aan tafel: een jaar ‘later’', prose));
    expect(document.title).toEqual({ value: 'Samen aan tafel: een jaar ‘later’', origin: 'text' });
    expect(blocks(document)).toEqual([`paragraph: ${prose}`]);
  });

  test('is the first sentence, cut at a word within 80 characters, when the first line is running text', async () => {
    const { title } = await read(page(`${prose} Dat is nieuw.`, prose));
    expect(title).toEqual({
      value: 'In het huis aan de singel wonen veertig mensen, en van hen komen er elke week',
      origin: 'derived',
    });
  });

  test('is no address, byline or list line', async () => {
    expect((await read(page('www.voorbeeld.nl/tafel', prose))).title.origin).toBe('derived');
    expect((await read(page('door Anna de Wit', prose))).title.origin).toBe('derived');
  });
});

describe('the date of a text', () => {
  test.each([
    ['Geplaatst op 15 april 2021', '2021-04-15'],
    ['Geplaatst op\u00a015 april 2021', '2021-04-15'],
    ['Gepubliceerd op: donderdag 3 juni 2021, 10:30 uur', '2021-06-03'],
    ['Datum: 12 mrt. 2021', '2021-03-12'],
    ['Verschenen in maart 2021', '2021-03'],
    ['15-04-2021', '2021-04-15'],
    ['2021-04-15', '2021-04-15'],
    ['maart 2021', '2021-03'],
    ['Zwolle, 12 maart 2021', '2021-03-12'],
    ['Posted on April 15, 2021', '2021-04-15'],
  ])('stands in a line of its own near the top: %s', async (line, date) => {
    const document = await read(page('Aan tafel', line, prose));
    expect(document.publishedOn).toEqual({ value: date, origin: 'text' });
    expect(blocks(document)).toEqual([`paragraph: ${prose}`]);
  });

  test('may stand above the title, with who wrote it, who stays in the text', async () => {
    const document = await read(page('3 juni 2021 door Anna de Wit', 'Aan tafel', prose));
    expect(document.publishedOn?.value).toBe('2021-06-03');
    expect(blocks(document)).toContain('paragraph: door Anna de Wit');
  });

  test.each([
    ['in running text', page('Aan tafel', `Op 15 april 2021 begon het. ${prose}`)],
    ['below the article', page('Aan tafel', prose, prose, prose, prose, prose, '15 april 2021')],
    ['in the future', page('Aan tafel', 'Geplaatst op 15 april 2031', prose)],
    ['before 1900', page('Aan tafel', 'Geplaatst op 15 april 1821', prose)],
    ['that does not exist', page('Aan tafel', 'Geplaatst op 31 april 2021', prose)],
    ['that is only a number', page('Aan tafel', '20210415', prose)],
    ['that is only a year', page('Aan tafel', 'Datum: 2021', prose)],
    ['in another order', page('Aan tafel', 'Datum: 04-15-2021', prose)],
  ])('is none %s', async (_, text) => {
    expect((await read(text)).publishedOn).toBeNull();
  });
});

describe('list lines', () => {
  const tail = [
    "Meer artikelen over de thema's met trefwoorden:\nThema’s: Eten en drinken, Ervaringen van familie, vrienden en buren",
    'Trefwoorden: De Linde, huiskamer',
  ];

  test('are metadata and not text, with the line that leads them in', async () => {
    const document = await read(page('Aan tafel', prose, ...tail));
    expect(document.themes).toEqual({
      value: [{ form: 'line', text: 'Eten en drinken, Ervaringen van familie, vrienden en buren' }],
      origin: 'text',
    });
    expect(document.keywords?.value).toEqual([{ form: 'line', text: 'De Linde, huiskamer' }]);
    expect(blocks(document)).toEqual([`paragraph: ${prose}`]);
  });

  test.each(["Thema's", 'Thema’s', 'Thema‘s', 'Thema´s', 'Thema`s', 'Themas', 'THEMA’S', 'Thema'])(
    'may begin with %s',
    async (label) => {
      expect((await read(page('Aan tafel', prose, `${label}: eten`))).themes?.value).toEqual([
        { form: 'line', text: 'eten' },
      ]);
    },
  );

  test('may stand at the top, or go on after a comma, or have their names below', async () => {
    const document = await read(
      `Aan tafel\nTrefwoorden: huiskamer,\nsoep\nOrganisaties:\n- De Linde\n- 't Huis\n\n${page(prose, prose, prose)}`,
    );
    expect(document.keywords?.value).toEqual([{ form: 'line', text: 'huiskamer, soep' }]);
    expect(document.organisations?.value).toEqual([
      { form: 'label', text: 'De Linde' },
      { form: 'label', text: "'t Huis" },
    ]);
    expect(blocks(document)).toHaveLength(3);
  });

  test.each([
    ["Thema's: daar praatten we lang over."],
    ['Trefwoorden: zo heet het onderdeel dat wij het liefst overslaan'],
    ['Organisaties: er kwamen er vier, en die zijn allemaal gebleven.'],
  ])('are no sentences: %s', async (sentence) => {
    for (const text of [
      page('Aan tafel', prose, prose, sentence, prose, prose),
      page('Aan tafel', prose, sentence),
    ]) {
      const { themes, keywords, organisations, passages } = await read(text);
      expect([themes, keywords, organisations]).toEqual([null, null, null]);
      expect(blocks({ passages })).toContain(`paragraph: ${sentence}`);
    }
  });

  test('in the middle of an article, alone, are text', async () => {
    const document = await read(page('Aan tafel', prose, prose, "Thema's: eten, drinken", prose, prose));
    expect(document.themes).toBeNull();
    expect(blocks(document)).toContain("paragraph: Thema's: eten, drinken");
    expect(headings(document)).toEqual([null]);
  });
});

describe('headings without a mark', () => {
  test('are short lines above something that end no sentence', async () => {
    const document = await read(
      page(
        'Aan tafel',
        prose,
        'De keuken',
        'Wie kookt er?',
        prose,
        '‘Eten is meer dan eten’',
        prose,
        '2. Wat nu',
        prose,
        'EN VERDER',
        prose,
      ),
    );
    expect(headings(document)).toEqual([
      null,
      'De keuken',
      'Wie kookt er?',
      '‘Eten is meer dan eten’',
      '2. Wat nu',
      'EN VERDER',
    ]);
    expect(document.passages.map(({ anchor }) => anchor.number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(document.passages[1]?.blocks).toEqual([]);
  });

  test('are underlined ones and those of chapters, with their level', async () => {
    const document = await read(
      page('Aan tafel', 'Keuken\n======', prose, 'Pannen\n------', prose, '2.1 Messen', prose),
    );
    expect(document.passages.map(({ anchor, level }) => [anchor.heading, level])).toEqual([
      ['Keuken', 1],
      ['Pannen', 2],
      ['2.1 Messen', 2],
    ]);
  });

  test.each([
    [
      'a line that leads in a list',
      page('Aan tafel', prose, 'Dit is er nodig:', '- pannen\n- messen', prose),
    ],
    ['lines after a colon', page('Aan tafel', prose, 'Er kwamen:', 'Anna de Wit', 'Jan Klaassen', prose)],
    ['a row of short lines', page('Aan tafel', prose, 'Anna de Wit', 'Jan Klaassen', 'Truus Visser', prose)],
    ['an address', page('Aan tafel', prose, 'Singel\n1234 AB Zwolle', prose)],
    ['a sentence', page('Aan tafel', prose, 'Dat was het.', prose)],
    ['a line that sends the reader elsewhere', page('Aan tafel', prose, 'Lees hier het hele verhaal', prose)],
    ['the last line', page('Aan tafel', prose, 'Anna de Wit')],
  ])('are not: %s', async (_, text) => {
    expect(headings(await read(text))).toEqual([null]);
  });

  test('are found without blank lines too', async () => {
    const document = await read(['Aan tafel', prose, 'De keuken', prose, prose].join('\n'));
    expect(headings(document)).toEqual([null, 'De keuken']);
  });
});

describe('lists without a mark', () => {
  test('are the lines in lower case, or with a semicolon, after a colon', async () => {
    const document = await read(
      page('Aan tafel', 'Wij vroegen:', 'wat eet u graag?', 'wat eet u liever niet?', prose),
    );
    expect(blocks(document)).toEqual([
      'paragraph: Wij vroegen:',
      'item: wat eet u graag?',
      'item: wat eet u liever niet?',
      `paragraph: ${prose}`,
    ]);
  });
});

describe('the furniture of a website', () => {
  const furniture = [
    'Download artikel als PDF',
    'Praat mee!',
    'Het e-mailadres wordt niet gepubliceerd. Vereiste velden zijn gemarkeerd met *',
    'Nieuwsbrief',
    'Click to access the login or register cheese',
  ];

  test('is cut after the body', async () => {
    const document = await read(page('Aan tafel', prose, ...furniture));
    expect(blocks(document)).toEqual([`paragraph: ${prose}`]);
    expect(headings(document)).toEqual([null]);
  });

  test('is dropped line by line where the body goes on', async () => {
    const document = await read(
      page('Aan tafel', 'Download artikel als PDF', prose, 'Nieuwsbrief', prose, ...furniture),
    );
    expect(blocks(document)).toEqual([`paragraph: ${prose}`, `paragraph: ${prose}`]);
    expect(headings(document)).toEqual([null, 'Nieuwsbrief']);
  });

  test('keeps the list lines that stand in it', async () => {
    const document = await read(
      page('Aan tafel', prose, 'Download artikel als PDF', 'Trefwoorden: soep', 'Praat mee!'),
    );
    expect(document.keywords?.value).toEqual([{ form: 'line', text: 'soep' }]);
    expect(blocks(document)).toEqual([`paragraph: ${prose}`]);
  });

  test('alone is no document', async () => {
    expect(await refusalOf(page(...furniture))).toBe('no-text');
  });
});

test('the summary is the first real paragraph, cut at a word', async () => {
  const { summary } = await read(page('Aan tafel', 'Beste lezer,', `${prose} ${prose} ${prose} ${prose}`));
  expect(summary?.origin).toBe('derived');
  expect(summary?.value).toMatch(/^In het huis aan .* …$/);
  expect(summary?.value.length).toBeLessThanOrEqual(300);
});

test('the language is told by the commonest words', async () => {
  expect((await read(page('Aan tafel', prose))).language).toBe('nl');
  expect(
    (await read('At the table we said that this was what they had wanted from the start.')).language,
  ).toBe('en');
  expect((await read('Soep')).language).toBeNull();
});

describe('whatever the text', () => {
  test('a list line without any name stays in it', async () => {
    expect(blocks(await read('0\n\nTAg:!'))).toContain('paragraph: TAg:!');
  });

  const messy = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'Aan',
          'tafel',
          'de',
          'één.',
          'wat?',
          'nu:',
          'ja;',
          '- ',
          '1. ',
          '• ',
          '====',
          'B.V.',
          '2021',
          '\t',
          "'t",
        ),
        fc.constantFrom(' ', '\n', '\n\n', ' \n\n', '\u00a0\n'),
        fc.string({ maxLength: 5 }),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
      { minLength: 1, maxLength: 80 },
    )
    .map((parts) => parts.join(''));

  test('it is read or refused, and every letter and digit stays but for the markers of items', async () => {
    const wordCharacters = (text: string) =>
      (text.normalize('NFC').match(/[\p{L}\p{N}]/gu) ?? []).sort().join('');
    await fc.assert(
      fc.asyncProperty(messy, async (text) => {
        if ((await refusalOf(text)) !== undefined) return;
        const document = await read(text);
        const kept = [
          document.title.origin === 'text' ? document.title.value : '',
          ...document.passages.flatMap((passage) => [
            passage.anchor.heading ?? '',
            ...passage.blocks.map((block) => block.text),
          ]),
          ...(document.metadataLines ?? []).flatMap(({ blocks }) => blocks.map((block) => block.text)),
        ].join(' ');
        const [was, is] = [wordCharacters(text), wordCharacters(kept)];
        if (was === is) return;
        // What is missing may only be what marked an item.
        const missing = [...is].reduce((rest, character) => rest.replace(character, ''), was);
        expect(missing).toMatch(/^[\da-z]*$/);
        expect(text).toMatch(/(?:^|\s)\(?(?:\d{1,3}|[a-z]{1,5})[.)]\s|(?:^|\s)o\s/u);
      }),
      { numRuns: 1_500 },
    );
  });
});

test.each(['{0}Aan de slag', '{zie: bladzijde 3} Aan de slag', '{ }\nAan de slag'])(
  'text in braces at the top is text: %j',
  async (text) => {
    const { passages } = await read(text);
    expect(passages.flatMap(({ blocks }) => blocks.map((block) => block.text)).join(' ')).toContain(
      text.replace('\n', ' ').replace(/^\{ \} /, ''),
    );
  },
);
