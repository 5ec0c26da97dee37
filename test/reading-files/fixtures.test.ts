import { describe, expect, test } from 'vitest';
import { fixture, foundBy, outcomeOf, outline, readFixture, textOfReading } from './read.ts';

const ochtend =
  'paragraph: In het voorjaar bezochten medewerkers van de Zonnehof, het Lindehuis en Huize Merel elkaars afdelingen. Ze keken mee in de ochtend en schreven op wat hun opviel.';
const ontbijt =
  'paragraph: In het Lindehuis staat de pap op tafel, zodat iedereen zelf kan kiezen. Mevrouw Van Dalen (91) zei daarover dat ze voor het eerst in jaren weer zelf haar boterham smeerde.';
const items = [
  'item: Wie tijd neemt voor het ontbijt, hoort meer verhalen.',
  'item: Een vaste ploeg geeft rust op de gang.',
  'item: Regels uit het handboek worden zelden gemist.',
];
const rows = ['row: Huis | Bewoners | Bezoeken', 'row: De Zonnehof | 64 | 12', 'row: Het Lindehuis | 38 | 9'];

describe.each(['docx', 'odt'])('a newsletter that LibreOffice saved as %s', (kind) => {
  test('has sections by headings, lists, tables, notes and a text box, without what a reviewer deleted', async () => {
    expect(outline(await readFixture(`libreoffice-nieuwsbrief.${kind}`))).toEqual([
      '# –',
      ochtend,
      'paragraph: De bewoners vonden het leuk dat er zoveel nieuwe gezichten waren.',
      'note: Van zeven tot elf uur, op een gewone doordeweekse dag.',
      '# Wat ons opviel',
      'paragraph: Drie dingen kwamen overal terug:',
      ...items,
      '## Aan het ontbijt',
      ontbijt,
      '# Cijfers per huis',
      ...rows,
      'paragraph: De cijfers zijn van april 2022.',
      'paragraph: Bij de tabel hoort een kader.',
      'paragraph: Kader: wie wil meelopen, belt de receptie.',
      '# Hoe verder',
      'paragraph: Na de zomer volgt een tweede ronde, met zorg- en welzijnsmedewerkers samen.',
      'note: Aanmelden kan bij de eigen teamleider.',
    ]);
  });

  test('says its title and summary in its properties; the day it was made counts least', async () => {
    const reading = await readFixture(`libreoffice-nieuwsbrief.${kind}`);
    expect(foundBy(reading, 'property')).toMatchObject({
      title: 'Leren van elkaar in de Zonnehof',
      summary: 'Hoe drie huizen van elkaar leerden wat een goede ochtend is.',
    });
    expect(foundBy(reading, 'derived').publishedOn).toBe('2022-05-03');
    expect(reading).toMatchObject({ kind: 'publication', language: 'nl', notes: [] });
  });
});

test('the same newsletter as PDF: pages with the outline’s headings, no header, footer or page number', async () => {
  const reading = await readFixture('libreoffice-nieuwsbrief.pdf');
  const lines = outline(reading);
  expect(reading.passages.map(({ anchor }) => [anchor.number, anchor.heading])).toEqual([
    [1, 'Wat ons opviel'],
    [2, 'Cijfers per huis'],
    [3, 'Hoe verder'],
    [4, null],
  ]);
  expect(lines).toEqual(expect.arrayContaining([ochtend, ...items, ontbijt, ...rows]));
  expect(textOfReading(reading)).not.toMatch(/Nieuwsbrief van|Pagina|van 4/);
  expect(foundBy(reading, 'property').title).toBe('Leren van elkaar in de Zonnehof');
});

describe('a yearly report that groff set in two columns', () => {
  test('is read column by column, with broken words whole and shared parts kept', async () => {
    const text = textOfReading(await readFixture('groff-kolommen.pdf'));
    const order = [
      'veertig formulieren',
      'honderdtwaalf kaartjes',
      'meer gelachen',
      'oude foto',
      'Komend jaar',
      'maaltijden',
      'proef aan de vijver',
      'tweede avonddienst',
      'Dit jaarbericht',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    for (const word of [
      'bewonersvergadering',
      'medicijnlijsten',
      'zorg- en welzijnsmedewerkers',
      'afdelingen',
      'cliëntenraad',
    ]) {
      expect(text).toContain(word);
    }
    expect(text).not.toMatch(/\p{Ll}-\p{Ll}/u);
  });

  test('has no running header and no page numbers', async () => {
    const reading = await readFixture('groff-kolommen.pdf');
    expect(textOfReading(reading)).not.toContain('Jaarbericht Het Lindehuis');
    expect(outline(reading)).not.toContainEqual(expect.stringMatching(/^\w+: \d+$/));
    expect(foundBy(reading, 'heading').title).toBe('Jaarbericht van het Lindehuis');
  });
});

test('a page that Chromium printed keeps its outline and order, without the browser’s header and footer', async () => {
  const reading = await readFixture('chromium-artikel.pdf');
  const text = textOfReading(reading);
  expect(reading.passages[0]?.anchor.heading).toBe('Een tuin voor iedereen');
  expect(text).toContain('maakten er samen een binnentuin van, waar iedereen in en uit kan lopen.');
  expect(text).not.toContain('file:');
  expect(foundBy(reading, 'text').publishedOn).toBe('2021-06-18');
});

describe.each(['pptx', 'odp'])('a presentation that LibreOffice saved as %s', (kind) => {
  test('has titles, boxes from left to right, a table and notes; the hidden slide is left out with a note', async () => {
    const reading = await readFixture(`libreoffice-presentatie.${kind}`);
    expect(outline(reading)).toEqual([
      '# De warme maaltijd',
      'paragraph: Wat proeven op drie afdelingen leerde',
      '# Twee proeven naast elkaar',
      'paragraph: Links: brood van de bakker',
      'paragraph: Rechts: soep uit de eigen keuken',
      'note: Vertel hier over de kok van Huize Merel.',
      '# Uitkomst',
      'row: Afdeling | Cijfer',
      'row: Oost | 8,1',
    ]);
    expect(reading.passages.map(({ anchor }) => anchor.number)).toEqual([1, 2, 4]);
    expect(reading.notes.map(({ code }) => code)).toEqual(['hidden-slides']);
    expect(foundBy(reading, 'property')).toMatchObject({
      title: 'De warme maaltijd',
      keywords: [{ form: 'label', text: 'maaltijden' }],
    });
  });
});

describe.each(['docx', 'odt', 'html'])('a report that pandoc wrote as %s', (kind) => {
  test('has its headings, numbered list and table', async () => {
    const lines = outline(await readFixture(`pandoc-verslag.${kind}`));
    expect(lines).toEqual(
      expect.arrayContaining([
        '# Aanleiding',
        '## Wat wij deden',
        'item: We vroegen bewoners wat zij wilden.',
        'row: Maand | Rondes per nacht',
        'row: februari | 2',
        '# Besluit',
        'paragraph: De coöperatie van families is vóór: de deuren blijven dicht, tenzij iemand belt.',
      ]),
    );
    expect(lines.join('\n')).toContain('Dat stond zo in het rooster van 2019.');
  });
});

test('a report that pandoc wrote as slides', async () => {
  const reading = await readFixture('pandoc-verslag.pptx');
  expect(reading.passages.map(({ anchor }) => anchor.heading)).toEqual([
    'Verslag van de werkgroep nachtrust',
    'Aanleiding',
    'Besluit',
    'Notes',
  ]);
});

describe.each(['source/artikel.html', 'artikel-windows-1252.html'])('an article of a site, %s', (name) => {
  test('is read without cookies, navigation, comments and footer', async () => {
    const reading = await readFixture(name);
    expect(outline(reading)).toEqual([
      '# –',
      expect.stringContaining('tomaten en een lange houten tafel'),
      expect.stringContaining('meneer Ouwerkerk'),
      '## Samen graven',
      expect.stringContaining('Iedere woensdag'),
      'item: De bakken zijn op zithoogte gemaakt.',
      'item: De paden zijn breed genoeg voor twee rolstoelen.',
      '## Wat het kostte',
      'row: Post | Bedrag',
      'row: Hout | € 840',
      'row: Aarde | € 310',
    ]);
  });

  test('says what it is about in its metadata and in its lists', async () => {
    const reading = await readFixture(name);
    expect(reading).toMatchObject({ kind: 'article', language: 'nl' });
    expect(foundBy(reading, 'property')).toMatchObject({
      title: 'Een tuin voor iedereen',
      publishedOn: '2021-06-18',
      summary: 'Hoe bewoners van Huize Merel samen met de buurt een binnentuin maakten.',
      sourceUrl: 'https://www.huizemerel.example/een-tuin-voor-iedereen/',
    });
    expect(foundBy(reading, 'text')).toMatchObject({
      publishedOn: '2021-06-18',
      themes: [{ text: 'Wonen en buurt' }],
      keywords: [{ form: 'line', text: 'Huize Merel, Buurtschool De Akker' }],
    });
  });
});

describe('what cannot be read says why', () => {
  test('a PDF with a password', async () => {
    expect(await outcomeOf(fixture('versleuteld.pdf'), 'a.pdf')).toBe('encrypted');
  });
  test('a PDF that only its owner may change is read', async () => {
    expect(await outcomeOf(fixture('alleen-eigenaar.pdf'), 'a.pdf')).toMatchObject({ kind: 'publication' });
  });
  test('a scan', async () => {
    expect(await outcomeOf(fixture('scan.pdf'), 'a.pdf')).toBe('no-text');
  });
});

test('a PDF of which one page is damaged keeps the others and says so', async () => {
  const bytes = fixture('groff-kolommen.pdf');
  const second = Buffer.from(bytes).indexOf('stream\n', Buffer.from(bytes).indexOf('endstream') + 9);
  bytes.fill(0xaa, second + 47, second + 127);
  const reading = await outcomeOf(bytes, 'public/a.pdf');
  if (typeof reading === 'string') expect.fail(reading);
  expect(reading.notes.map(({ code }) => code)).toEqual(['partly-damaged']);
  expect(reading.passages.map(({ anchor }) => anchor.number)).toEqual(expect.arrayContaining([1, 3]));
});
