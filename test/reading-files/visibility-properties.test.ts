/** What a program writes among a file's properties may set visibility, as any field may. */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { toCanonical } from '../../functions/ingest-document/metadata.ts';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import { fixture, today } from './read.ts';

const documentOf = async (bytes: Uint8Array, key: string) =>
  toCanonical(await readUpload({ bytes, key }, today), [], key, today);

/** An Office file with a property of its own. */
function withCustomProperty(name: string, property: string, value: string): Uint8Array {
  const parts = unzipSync(fixture(name));
  const custom =
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">' +
    `<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="${property}"><vt:lpwstr>${value}</vt:lpwstr></property></Properties>`;
  return zipSync({ ...parts, 'docProps/custom.xml': strToU8(custom) });
}

/** An OpenDocument file with a property of its own. */
function withUserDefined(name: string, property: string, value: string): Uint8Array {
  const parts = unzipSync(fixture(name));
  const meta = strFromU8(parts['meta.xml'] ?? new Uint8Array());
  const defined = `<meta:user-defined meta:name="${property}">${value}</meta:user-defined></office:meta>`;
  return zipSync({ ...parts, 'meta.xml': strToU8(meta.replace('</office:meta>', defined)) });
}

/** A PDF of one line with a property of its own. */
function pdfWith(property: string, value: string): Uint8Array {
  const content = 'BT /F1 12 Tf 72 720 Td (Wij eten elke dinsdag samen in de hal van het huis.) Tj ET';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< /${property} (${value}) >>`,
  ].map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`);
  return strToU8(`%PDF-1.4\n${objects.join('')}trailer\n<< /Root 1 0 R /Info 6 0 R /Size 7 >>\n%%EOF\n`);
}

const makers: readonly [string, (property: string, value: string) => Uint8Array][] = [
  ['stuk.docx', (property, value) => withCustomProperty('pandoc-verslag.docx', property, value)],
  ['stuk.pptx', (property, value) => withCustomProperty('pandoc-verslag.pptx', property, value)],
  ['stuk.odt', (property, value) => withUserDefined('pandoc-verslag.odt', property, value)],
  ['stuk.odp', (property, value) => withUserDefined('libreoffice-presentatie.odp', property, value)],
  ['stuk.pdf', pdfWith],
];

describe.each(makers)('In %s', (name, make) => {
  test.each([
    ['Visibility', 'internal', 'internal', []],
    ['Zichtbaarheid', 'Intern', 'internal', []],
    ['Vertrouwelijk', 'ja', 'internal', []],
    ['Visibilty', 'public', 'internal', ['unknown-visibility']],
    ['Visibility', 'public', 'public', []],
    ['Afdeling', 'intern', null, []],
  ] as const)('a property %s that is %s makes it %s', async (property, value, visibility, codes) => {
    const document = await documentOf(make(property, value), `public/${name}`);
    expect(document.visibility).toBe(visibility);
    const unclear = document.notes.filter(({ code }) => code === 'unknown-visibility');
    expect(unclear.map(({ code }) => code)).toEqual(codes);
  });
});
