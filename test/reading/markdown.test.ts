import { describe, expect, test } from 'vitest';
import { blocks, headings, read, refusalOf, today } from './read.ts';

const md = (content: string) => read(content, 'public/stuk.md');
const withFields = (fields: string, body = 'Wij eten elke dinsdag samen in de hal van het huis.') =>
  md(`---\n${fields}\n---\n\n${body}\n`);

describe('front matter', () => {
  test('gives every field by its English name', async () => {
    const document = await withFields(
      [
        'title: Aan tafel',
        'date: 2023-06-01',
        'summary: Over eten.',
        'url: https://voorbeeld.nl/tafel',
        'series: Tafelbrief 3',
        'themes: [Eten, Wonen]',
        'keywords: soep, brood',
        'organisations:\n  - De Linde',
        'visibility: internal',
        'language: en',
        'kind: publication',
      ].join('\n'),
    );
    const given = <Value>(value: Value) => ({ value, origin: 'front-matter' });
    expect(document).toMatchObject({
      kind: 'publication',
      language: 'en',
      title: given('Aan tafel'),
      publishedOn: given('2023-06-01'),
      summary: given('Over eten.'),
      sourceUrl: given('https://voorbeeld.nl/tafel'),
      series: given({ label: 'Tafelbrief', number: 3 }),
      themes: given([
        { form: 'label', text: 'Eten' },
        { form: 'label', text: 'Wonen' },
      ]),
      keywords: given([{ form: 'line', text: 'soep, brood' }]),
      organisations: given([{ form: 'label', text: 'De Linde' }]),
      visibility: 'internal',
      notes: [],
    });
  });

  test('gives every field by its Dutch name too', async () => {
    const document = await withFields(
      "titel: Aan tafel\ndatum: 1 juni 2023\nsamenvatting: Over eten.\nreeks: {naam: Tafelbrief, nummer: 4}\nthema's: Eten\ntrefwoorden: soep\norganisaties: De Linde\nzichtbaarheid: openbaar",
    );
    expect(document).toMatchObject({
      title: { value: 'Aan tafel' },
      publishedOn: { value: '2023-06-01' },
      summary: { value: 'Over eten.' },
      series: { value: { label: 'Tafelbrief', number: 4 } },
      themes: { value: [{ text: 'Eten' }] },
      keywords: { value: [{ text: 'soep' }] },
      organisations: { value: [{ text: 'De Linde' }] },
      visibility: 'public',
    });
  });

  test.each([
    ['2023-06-01', '2023-06-01'],
    ["'2023-06-01'", '2023-06-01'],
    ['2023-06-01T12:00:00+02:00', '2023-06-01'],
    ['2023-06', '2023-06'],
    ['12 mrt. 2021', '2021-03-12'],
    ['2023', undefined],
    ['20230601', undefined],
    [`${Number(today.slice(0, 4)) + 1}-01-01`, undefined],
  ])('a date written as %s is %s', async (written, date) => {
    const document = await withFields(`date: ${written}`);
    expect(document.publishedOn?.value).toBe(date);
    expect(document.notes.map(({ code }) => code)).toEqual(date ? [] : ['unreadable-fields']);
  });

  test('unknown fields are named in one note; blank ones are nothing', async () => {
    const document = await withFields('layout: post\nsidebar: true\ntitle:\nsummary: ~\ntags:\n  - soep');
    expect(document.notes.map(({ code }) => code)).toEqual(['unknown-fields']);
    expect(document.notes[0]?.message.nl).toContain('“layout”, “sidebar”');
    expect(document.keywords?.value).toEqual([{ form: 'label', text: 'soep' }]);
    expect(document.title.origin).toBe('derived');
  });

  test('tags and a description serve only where keywords and a summary lack', async () => {
    const document = await withFields('tags: [a]\nkeywords: [b]\ndescription: c\nsummary: d');
    expect(document).toMatchObject({ keywords: { value: [{ text: 'b' }] }, summary: { value: 'd' } });
  });

  test('a visibility that nobody knows keeps the document inside, with a note', async () => {
    for (const value of ['geheim', 'concept', '[public]', 'constructor', 'true']) {
      const document = await withFields(`visibility: ${value}`);
      expect([value, document.visibility]).toEqual([value, 'internal']);
      expect(document.notes.map(({ code }) => code)).toEqual(['unknown-visibility']);
    }
    expect((await withFields('visibility: intern')).notes).toEqual([]);
    expect((await withFields('title: x')).visibility).toBeNull();
  });

  test('when malformed costs no field that can be read, least of all the visibility', async () => {
    const document = await withFields(
      'title: Eten: samen\nkeywords: [soep\nvisibility: internal\ndate: 2023-06-01',
    );
    expect(document).toMatchObject({
      title: { value: 'Eten: samen' },
      publishedOn: { value: '2023-06-01' },
      visibility: 'internal',
    });
    expect(document.notes.map(({ code }) => code)).toContain('malformed-front-matter');
    expect(blocks(document)).toEqual(['paragraph: Wij eten elke dinsdag samen in de hal van het huis.']);
    expect((await withFields('title: "x\nvisibility internal')).visibility).toBe('internal');
    expect((await withFields(`a: ${'['.repeat(9_000)}\nvisibility: internal`)).visibility).toBe('internal');
    expect((await withFields('a: *nergens\nvisibility: internal')).visibility).toBe('internal');
  });

  test('may end in dots as YAML does, and is dropped when it is TOML', async () => {
    const dotted = await md('---\ntitle: Aan tafel\n...\n\nWij eten samen.');
    expect([dotted.title.value, ...blocks(dotted)]).toEqual(['Aan tafel', 'paragraph: Wij eten samen.']);
    expect(blocks(await md('+++\ntitle = "x"\n+++\nWij eten samen.'))).toEqual([
      'paragraph: Wij eten samen.',
    ]);
  });

  test('that is prose between two rulers is text', async () => {
    expect(blocks(await withFields('Vooraf een woord van dank'))).toContain(
      'paragraph: Vooraf een woord van dank',
    );
  });
});

describe('headings', () => {
  test('are sections with their level', async () => {
    const document = await md(
      'Vooraf.\n\n## Soep\n\nWarm.\n\n### Met brood\n\nVers.\n\nNagerecht\n---------\n',
    );
    expect(document.passages.map(({ anchor, level }) => [anchor.number, anchor.heading, level])).toEqual([
      [1, null, 1],
      [2, 'Soep', 2],
      [3, 'Met brood', 3],
      [4, 'Nagerecht', 2],
    ]);
  });

  test('the one that says the title again is no section', async () => {
    const document = await withFields('title: “Aan tafel”', '# Aan *tafel*\n\nTekst.\n\n## Soep\n\nWarm.');
    expect(headings(document)).toEqual([null, 'Soep']);
    expect(document.title.value).toBe('“Aan tafel”');
  });

  test('the first is the title where no field gives one, if it stands above all others', async () => {
    expect((await md('# Aan tafel\n\nTekst.')).title).toEqual({ value: 'Aan tafel', origin: 'heading' });
    const among = await md('## Soep\n\nWarm.\n\n## Brood\n\nVers.');
    expect(among.title).toEqual({ value: 'Warm.', origin: 'derived' });
    expect(headings(among)).toEqual(['Soep', 'Brood']);
  });

  test('alone are a document all the same', async () => {
    expect(blocks(await md('# Aan tafel'))).toEqual(['paragraph: Aan tafel']);
    expect(blocks(await md('# Aan tafel\n\n## Soep'))).toEqual(['paragraph: Soep']);
  });
});

describe('blocks', () => {
  test('are paragraphs, items, rows and code, in the order of reading', async () => {
    const document = await md(
      [
        'Een *eerste* [alinea](https://x.nl) met `code`,\nop twee regels  \nen een derde.[^1]',
        '> Een **citaat**.',
        '- soep\n  met brood\n\n  en boter\n  - erwten\n- [x] sap\n\n1. eerst\n2. dan',
        '| Naam | Huis |\n|---|---|\n| Anna | De Es |\n| Jan | |',
        '```js\nlet soep = 1;\n```',
        '[^1]: Een noot.',
      ].join('\n\n'),
    );
    expect(blocks(document)).toEqual([
      'paragraph: Een eerste alinea met code, op twee regels en een derde.',
      'paragraph: Een citaat.',
      'item: soep met brood en boter',
      'item: erwten',
      'item: sap',
      'item: eerst',
      'item: dan',
      'row: Naam | Huis',
      'row: Anna | De Es',
      'row: Jan',
      'code: let soep = 1;',
      'note: Een noot.',
    ]);
  });

  test('hold the cells of a row beyond the table’s head, and the text of a link wherever it points', async () => {
    const document = await md(
      '> | a | b |\n> |---|---|\n> | c | d | e \\| f |\n\n[klik](javascript:weg) <https://x.nl/a%20b>\n',
    );
    expect(blocks(document)).toEqual([
      'row: a | b',
      'row: c | d | e | f',
      'paragraph: klik https://x.nl/a%20b',
    ]);
  });

  test('hold no tags, comments or scripts, only their text', async () => {
    const document = await md(
      '<!-- weg -->\n\nEen<br>twee <b>drie</b>.\n\n<div class="x">\n<p>Vier &amp; vijf</p><script>weg()</script>\n</div>\n\n---\n',
    );
    expect(blocks(document)).toEqual(['paragraph: Een twee drie.', 'paragraph: Vier & vijf']);
  });

  test('hold no alternative text, unless there is nothing else', async () => {
    expect(blocks(await md('![een pan](pan.png)\n\nSoep.'))).toEqual(['paragraph: Soep.']);
    expect(blocks(await md('![een pan](pan.png)'))).toEqual(['paragraph: een pan']);
  });

  test('of list lines are metadata as they are in a text', async () => {
    const document = await md(
      '# Aan tafel\n\n*3 juni 2021*\n\nWij eten samen.\n\n**Trefwoorden:** soep, brood\n\n## Thema’s\n\n- Eten\n',
    );
    expect(document.publishedOn?.value).toBe('2021-06-03');
    expect(document.keywords?.value).toEqual([{ form: 'line', text: 'soep, brood' }]);
    expect(document.themes?.value).toEqual([{ form: 'label', text: 'Eten' }]);
    expect(blocks(document)).toEqual(['paragraph: Wij eten samen.']);
  });
});

describe('a file that holds little or much', () => {
  test('without text is refused', async () => {
    expect(await refusalOf('---\ntitle: x\n---\n', 'public/a.md')).toBe('empty');
    expect(await refusalOf('<!-- niets -->', 'public/a.md')).toBe('empty');
    expect(await refusalOf('  \n', 'public/a.md')).toBe('empty');
  });

  test('is read whole or refused where it nests deeper than the parser goes', async () => {
    expect(blocks(await md(`${'>'.repeat(90)} soep`))).toEqual(['paragraph: soep']);
    for (const mark of ['>', '- ', '[^a]:'])
      expect(await refusalOf(`brood\n\n${mark.repeat(150)} soep`, 'public/a.md')).toBe('corrupt');
  });

  test('however deeply nested is read or refused', async () => {
    for (const deep of [
      `${'>'.repeat(1_500)} x`,
      `${'['.repeat(2_000)}x`,
      `${'*'.repeat(3_000)}x`,
      `${'- '.repeat(500)}x`,
    ]) {
      expect([undefined, 'corrupt']).toContain(await refusalOf(deep, 'public/a.md'));
    }
  });
});
