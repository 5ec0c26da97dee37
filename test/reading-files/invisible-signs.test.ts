import { describe, expect, test } from 'vitest';
import { toCanonical } from '../../functions/ingest-document/metadata.ts';
import { readObjectMetadata } from '../../functions/ingest-document/object-metadata.ts';
import { CanonicalDocument, Reading } from '../../shared/document.ts';
import { outcomeOf, outline, today } from './read.ts';
import { forgeDocx, forgeZip } from './zip-forgery.ts';

/** Each shows nothing, and each fooled a test for letters, for spaces or for both. */
const signs: readonly (readonly [string, string])[] = [
  ['a soft hyphen', '\u00ad'],
  ['two soft hyphens', '\u00ad \u00ad'],
  ['a Hangul filler', '\u3164'],
  ['a half-width filler', '\uffa0'],
  ['Braille without a dot', '\u2800'],
  ['a zero-width space', '\u200b'],
  ['a bidi mark', '\u202e'],
  ['a combining grapheme joiner', '\u034f'],
  ['a variation selector', '\ufe0f'],
  ['tags', '\u{e0041}\u{e007f}'],
  ['a Mongolian vowel separator', '\u180e'],
  ['an empty hieroglyph', '\u{13441}'],
];

const bytesOf = (text: string) => new TextEncoder().encode(text);
const paragraphs = (...texts: readonly string[]) =>
  texts.map((text) => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`).join('');
const heading = (text: string) =>
  `<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
const docx = (body: string) =>
  forgeZip([
    {
      name: 'word/document.xml',
      content: `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    },
  ]);

const odfParagraph = (text: string) => `<text:p>${text}</text:p>`;
const odfHeading = (text: string) => `<text:h text:outline-level="1">${text}</text:h>`;
const odfFrame = (text: string, more = '') =>
  `<draw:frame${more}><draw:text-box>${odfParagraph(text)}</draw:text-box></draw:frame>`;
const openDocument = (body: string) =>
  forgeZip([
    {
      name: 'content.xml',
      content: `<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:draw="d" xmlns:presentation="p"><office:body>${body}</office:body></office:document-content>`,
    },
  ]);
const shape = (text: string, placeholder = '') =>
  `<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
const pptx = (shapes: string) =>
  forgeZip([
    {
      name: 'ppt/presentation.xml',
      content:
        '<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>',
    },
    {
      name: 'ppt/_rels/presentation.xml.rels',
      content:
        '<Relationships><Relationship Id="r1" Type="http://x/slide" Target="slides/slide1.xml"/></Relationships>',
    },
    {
      name: 'ppt/slides/slide1.xml',
      content: `<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`,
    },
  ]);

/** A page with each text in a line of its own; its font says that Q is a filler and X a soft hyphen. */
const pdf = (...lines: readonly string[]) => {
  const stream = `BT /F1 12 Tf 16 TL 50 700 Td ${lines.map((line) => `(${line}) Tj T* T*`).join(' ')} ET`;
  const meaning =
    'begincmap 1 begincodespacerange <00> <FF> endcodespacerange 2 beginbfchar <51> <3164> <58> <00AD> endbfchar endcmap';
  return Buffer.from(
    `%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 5 0 R >> >> >> >> endobj\n4 0 obj << /Length ${stream.length} >> stream\n${stream}\nendstream endobj\n5 0 obj << /Length ${meaning.length} >> stream\n${meaning}\nendstream endobj\n6 0 obj << /Title <FEFF3164> >> endobj\ntrailer << /Root 1 0 R /Info 6 0 R >>\n%%EOF`,
    'latin1',
  );
};

/** A section without a heading, and in a text file a marker of which the item shows nothing. */
const bare = /^(?:#+ –|paragraph: (?:-|1\.))$/;

/** A document of each kind with a visible paragraph, and signs in every place that a text has. */
const kinds: readonly (readonly [key: string, make: (sign: string) => Uint8Array])[] = [
  [
    'a.txt',
    (sign) => bytesOf(`${sign}\n\nEen tekst die wordt gelezen.\n\n- ${sign}\n\n${sign}\n\n1. ${sign}\n`),
  ],
  [
    'a.md',
    (sign) =>
      bytesOf(
        `---\ntitle: "${sign}"\nthemes: ["${sign}"]\nseries: "${sign}"\nsummary: "${sign}"\n---\n\n# ${sign}\n\nEen tekst die wordt gelezen.\n\n## ${sign}\n\n- ${sign}\n\n| ${sign} | ${sign} |\n|---|---|\n| ${sign} | ${sign} |\n\n\`\`\`\n${sign}\n\`\`\`\n\n> ${sign}\n`,
      ),
  ],
  [
    'a.html',
    (sign) =>
      bytesOf(
        `<!doctype html><meta charset="utf-8"><title>${sign}</title><meta name="description" content="${sign}"><meta name="keywords" content="${sign}"><body><h1>${sign}</h1><p>Een tekst die wordt gelezen.</p><h2>${sign}</h2><ul><li>${sign}<li>&shy;</ul><table><tr><td>${sign}<td>${sign}</tr><tr><td>${sign}<td>${sign}</tr></table><pre>${sign}</pre>`,
      ),
  ],
  [
    'a.docx',
    (sign) =>
      docx(
        heading(sign) +
          paragraphs(sign, 'Een tekst die wordt gelezen.', sign) +
          heading(sign) +
          `<w:tbl><w:tr><w:tc>${paragraphs(sign)}</w:tc><w:tc>${paragraphs(sign)}</w:tc></w:tr></w:tbl>`,
      ),
  ],
  [
    'a.odt',
    (sign) =>
      openDocument(
        `<office:text>${odfHeading(sign)}${odfParagraph(sign)}${odfParagraph('Een tekst die wordt gelezen.')}${odfHeading(sign)}<text:list><text:list-item>${odfParagraph(sign)}</text:list-item></text:list><table:table><table:table-row><table:table-cell>${odfParagraph(sign)}</table:table-cell><table:table-cell>${odfParagraph(sign)}</table:table-cell></table:table-row></table:table></office:text>`,
      ),
  ],
  [
    'a.odp',
    (sign) =>
      openDocument(
        `<office:presentation><draw:page>${odfFrame(sign, ' presentation:class="title"')}${odfFrame('Een tekst die wordt gelezen.')}${odfFrame(sign)}</draw:page></office:presentation>`,
      ),
  ],
  [
    'a.pptx',
    (sign) => pptx(shape(sign, '<p:ph type="title"/>') + shape('Een tekst die wordt gelezen.') + shape(sign)),
  ],
];

const cases = kinds.flatMap(([key, make]) => signs.map(([name, sign]) => [key, name, sign, make] as const));

test.each(cases)(
  '%s whose headings, items and cells hold only %s is its visible paragraph',
  async (key, _, sign, make) => {
    const reading = await outcomeOf(make(sign), key);
    if (typeof reading === 'string') expect.fail(reading);
    expect(outline(reading).filter((line) => !bare.test(line))).toEqual([
      'paragraph: Een tekst die wordt gelezen.',
    ]);
    expect(Reading.parse(reading)).toEqual(reading);
    const metadata = { title: sign, themes: sign, series: sign, keywords: sign };
    const document = toCanonical(
      reading,
      [readObjectMetadata(metadata, today)],
      `public/${sign}.${key}`,
      today,
    );
    expect(CanonicalDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({ themes: null, keywords: null, series: null });
    expect(document.title.value).toMatch(/^(?:Een tekst die wordt gelezen\.?|a)$/);
  },
);

test.each(cases)('%s that holds only %s is refused', async (key, _, sign) => {
  const alone: Record<string, Uint8Array> = {
    'a.txt': bytesOf(sign),
    'a.md': bytesOf(`# ${sign}\n\n${sign}\n`),
    'a.html': bytesOf(`<!doctype html><meta charset="utf-8"><h1>${sign}</h1><p>${sign}</p>`),
    'a.docx': forgeDocx(sign),
    'a.odt': openDocument(`<office:text>${odfParagraph(sign)}</office:text>`),
    'a.odp': openDocument(
      `<office:presentation><draw:page>${odfFrame(sign)}</draw:page></office:presentation>`,
    ),
    'a.pptx': pptx(shape(sign)),
  };
  expect(['no-text', 'empty']).toContain(await outcomeOf(alone[key] ?? new Uint8Array(), key));
});

describe('signs that show nothing within words', () => {
  test.each(kinds.map(([key]) => [key]))('%s: the words are read as they show', async (key) => {
    const text = 'De cli\u00adënten\u200braad van het ver\u2060pleeg\u202ehuis\u202c kiest';
    const made: Record<string, Uint8Array> = {
      'a.txt': bytesOf(`${text}.\n`),
      'a.md': bytesOf(`${text}.\n`),
      'a.html': bytesOf(`<!doctype html><meta charset="utf-8"><p>${text}.</p>`),
      'a.docx': forgeDocx(`${text}.`),
      'a.odt': openDocument(`<office:text>${odfParagraph(`${text}.`)}</office:text>`),
      'a.odp': openDocument(
        `<office:presentation><draw:page>${odfFrame(`${text}.`)}</draw:page></office:presentation>`,
      ),
      'a.pptx': pptx(shape(`${text}.`)),
    };
    const reading = await outcomeOf(made[key] ?? new Uint8Array(), key);
    if (typeof reading === 'string') expect.fail(reading);
    expect(outline(reading)).toContain('paragraph: De cliëntenraad van het verpleeghuis kiest.');
  });
});

test('a file name that shows nothing is a document without a title', () => {
  const passages = [
    {
      anchor: { type: 'section' as const, number: 1, heading: null },
      level: 1,
      blocks: [{ type: 'item' as const, text: 'Een tekst.' }],
    },
  ];
  const reading: Reading = { kind: 'article', language: null, found: [], passages, notes: [] };
  for (const [, sign] of signs) {
    const document = toCanonical(reading, [], `public/${sign}.txt`, today);
    expect(document.title).toEqual({ value: 'Zonder titel', origin: 'file-name' });
  }
});

test('a page of a PDF keeps the lines that show something', async () => {
  const reading = await outcomeOf(pdf('Q', 'Een tekst die wordt gelezen.', '\\240', 'X Q'), 'a.pdf');
  if (typeof reading === 'string') expect.fail(reading);
  expect(outline(reading)).toEqual(['# –', 'paragraph: Een tekst die wordt gelezen.']);
  expect(Reading.parse(reading)).toEqual(reading);
  expect(await outcomeOf(pdf('Q', '\\240', 'X'), 'a.pdf')).toBe('no-text');
});
