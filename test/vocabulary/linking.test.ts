import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Block, Listed } from '../../shared/document.ts';
import { createLinker, type LinkableDocument } from '../../shared/linking.ts';
import type { Term } from '../../shared/vocabulary.ts';

const organisation = (label: string, slug: string, more: Partial<Term> = {}): Term => ({
  type: 'organisation',
  slug,
  label,
  aliases: [],
  ...more,
});

const terms: readonly Term[] = [
  organisation('Zonnehuis', 'zonnehuis'),
  organisation("'t Lindehuus", 't-lindehuus'),
  organisation('De Waterhoeve', 'de-waterhoeve', { aliases: ['Waterhoeve'] }),
  organisation('Ambel | Lâris | de Veenstroom', 'ambel-laris-de-veenstroom'),
  organisation('Meanderzorg', 'meanderzorg', { aliases: ['Meander Zorg'] }),
  organisation('Café Noord', 'cafe-noord'),
  organisation('Stichting De Brug', 'de-brug'),
  organisation('Woongroep Anders', 'woongroep-anders', { aliases: ['Anders'], common: true }),
  organisation('Horizon', 'horizon', { common: true }),
  organisation('Kompas', 'kompas', { common: true }),
  organisation('Rust en Ruimte', 'rust-en-ruimte'),
  organisation('KBZ', 'kbz'),
  { type: 'theme', slug: 'ervaringen', label: 'Ervaringen van ouderen, familie en buren', aliases: [] },
  { type: 'theme', slug: 'eten', label: 'Eten en drinken', aliases: ['Voeding'] },
  { type: 'keyword', slug: 'dementie', label: 'dementie', aliases: ['geheugenverlies'] },
];
const link = createLinker(terms);

const given = (value: Listed[]) => ({ value, origin: 'text' as const });
const line = (text: string) => given([{ form: 'line', text }]);

function document(fields: Partial<LinkableDocument> = {}, ...blocks: Block[]): LinkableDocument {
  return {
    title: { value: 'verslag', origin: 'text' },
    themes: null,
    keywords: null,
    organisations: null,
    passages: [{ anchor: { type: 'section', number: 1, heading: null }, level: 1, blocks }],
    ...fields,
  };
}

const paragraph = (text: string): Block => ({ type: 'paragraph', text });
const mentionsIn = (...blocks: (string | Block)[]) =>
  link(
    document({}, ...blocks.map((block) => (typeof block === 'string' ? paragraph(block) : block))),
  ).organisations.map(({ slug }) => slug);

describe('a line of names', () => {
  const labels = (text: string) => link(document({ themes: line(text) })).themes.map(({ label }) => label);

  test('is parted at commas, but not within a label that the vocabulary knows', () => {
    expect(labels('Wonen, Ervaringen van ouderen, familie en buren, Eten en drinken')).toEqual([
      'Wonen',
      'Ervaringen van ouderen, familie en buren',
      'Eten en drinken',
    ]);
  });

  test('keeps an unknown label that goes on in lower case after a comma', () => {
    expect(labels('Leven met muziek, dans en spel, Voeding')).toEqual([
      'Leven met muziek, dans en spel',
      'Eten en drinken',
    ]);
  });

  test.each([
    ['dementie, eenzaamheid, muziek', ['dementie', 'eenzaamheid', 'muziek']],
    ['Muziek; dans, spel; Wonen.', ['Muziek', 'dans, spel', 'Wonen']],
    ['Muziek | Dans', ['Muziek', 'Dans']],
    ["Muziek, 't Hofje, de Es", ['Muziek', "'t Hofje", 'de Es']],
    ['#muziek, #dans', ['muziek', 'dans']],
    [', ,', []],
  ])('%s', (text, names) => {
    expect(labels(text)).toEqual(names);
  });

  test('parts two known names that are joined by "en", and leaves others whole', () => {
    const { organisations, keywords } = link(
      document({ keywords: line('Zonnehuis, Horizon en Kompas, Rust en Ruimte, eten en drinken') }),
    );
    expect(organisations.map(({ slug }) => slug)).toEqual([
      'zonnehuis',
      'horizon',
      'kompas',
      'rust-en-ruimte',
    ]);
    expect(keywords).toEqual([{ slug: 'eten-en-drinken', label: 'eten en drinken', proposed: true }]);
  });
});

describe('a name that a document lists', () => {
  test.each([
    ['’t Lindehuus', 't-lindehuus'],
    ['‘T LINDEHUUS', 't-lindehuus'],
    ['`t Lindehuus', 't-lindehuus'],
    ['Lindehuus', 't-lindehuus'],
    ['waterhoeve', 'de-waterhoeve'],
    ['Stichting De Waterhoeve', 'de-waterhoeve'],
    ['Ambel-Laris-De Veenstroom', 'ambel-laris-de-veenstroom'],
    ['Ambel | Lâris |\nde Veenstroom', 'ambel-laris-de-veenstroom'],
    ['Meander-Zorg', 'meanderzorg'],
    ['Cafe  Noord', 'cafe-noord'],
    ['Café Noord B.V.', 'cafe-noord'],
    ['Zonnehuis BV', 'zonnehuis'],
    ['Brug', 'de-brug'],
    ['Rust & Ruimte', 'rust-en-ruimte'],
    ['rust-en-ruimte', 'rust-en-ruimte'],
  ])('%s is known as %s', (spelling, slug) => {
    const { organisations } = link(document({ organisations: given([{ form: 'label', text: spelling }]) }));
    expect(organisations.map((linked) => [linked.slug, linked.listed, linked.proposed])).toEqual([
      [slug, true, false],
    ]);
  });

  test('among the keywords is an organisation only, if it is one', () => {
    const { keywords, organisations } = link(
      document({ keywords: line('Zonnehuis, geheugenverlies, Horizon, anders') }),
    );
    expect(keywords.map(({ slug, proposed }) => [slug, proposed])).toEqual([
      ['dementie', false],
      ['anders', true],
    ]);
    expect(organisations.map(({ slug }) => slug)).toEqual(['zonnehuis', 'horizon']);
  });

  test('that the vocabulary lacks is proposed, under one slug for all its spellings', () => {
    const { themes, keywords, organisations } = link(
      document({
        themes: line('Zingeving'),
        keywords: line('Zíngeving, Zingeving'),
        organisations: line("'t Nieuwe Huis"),
      }),
    );
    expect(themes).toEqual([{ slug: 'zingeving', label: 'Zingeving', proposed: true }]);
    expect(keywords).toEqual([{ slug: 'zingeving', label: 'Zíngeving', proposed: true }]);
    expect(organisations).toEqual([
      { slug: 't-nieuwe-huis', label: "'t Nieuwe Huis", proposed: true, listed: true },
    ]);
  });

  test('is known by the slug of a term whose label has changed', () => {
    const renamed = createLinker([organisation('Nieuw', 'oude-naam')]);
    expect(renamed(document({ organisations: line('Oude Naam') })).organisations[0]?.label).toBe('Nieuw');
  });

  test('with and without article may be two organisations', () => {
    const both = createLinker([organisation('Huis', 'huis'), organisation('Het Huis', 'het-huis')]);
    const slugs = (text: string) =>
      both(document({ organisations: line(text) })).organisations.map(({ slug }) => slug);
    expect([slugs('Huis'), slugs('Het Huis'), slugs('Het Huis, Huis')]).toEqual([
      ['huis'],
      ['het-huis'],
      ['het-huis', 'huis'],
    ]);
  });
});

describe('an organisation that a text names', () => {
  test.each([
    ['in any case, if its name is a word of its own', 'Wij waren bij zonnehuis op bezoek.', ['zonnehuis']],
    ['by an alias', 'Anna (Meander Zorg) sprak.', ['meanderzorg']],
    ['with its article or without', 'Ook de Waterhoeve en Waterhoeve deden mee.', ['de-waterhoeve']],
    [
      'with hyphens, bars or accents',
      'Ambel-Laris-De Veenstroom en Café-Noord.',
      ['ambel-laris-de-veenstroom', 'cafe-noord'],
    ],
    ['with an apostrophe of any kind', 'Bij ´t Lindehuus.', ['t-lindehuus']],
    ['at the beginning of a sentence', 'Zonnehuis doet mee.', ['zonnehuis']],
    ['by an abbreviation as it is written', 'KBZ kwam langs.', ['kbz']],
    ['not by its letters', 'een kbz is iets anders', []],
    ['not by words that are its name by chance', 'Zij zochten rust en ruimte.', []],
    ['with capitals where its name has them', 'Zij wonen bij Rust en Ruimte.', ['rust-en-ruimte']],
    ['in capitals', 'RUST EN RUIMTE DOET MEE', ['rust-en-ruimte']],
    ['not across the end of a sentence', 'Zij zochten Rust. En Ruimte vonden zij.', []],
    ['not within a word', 'Het Zonnehuisje en de kompassen.', []],
  ])('is mentioned %s', (_, text, slugs) => {
    expect(mentionsIn(text)).toEqual(slugs);
  });

  test('in the title or a heading is mentioned', () => {
    const anchor = { type: 'section' as const, number: 1, heading: 'Bij Zonnehuis' };
    expect(
      link(
        document({
          title: { value: 'Bezoek aan Meanderzorg', origin: 'text' },
          passages: [{ anchor, level: 1, blocks: [] }],
        }),
      ).organisations.map(({ slug }) => slug),
    ).toEqual(['meanderzorg', 'zonnehuis']);
  });

  test('that is listed is not mentioned as well', () => {
    const linked = link(document({ keywords: line('Zonnehuis') }, paragraph('Zonnehuis en Meanderzorg.')));
    expect(linked.organisations.map(({ slug, listed }) => [slug, listed])).toEqual([
      ['zonnehuis', true],
      ['meanderzorg', false],
    ]);
  });

  test('never makes a theme or keyword', () => {
    const { themes, keywords } = link(document({}, paragraph('Over dementie, voeding, eten en drinken.')));
    expect([themes, keywords]).toEqual([[], []]);
  });
});

describe('a name that is an everyday word', () => {
  test.each([
    ['with a capital inside a sentence', 'Wij gingen naar Horizon om te leren.', ['horizon']],
    ['in brackets', 'Anna de Wit (Horizon) en Jan (bestuurder Kompas) spraken.', ['horizon', 'kompas']],
    ['after an abbreviation', 'Er waren er meer, o.a. Horizon.', ['horizon']],
    ['after a legal form', 'De avond bij Stichting Horizon was vol.', ['horizon']],
    ['after a word that begins the sentence', 'Bij Horizon was het vol.', ['horizon']],
    [
      'in a list of names',
      'Met Meanderzorg, Kompas, Horizon en Zonnehuis.',
      ['meanderzorg', 'kompas', 'horizon', 'zonnehuis'],
    ],
    [
      'first in a list of names',
      'Horizon, Kompas en Zonnehuis deden mee.',
      ['horizon', 'kompas', 'zonnehuis'],
    ],
    ['first of two names', 'Het waren er twee: Horizon en Zonnehuis.', ['horizon', 'zonnehuis']],
  ])('is mentioned %s', (_, text, slugs) => {
    expect(mentionsIn(text)).toEqual(slugs);
  });

  test.each([
    ['in lower case', 'Aan de horizon werd het anders, en ieders kompas gaf iets aan.'],
    ['as the first word of a sentence', 'Anders wordt het niet. Anders dan gedacht! Kompas in de hand.'],
    ['as the first word of a quotation', 'Zij zei: ‘Anders gaat het mis.’ En hij: “Horizon na horizon.”'],
    ['as the first word in brackets', 'Dat was het plan. (Anders was het niet gelukt.)'],
    ['within a longer name', 'Met Horizon Wonen Zwolle, Zorggroep Kompas en Jan Anders.'],
    ['within a longer name with a hyphen', 'Met Noord-Kompas en Kompas-Zuid.'],
    ['where everything has a capital', 'AAN DE HORIZON GLOORT HOOP'],
    ['after a colon alone', 'Let op: Anders gaan wij niet.'],
  ])('is not mentioned %s', (_, text) => {
    expect(mentionsIn(text)).toEqual([]);
  });

  test('belongs to the longer name that the vocabulary knows', () => {
    expect(mentionsIn('Ook Woongroep Anders deed mee.')).toEqual(['woongroep-anders']);
  });

  test('is mentioned as an item among names, and not among words', () => {
    const items = (...texts: string[]) => texts.map((text): Block => ({ type: 'item', text }));
    expect(mentionsIn(...items('Horizon', 'Kompas', 'Zonnehuis'))).toEqual([
      'horizon',
      'kompas',
      'zonnehuis',
    ]);
    expect(mentionsIn(...items('Horizon', 'Tijd', 'Ruimte'))).toEqual([]);
    expect(mentionsIn(...items('Zonnehuis', 'Anders kijken'))).toEqual(['zonnehuis']);
  });
});

describe('linking', () => {
  test('is the same whatever the order of the terms', () => {
    const text = terms.map(({ label, aliases }) => `Met ${[label, ...aliases].join(' en ')}.`).join(' ');
    const rich = document({ keywords: line(text), themes: line('Voeding, x') }, paragraph(text));
    const expected = link(rich);
    fc.assert(
      fc.property(fc.shuffledSubarray([...terms], { minLength: terms.length }), (shuffled) => {
        expect(createLinker(shuffled)(rich)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('of any text ends, with slugs that can stand in an address', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string({ maxLength: 60 }),
        (listed, text) => {
          if (listed.trim() === '') return;
          const linked = link(
            document({ keywords: line(listed), themes: line(listed) }, paragraph(text || '-')),
          );
          for (const { slug } of [...linked.themes, ...linked.keywords])
            expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('several thousand names over a publication of 200 pages takes well under a second', () => {
    const words = Array.from({ length: 4_000 }, (_, at) => `W${at.toString(26)}zorg`);
    const many = words.map((word, at) =>
      organisation(at % 2 ? word : `${word} ${words[(at * 7) % words.length]}`, `o-${at}`, {
        common: at % 3 === 0,
      }),
    );
    const linkMany = createLinker(many);
    const sentence = (at: number) =>
      `De ${words[at % words.length]} sprak met ${words[(at * 3) % words.length]} over wat er in het huis gebeurt.`;
    const blocks = Array.from({ length: 8_000 }, (_, at) => paragraph(sentence(at)));
    linkMany(document({}, ...blocks.slice(0, 1_000)));
    const start = performance.now();
    expect(linkMany(document({}, ...blocks)).organisations.length).toBeGreaterThan(500);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

test('A name whose slug is too long to filter by is none, and a document lists 200 names at most', () => {
  const labels = (texts: readonly string[]) => given(texts.map((text) => ({ form: 'label', text })));
  expect(link(document({ keywords: labels(['字'.repeat(150), 'tuin']) })).keywords).toMatchObject([
    { slug: 'tuin' },
  ]);
  const many = Array.from({ length: 5_000 }, (_, at) => `naam ${at}`);
  expect(link(document({ themes: labels(many) })).themes).toHaveLength(200);
});
