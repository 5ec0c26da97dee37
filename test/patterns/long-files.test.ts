import { expect, test } from 'vitest';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import { forgeZip } from '../reading-files/zip-forgery.ts';

/** Rows, paragraphs, runs: more than any honest file has of one kind. */
const many = 100_000;

/** Milliseconds of processor time: a third of what a reader has, and several times what an idle machine needs. */
const atMost = 10_000;

const docx = (body: string) =>
  forgeZip([
    { name: 'word/document.xml', content: `<w:document xmlns:w="w"><w:body>${body}</w:body></w:document>` },
  ]);

const odt = (text: string) =>
  forgeZip([
    {
      name: 'content.xml',
      content: `<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:text>${text}</office:text></office:body></office:document-content>`,
    },
  ]);

const slide = (shapes: string) =>
  `<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`;
const relationship = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`;

/** One slide that is named `times` times, with a layout. */
const pptx = (shapes: string, { times = 1, layout = '' } = {}) =>
  forgeZip([
    {
      name: 'ppt/presentation.xml',
      content: `<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst>${'<p:sldId id="1" r:id="r1"/>'.repeat(times)}</p:sldIdLst></p:presentation>`,
    },
    {
      name: 'ppt/_rels/presentation.xml.rels',
      content: `<Relationships>${relationship('r1', 'slide', 'slides/slide1.xml')}</Relationships>`,
    },
    { name: 'ppt/slides/slide1.xml', content: slide(shapes) },
    {
      name: 'ppt/slides/_rels/slide1.xml.rels',
      content: `<Relationships>${relationship('r1', 'slideLayout', '../slideLayouts/l.xml')}</Relationships>`,
    },
    { name: 'ppt/slideLayouts/l.xml', content: slide(layout) },
  ]);

const placeholder = (at: number, text: string) =>
  `<p:sp><p:nvSpPr><p:nvPr><p:ph type="body" idx="${at}"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;

const pdf = (texts: string) =>
  new TextEncoder().encode(
    `%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >> endobj\n4 0 obj << /Length ${texts.length} >> stream\n${texts}\nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF`,
  );

const page = (body: string) => new TextEncoder().encode(`<html><body><nav>Menu</nav>${body}</body></html>`);
const each = (make: (at: number) => string, count = many) =>
  Array.from({ length: count }, (_, at) => make(at)).join('');
const again = (text: string) => text.repeat(many);

const files: Readonly<Record<string, () => readonly [key: string, bytes: Uint8Array]>> = {
  'a page of many rows': () => [
    'a.html',
    page(`<table>${again('<tr><td>Kolom een</td><td>twee woorden</td></tr>')}</table>`),
  ],
  'a page of many cells in a row': () => ['a.html', page(`<table><tr>${again('<td>cel</td>')}</tr></table>`)],
  'a page of tables within each other': () => ['a.html', page(again('<table><tr><td>cel'))],
  'a page of many items': () => ['a.html', page(`<ul>${again('<li>een punt van de lijst</li>')}</ul>`)],
  'a page of many paragraphs': () => ['a.html', page(again('<p>Een alinea van de tekst.</p>'))],
  'a page of many headings': () => ['a.html', page(again('<h2>Een kop</h2><p>Tekst.</p>'))],
  'a Markdown file of many rows': () => [
    'a.md',
    new TextEncoder().encode(`|a|b|\n|-|-|\n${again('|x|y|\n')}`),
  ],
  'a DOCX of many paragraphs': () => ['a.docx', docx(again('<w:p><w:r><w:t>Een alinea.</w:t></w:r></w:p>'))],
  'a DOCX of many rows': () => [
    'a.docx',
    docx(`<w:tbl>${again('<w:tr><w:tc><w:p><w:r><w:t>een cel</w:t></w:r></w:p></w:tc></w:tr>')}</w:tbl>`),
  ],
  'a DOCX of many runs in a paragraph': () => [
    'a.docx',
    docx(`<w:p>${again('<w:r><w:t>een woord </w:t></w:r>')}</w:p>`),
  ],
  'an ODT of many paragraphs': () => ['a.odt', odt(again('<text:p>Een alinea.</text:p>'))],
  'an ODT of many rows': () => [
    'a.odt',
    odt(
      `<table:table>${again('<table:table-row><table:table-cell><text:p>een cel</text:p></table:table-cell></table:table-row>')}</table:table>`,
    ),
  ],
  'a PPTX of many paragraphs': () => [
    'a.pptx',
    pptx(`<p:sp><p:txBody>${again('<a:p><a:r><a:t>Een punt.</a:t></a:r></a:p>')}</p:txBody></p:sp>`),
  ],
  'a PPTX of many runs, each raised': () => [
    'a.pptx',
    pptx(
      `<p:sp><p:txBody><a:p>${again('<a:r><a:t>m</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>2</a:t></a:r>')}</a:p></p:txBody></p:sp>`,
    ),
  ],
  'a PPTX of many shapes whose layout says where they stand': () => [
    'a.pptx',
    pptx(
      each((at) => placeholder(at, 'Tekst'), 20_000),
      { layout: each((at) => placeholder(at, ''), 20_000) },
    ),
  ],
  'a PPTX that names one slide many times': () => [
    'a.pptx',
    pptx(
      again('<p:sp><p:txBody><a:p><a:r><a:t>Tekst</a:t></a:r></a:p></p:txBody></p:sp>').slice(0, 65 * 1_000),
      { times: many },
    ),
  ],
  'a PDF of many runs on a line': () => [
    'a.pdf',
    pdf(`BT /F1 1 Tf ${each((at) => `1 0 0 1 ${(at * 0.6).toFixed(1)} 700 Tm (a) Tj `)} ET`),
  ],
  'a PDF of many lines in a paragraph': () => [
    'a.pdf',
    pdf(
      `BT /F1 0.01 Tf ${each((at) => `1 0 0 1 10 ${(840 - at * 0.0083).toFixed(4)} Tm (woord woord woord) Tj `)} ET`,
    ),
  ],
};

test.each(Object.entries(files))('%s is read in a few seconds of the processor', async (_, make) => {
  const [key, bytes] = make();
  const before = process.cpuUsage();
  const { passages } = await readUpload({ bytes, key: `public/${key}` }, '2026-11-30');
  const { user, system } = process.cpuUsage(before);
  expect(passages.length).toBeGreaterThan(0);
  expect((user + system) / 1000).toBeLessThan(atMost);
});
