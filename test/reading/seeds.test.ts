/**
 * The two texts that the project began with. They are not part of it, so where they are not beside the repository these
 * tests say so and are skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createLinker } from '../../shared/linking.ts';
import { movementVocabulary } from '../../shared/vocabulary/movement.ts';
import { blocks, headings, read } from './read.ts';

const seeds = new URL('../../../shared/seeds/', import.meta.url);
const [talk, overview] = ['000_5f580d4744a46728.txt', '003_68a806bb862618ba.txt'].map(
  (name) => new URL(name, seeds),
);
const present = [talk, overview].every((seed) => seed !== undefined && existsSync(seed));
if (!present) console.warn(`The seeds are not at ${seeds.pathname}: the tests on them are skipped.`);

const link = createLinker(movementVocabulary);
const readSeed = (seed: URL | undefined) => read(readFileSync(seed ?? seeds), 'public/seed.txt');

describe.runIf(present)('the text of a talk, wrapped over blank lines', () => {
  test('has its paragraphs and items back', async () => {
    const document = await readSeed(talk);
    const begins = blocks(document).map((block) => block.split(' ').slice(0, 3).join(' '));
    expect(begins).toEqual([
      'paragraph: Tijdens het',
      'paragraph: Enkele leden',
      'paragraph: Daarop volgde',
      'paragraph: De vraag',
      'paragraph: Tijdens de',
      'paragraph: Op 17',
      'item: welke bijdrage',
      'item: waarom is',
      'item: wat waren',
      'item: op welke',
      'item: welke inzichten',
      'paragraph: Het doel',
      'paragraph: Deelnemers zijn',
    ]);
    const text = blocks(document).join('\n');
    expect(text).toContain('Theo van Uum op 10 juni 2020, werd gevraagd om te vertellen');
    expect(text).toContain('door bewoners, naasten en medewerkers daadwerkelijk verbeterd?');
    expect(text).toContain('Raffy-Lale-Leystroom, Brentano');
    expect(text).toContain('succes- maar ook');
    expect(text).not.toMatch(/Trefwoorden|Thema's|Meer artikelen/);
    expect(headings(document)).toEqual([null]);
  });

  test('has a title from its first sentence and no date or series', async () => {
    const { title, publishedOn, series, language } = await readSeed(talk);
    expect(title.origin).toBe('derived');
    expect(title.value.length).toBeLessThanOrEqual(80);
    expect(title.value).toMatch(/^Tijdens het gesprek van het kernteam .*\S$/);
    expect([publishedOn, series, language]).toEqual([null, null, 'nl']);
  });

  test('is of two themes, lists nine organisations and mentions three', async () => {
    const { themes, keywords, organisations } = link(await readSeed(talk));
    expect(themes.map(({ label, proposed }) => [label, proposed])).toEqual([
      ['Overige onderwerpen', false],
      ['Ervaringen van bewoners, naasten en medewerkers', false],
    ]);
    expect(keywords).toEqual([]);
    expect(organisations.filter(({ listed }) => listed).map(({ label }) => label)).toEqual([
      "'t Zorghuus",
      'Archipel',
      'Carintreggeland',
      'De Leyhoeve',
      'Raffy | Lâle | de Leystroom',
      'Santé Partners',
      'Sensire',
      'Surplus',
      'Woonzorggroep Samen',
    ]);
    expect(organisations.filter(({ listed }) => !listed).map(({ label }) => label)).toEqual([
      'Brentano',
      'Mijzo',
      'Vilans',
    ]);
    expect(organisations.some(({ proposed }) => proposed)).toBe(false);
  });
});

describe.runIf(present)('the overview of a quarter, a paragraph on each line', () => {
  test('has its title, date and series, and no list lines', async () => {
    expect(await readSeed(overview)).toMatchObject({
      title: { value: 'Wetenswaardigheden #14: januari t/m maart ‘21', origin: 'text' },
      publishedOn: { value: '2021-04-15', origin: 'text' },
      series: { value: { label: 'Wetenswaardigheden', number: 14 } },
      themes: null,
      keywords: null,
      organisations: null,
      notes: [],
    });
  });

  test('has a section for each of its headings', async () => {
    const document = await readSeed(overview);
    expect(headings(document)).toEqual([
      null,
      'Deelnemers',
      'Halfjaarlijkse ontmoeting bestuurders en coördinatoren maart 2021',
      'Reflectiegesprekken en reflectiebijeenkomsten',
      'Actieteams',
      'Actieteam reflectie op crisis',
      'Actieteam Radicale vernieuwing en technologie',
      'Actieteam Radicale vernieuwing zorgonderwijs',
      'Actieteam Vrijheid en veiligheid voor het levensgeluk van cliënten',
      'Actieteam Ambassadeurschap, zichtbaarheid en landelijke impact',
      'Inspiratiebijeenkomsten',
      '‘Hoe kunnen toezichthouders Radicale vernieuwing verpleeghuiszorg omarmen?’',
      'Zicht op vernieuwing 4',
      'Voortgangsrapportage naar Tweede Kamer',
      'Bestuurlijke leernetwerken',
      'Bijeenkomsten coördinatoren',
      'Promotie-onderzoek ‘de zorgzame organisatie, hoe ziet dat eruit?’',
      'Nieuwe bewegingen radicale vernieuwing',
      'Meer weten',
    ]);
    expect(document.passages.find(({ anchor }) => anchor.heading === 'Actieteams')?.blocks).toEqual([]);
    expect(blocks(document).filter((block) => block.startsWith('item: '))).toHaveLength(16);
  });

  test('ends where the website begins', async () => {
    const document = await readSeed(overview);
    const text = JSON.stringify(document);
    expect(text).not.toMatch(
      /cheese|Praat mee|e-mailadres|Download artikel|Platform deelnemers|gouden letters/,
    );
    expect(blocks(document).at(-1)).toMatch(/^paragraph: Op www\..*hier\.$/);
  });

  test('mentions the organisations of the movement, each once', async () => {
    const { themes, keywords, organisations } = link(await readSeed(overview));
    expect([themes, keywords]).toEqual([[], []]);
    expect(organisations.map(({ label }) => label).sort()).toEqual(
      [
        "'t Zorghuus",
        'Amstelring',
        'Avoord',
        'Brentano',
        'Carinova',
        'Carintreggeland',
        'Cederhof',
        'De Leyhoeve',
        'Innoforte',
        'Jonkerszorg',
        'Kennisland',
        'Leyden Academy',
        'LOC Waardevolle zorg',
        'Mijzo',
        'NVTZ',
        'Raffy | Lâle | de Leystroom',
        'Sensire',
        'Surplus',
        'Topaz',
        'Viattence',
        'Woonzorggroep Samen',
        'Zorghuizen Noord Nederland',
      ].sort(),
    );
    expect(organisations.some(({ listed }) => listed)).toBe(false);
  });
});
