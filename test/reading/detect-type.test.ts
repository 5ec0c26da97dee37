import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { detectType } from '../../functions/ingest-document/readers/detect-type.ts';

const bytes = (content: string) => Buffer.from(content, 'latin1');
const zip = (...names: string[]) =>
  zipSync(Object.fromEntries(names.map((name) => [name, new Uint8Array(4)])));
const odf = (type: string) =>
  zipSync({
    mimetype: [bytes(`application/vnd.oasis.opendocument.${type}`), { level: 0 }],
    'content.xml': bytes('<x/>'),
  });

function typeOf(content: string | Uint8Array, key: string, contentType?: string): string {
  try {
    return detectType({ bytes: typeof content === 'string' ? bytes(content) : content, key, contentType });
  } catch (error) {
    return error instanceof Error && 'reason' in error ? String(error.reason) : String(error);
  }
}

describe('the type of a file', () => {
  test.each([
    ['%PDF-1.7\n…', 'pdf'],
    [zip('[Content_Types].xml', 'word/document.xml'), 'docx'],
    [zip('[Content_Types].xml', 'ppt/presentation.xml'), 'pptx'],
    [odf('text'), 'odt'],
    [odf('presentation'), 'odp'],
    ['<!DOCTYPE html><title>x</title>', 'html'],
    ['\n<!-- saved -->\n<html lang="nl">', 'html'],
  ])('is what its content shows, whatever its name', (content, type) => {
    expect(typeOf(content, 'public/verslag.txt')).toBe(type);
  });

  test.each([
    ['an image', '\x89PNG\r\n\x1a\n'],
    ['a photo', '\xff\xd8\xff\xe0'],
    ['a spreadsheet', zip('xl/workbook.xml')],
    ['an archive', zip('a.txt')],
    ['an old Word file', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
    ['rich text', '{\\rtf1 tekst}'],
    ['a film', '\0\0\0\x18ftypmp42'],
    ['a mail', 'Received: by x\nFrom: a@b\nMIME-Version: 1.0\nSubject: x\n\nhoi'],
    ['other XML', '<?xml version="1.0"?><rss/>'],
  ])('%s is never text', (_, content) => {
    expect(typeOf(content, 'public/verslag.txt')).toBe('unsupported-type');
  });

  test('an Office file with a password says so', () => {
    const content = Buffer.concat([
      bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ]);
    expect(typeOf(content, 'public/verslag.docx')).toBe('encrypted');
  });

  test('is by name where content is text', () => {
    expect(typeOf('tekst', 'public/a.TXT')).toBe('plain-text');
    expect(typeOf('# tekst', 'public/a.md')).toBe('markdown');
    expect(typeOf('tekst', 'public/bericht.eml')).toBe('unsupported-type');
    expect(typeOf('a;b', 'public/lijst.csv')).toBe('unsupported-type');
    expect(typeOf('a', 'public/rekenblad.ods')).toBe('unsupported-type');
  });

  test('without an extension is what the upload was said to be, else text', () => {
    expect(typeOf('# tekst', 'public/lees mij', 'text/markdown; charset=utf-8')).toBe('markdown');
    expect(typeOf('tekst', 'public/notulen v1.2')).toBe('plain-text');
  });

  test('words that begin like a program or a picture are words', () => {
    expect(typeOf('BMW rijdt voor', 'public/a.txt')).toBe('plain-text');
    expect(typeOf('MZ is een afkorting', 'public/a.txt')).toBe('plain-text');
  });

  test('a zip cut short is left to the reader that its name asks for', () => {
    expect(typeOf(zip('[Content_Types].xml', 'word/document.xml').subarray(0, 60), 'public/a.docx')).toBe(
      'docx',
    );
  });
});
