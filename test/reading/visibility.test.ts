import { describe, expect, test } from 'vitest';
import { readObjectMetadata } from '../../functions/ingest-document/object-metadata.ts';
import { readSidecars } from '../../functions/ingest-document/sidecar-metadata.ts';
import { blocks, read, today } from './read.ts';

const visibilityOf = async (content: string, key = 'public/stuk.md') => (await read(content, key)).visibility;
const body = '\n\nWij eten elke dinsdag samen in de hal van het huis.\n';
const kinds = ['public/stuk.md', 'public/stuk.txt', 'public/stuk.html'];

/** What means internal at the top of a text of any kind. */
const internalTops: readonly [string, string][] = [
  ['in front matter', '---\nvisibility: internal\n---'],
  ['in Dutch', '---\nzichtbaarheid: intern\n---'],
  ['beside a contradiction in another case', '---\nvisibility: internal\nVisibility: public\n---'],
  ['before it is said again', '---\nvisibility: internal\nvisibility: public\n---'],
  ['beside the other language', '---\nvisibility: public\nzichtbaarheid: intern\n---'],
  ['after empty lines', '\n\n \n---\nvisibility: internal\n---'],
  ['after a byte order mark and a no-break space', '\ufeff\u00a0\n---\nvisibility: internal\n---'],
  ['after a comment', '<!-- gemaakt met een sjabloon -->\n---\nvisibility: internal\n---'],
  ['in a comment', '<!--\nvisibility: internal\n-->'],
  ['in a block that is not closed', '---\nvisibility: internal\n'],
  [
    'in a block that is closed by a ruler far below',
    '---\ntitle: x\nvisibility: internal\n\nTekst zonder einde.\n\n---\n',
  ],
  ['in TOML', '+++\ntitle = "x"\nvisibility = "internal"\n+++'],
  ['in TOML that is not closed', '+++\nvisibility = "internal"\n'],
  ['in TOML in a table', '+++\n[meta]\nvisibility = "internal"\n+++'],
  ['twice in TOML', '+++\nvisibility = "internal"\nvisibility = "public"\n+++'],
  ['in JSON between semicolons', ';;;\n{ "visibility": "internal" }\n;;;'],
  ['in a JSON object', '{ "title": "x", "visibility": "internal" }'],
  ['twice in a JSON object', '{ "visibility": "internal", "visibility": "public" }'],
  ['in a JSON object that is not closed', '{\n  "visibility": "internal",\n  "title": "x"\n'],
  ['nested', '---\nmeta: { visibility: internal }\n---'],
  ['nested in a list', '---\nmeta:\n  - a: 1\n    visibility: internal\n---'],
  ['below its name', '---\nvisibility:\n  level: internal\n---'],
  ['in a list of levels', '---\nvisibility: [public, internal]\n---'],
  ['in a second block', '---\ntitle: x\n---\n\n---\nvisibility: internal\n---'],
  [
    'in a second block of another notation',
    '---\nvisibility: public\n---\n+++\nvisibility = "internal"\n+++',
  ],
  ['in a second document', '---\ntitle: x\n---\nvisibility: internal\n---'],
  ['in a second document that ends in dots', '---\ntitle: x\n...\nvisibility: internal\n...'],
  ['with a longer ruler', '-----\nvisibility: internal\n-----'],
  ['with the name of the notation', '---yaml\nvisibility: internal\n---'],
  ['on the line of the ruler', '--- \ntitle: x\nvisibility: internal\n---'],
  ['between rulers of other signs', '***\nvisibility: internal\n***'],
  ['without rulers', 'title: x\nvisibility: internal'],
  ['alone on the first line', 'visibility: internal'],
  ['in bold on the first line', '**Zichtbaarheid:** intern'],
  ['in quotes', '---\n"visibility": \'internal\'\n---'],
  ['in capitals', '---\nVISIBILITY: INTERNAL\n---'],
  ['in full-width letters', '---\nｖｉｓｉｂｉｌｉｔｙ： ｉｎｔｅｒｎａｌ\n---'],
  ['in full-width letters with a sign of its own', '---\nｖｉｓｉｂｉｌｉｔｙ: ｉｎｔｅｒｎａｌ\n---'],
  ['with accents and signs', '---\nVisibílity : “Internal.”\n---'],
  ['with a soft hyphen and a zero-width space', '---\nvisi\u00adbility: inter\u200bnal\n---'],
  ['with no-break spaces', '---\nvisibility:\u00a0internal\n---'],
  ['without a space', '---\nvisibility:internal\n---'],
  ['without a colon', '---\ntitle: x\nvisibility internal\n---'],
  ['with an equals sign', '---\nvisibility = internal\n---'],
  ['indented below another field', '---\ntitle: x\n  visibility:internal\n---'],
  ['within quotes that are closed too late', '---\ntitle: "Jaarverslag\n  visibility: internal"\n---'],
  ['by an alias', '---\nx: &a internal\nvisibility: *a\n---'],
  ['with a name by an alias', '---\nx: &a visibility\n*a : internal\n---'],
  ['as a complex key', '---\n? visibility\n: internal\n---'],
  ['among broken fields', '---\na: [b\nvisibility: internal\n---'],
  ['hidden among broken fields', '---\nvisibility: public\n{a: [, visibility: internal\n---'],
  ['with a typing error in the name', '---\nvisibilty: internal\n---'],
  ['with a typing error in the Dutch name', '---\nzichtbarheid: intern\n---'],
  ['with a typing error, although it says public', '---\nvisiblity: public\n---'],
  ['with a typing error in the value', '---\nvisibility: internl\n---'],
  ['with more in the name', '---\ndocument-visibility: internal\n---'],
  ['with more in the value', '---\nvisibility: intern tot 1 mei\n---'],
  ['without a value', '---\nvisibility:\n---'],
  ['by yes', '---\ninternal: true\n---'],
  ['by yes in Dutch', '---\nvertrouwelijk: ja\n---'],
  ['by no', '---\npublic: false\n---'],
  ['by no in Dutch', '---\nopenbaar: nee\n---'],
  ['by neither yes nor no', '---\nintern: misschien\n---'],
  ['by a name with "is" before it', '---\nisPublic: false\n---'],
  ['below a directive', '%YAML 1.2\n---\nvisibility: internal\n---'],
  ['below a line that is no field', '---\n@sjabloon\nvisibility: internal\n---'],
  ['in a list of JSON objects', '[{ "title": "x" }, { "visibility": "internal" }]'],
  ['among others in a comment', '<!-- title: x; visibility: internal -->'],
  ['below very many blocks', `${'---\ntitle: x\n---\n'.repeat(30)}---\nvisibility: internal\n---`],
  ['by a name that means other things as well', '---\ntoegang: vertrouwelijk\n---'],
];

describe.each(kinds)('In %s, internal is heard', (key) => {
  test.each(internalTops)('%s', async (_, top) => {
    expect(await visibilityOf(top + body, key)).toBe('internal');
  });
});

/** What leaves the document as public as its place. */
const openTops: readonly [string, string, 'public' | null][] = [
  ['public', '---\nvisibility: public\n---', 'public'],
  ['public in both languages', '---\nvisibility: public\nzichtbaarheid: openbaar\n---', 'public'],
  ['public in TOML', '+++\nvisibility = "public" # zo\n+++', 'public'],
  ['public in JSON', '{ "visibility": "public" }', 'public'],
  ['public by an alias', '---\nx: &a public\nvisibility: *a\n---', 'public'],
  ['public over more lines', '---\nvisibility: >-\n  public\n---', 'public'],
  ['public by yes', '---\npublic: yes\ninternal: false\n---', 'public'],
  ['public without rulers', 'visibility: public', 'public'],
  ['other fields', '---\ntitle: x\ntoegang: gratis\ninterval: 3\n---', null],
  ['a remark', '---\ntitle: x\n# visibility: internal\n---', null],
  ['a heading', '# Zichtbaarheid: internal', null],
  ['a first line that is a title', 'Zichtbaarheid: hoe bewoners worden gezien', null],
  ['a first line that is a sentence', 'Visibility is belangrijk: internal affairs', null],
  ['a first line about whom it is for', 'Publiek: zorgprofessionals', null],
  ['a word in braces', '{noot} bij de tekst', null],
  ['a ruler', '---', null],
  ['code', '```\nvisibility: internal\n```', null],
  ['indented code', '    visibility: internal', null],
];

describe.each(kinds.slice(0, 2))('In %s', (key) => {
  test.each(openTops)('%s says no internal', async (_, top, visibility) => {
    expect(await visibilityOf(top + body, key)).toBe(visibility);
  });

  test.each([
    ['a sentence', 'Wij schrijven visibility: internal boven elk stuk.'],
    ['a paragraph', 'visibility: internal'],
    ['a list', '- visibility: internal\n- zichtbaarheid: intern'],
    ['code', '```yaml\nvisibility: internal\n```'],
    ['a block between rulers', '---\n\nvisibility: internal\n\n---'],
    ['a comment', '<!-- visibility: internal -->'],
  ])('text further down says nothing, though it is %s', async (_, text) => {
    for (const top of [
      '',
      '---\nvisibility: public\n---\n\n',
      '---\ntitle: x\n---\n',
      '+++\ntitle = "x"\n+++\n',
    ]) {
      const content = `${top}Wij eten elke dinsdag samen.\n\n${text}${body}`;
      expect(await visibilityOf(content, key), content).toBe(top.includes('public') ? 'public' : null);
    }
  });
});

describe('Front matter of a text or a page', () => {
  test.each(kinds)('%s gives its fields, and is no text', async (key) => {
    const text = key.endsWith('html') ? '<p>Wij eten samen.</p>' : 'Wij eten samen.';
    for (const top of [
      '---\ntitle: Aan tafel\ndate: 2023-06-01\nkind: publication\n---\n',
      '\n+++\ntitle = "Aan tafel"\ndate = 2023-06-01\nkind = "publication"\n+++\n',
      ';;;\n{ "title": "Aan tafel", "date": "2023-06-01", "kind": "publication" }\n;;;\n',
    ]) {
      const document = await read(top + text, key);
      expect(document, top).toMatchObject({
        kind: 'publication',
        title: { value: 'Aan tafel', origin: 'front-matter' },
        publishedOn: { value: '2023-06-01', origin: 'front-matter' },
        notes: [],
      });
      expect(blocks(document)).toEqual(['paragraph: Wij eten samen.']);
    }
  });
});

describe('A page', () => {
  const page = (head: string) =>
    `<!doctype html><html><head>${head}</head><body><p>Wij eten samen.</p></body></html>`;
  test.each([
    ['<meta name="visibility" content="internal">'],
    ['<meta property="og:visibility" content="internal">'],
    ['<meta itemprop="zichtbaarheid" content="intern">'],
    ['<META NAME=Visibility CONTENT=Internal>'],
    ['<meta name="visibility" content="public"><meta name="visibility" content="internal">'],
    ['<meta property="og:title" name="visibility" content="internal">'],
    ['<meta name="visibility" value="internal">'],
    ['<meta name="visibilty" content="public">'],
    ['<meta name="dcterms.accessRights" content="internal">'],
    ['<!-- visibility: internal -->'],
  ])('is internal with %s', async (head) => {
    expect(await visibilityOf(page(head), 'public/pagina.html')).toBe('internal');
  });
  test.each([
    ['<meta name="visibility" content="public">', 'public'],
    ['<meta name="viewport" content="internal">', null],
    ['<title>visibility: internal</title>', null],
    ['<style>p { visibility: hidden }</style>', null],
  ])('is not with %s', async (head, visibility) => {
    expect(await visibilityOf(page(head), 'public/pagina.html')).toBe(visibility);
  });
});

describe('Beside the file', () => {
  const sidecar = async (text: string, name = 'stuk.md.meta.yaml') => {
    const found = readSidecars([{ key: `public/${name}`, bytes: new TextEncoder().encode(text) }], today);
    return read('Wij eten samen.', 'public/stuk.md', found);
  };

  test.each([
    ['a second document', '---\ntitle: x\n---\nvisibility: internal\n'],
    ['a contradiction', 'visibility: public\nVisibility: internal\n'],
    ['a repetition', 'zichtbaarheid: intern\nzichtbaarheid: openbaar\n'],
    ['no space', 'visibility:internal\n'],
    ['a list', '- visibility: internal\n'],
    ['one word', 'visibility internal\n'],
    ['JSON', '{"visibility":"internal"}'],
    ['JSON that is broken', '{"title":"x" "visibility":"internal"}'],
    ['a typing error', 'zichtbaarhied: openbaar\n'],
    ['many blank lines', `${'\n'.repeat(60_000)}visibility: internal`],
    ['nothing', ''],
  ])('a sidecar is heard that holds %s', async (_, text) => {
    expect((await sidecar(text)).visibility).toBe('internal');
  });

  test('a sidecar that says something else is not', async () => {
    expect((await sidecar('title: x\nvisibility: public\n')).visibility).toBe('public');
    expect((await sidecar('title: x\n')).visibility).toBeNull();
  });

  test.each([
    ['zichtbaarheid', 'intern'],
    ['Visibility', 'Internal'],
    ['x-amz-meta-visibility', 'internal'],
    ['visibilty', 'public'],
    ['document-visibility', 'internal'],
    ['internal', 'true'],
    ['openbaar', 'nee'],
    ['visibility', ''],
    ['visibility', '=?UTF-8?B?aW50ZXJu?='],
  ])('object metadata is heard that says %s: %s', async (name, value) => {
    const extra = readObjectMetadata({ title: 'x', [name]: value }, today);
    expect((await read('Wij eten samen.', 'public/stuk.md', [extra])).visibility).toBe('internal');
  });

  test('object metadata in two languages is heard in both', async () => {
    const extra = readObjectMetadata({ visibility: 'public', zichtbaarheid: 'intern' }, today);
    expect((await read('Wij eten samen.', 'public/stuk.md', [extra])).visibility).toBe('internal');
  });
});

describe('What is not understood', () => {
  test('is told from what is, and has a note that names the place', async () => {
    const unclear = await read(`---\nvisibilty: public\n---${body}`, 'public/stuk.md');
    expect(unclear).toMatchObject({ visibility: 'internal', isVisibilityUnclear: true });
    expect(unclear.notes.map(({ code }) => code)).toEqual(['unknown-fields', 'unknown-visibility']);
    expect(unclear.notes[1]?.message.nl).toContain('“visibilty: public” in de velden boven aan het bestand');
    const understood = await read(
      `---\nvisibility: internal\nvisibilty: public\n---${body}`,
      'public/stuk.md',
    );
    expect(understood.visibility).toBe('internal');
    expect(understood.isVisibilityUnclear).toBeUndefined();
  });
});

describe('In any number of documents and blocks', () => {
  test.each([
    '---\na: 1\n---\nb: 1\n---\nvisibility: internal\n---\nDe tekst.\n',
    '---\na: 1\n---\nb: 1\n---\n---\nvisibility: internal\n---\nDe tekst.\n',
    '---\nhallo\n---\nvisibility: internal\n---\nDe tekst.\n',
    '---\n- a\n---\nvisibility: internal\n---\nDe tekst.\n',
    '---\n%YAML 1.2\n---\nvisibility: internal\n---\nDe tekst.\n',
    '---\nisPubli: nee\n---\nDe tekst.\n',
    '---\nisInterna: ja\n---\nDe tekst.\n',
  ])('internal is heard: %j', async (text) => {
    for (const key of ['public/stuk.md', 'public/stuk.txt', 'public/stuk.html'])
      expect((await read(text, key)).visibility, key).toBe('internal');
  });

  test.each([
    '---\ntitel: x\n---\nZichtbaarheid: wat is dat?\n\nDe tekst.\n',
    '---\nEen gesprek over de zorg.\nEn nog een regel.\n---\n\nvisibility: internal\n\n---\n',
    'De tekst.\n\n---\nvisibility: internal\n---\n',
  ])('text that speaks of it is not heard: %j', async (text) => {
    expect((await read(text, 'public/stuk.md')).visibility).not.toBe('internal');
  });
});

test('lines at the top of a page are parted by any line separator', async () => {
  const page = 'Titel: x\u2028visibility: internal\n\n<h1>Kop</h1><p>De tekst.</p>';
  expect((await read(page, 'public/stuk.html')).visibility).toBe('internal');
});
