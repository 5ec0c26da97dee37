import { describe, expect, test } from 'vitest';
import { decodeText } from '../../functions/ingest-document/readers/decode-text.ts';
import { read, refusalOf } from './read.ts';

const text = 'De coöperatie koos ‘Één thuis’ – voor € 5.';
const utf16be = (value: string) => Buffer.from(`\ufeff${value}`, 'utf16le').swap16();
/** Windows-1252 as an old editor writes it. */
const windows1252 = (value: string) =>
  Uint8Array.from(
    value,
    (sign) => ({ '‘': 0x91, '’': 0x92, '–': 0x96, '€': 0x80 })[sign] ?? sign.charCodeAt(0),
  );

describe('encodings', () => {
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little end first', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', utf16be(text)],
    ['Windows-1252', windows1252(text)],
    ['UTF-8 taken apart into letters and accents', Buffer.from(text.normalize('NFD'))],
  ])('%s gives the same text', (_, bytes) => {
    expect(decodeText(bytes)).toBe(text);
  });

  test('a damaged byte does not turn a whole UTF-8 text into Windows-1252', () => {
    const bytes = Buffer.concat([Buffer.from('coöperatie, idee\u00ebn, caf\u00e9 '), Buffer.from([0xe9])]);
    expect(decodeText(bytes)).toBe('coöperatie, ideeën, café \ufffd');
  });

  test('every kind of line end is one', () => {
    expect(decodeText(Buffer.from('een\r\ntwee\rdrie\u2028vier\fvijf'))).toBe(
      'een\ntwee\ndrie\nvier\n\nvijf',
    );
  });

  test('what a word processor left where a bullet stood is a bullet', async () => {
    expect((await read('Mee te nemen:\n\uf0b7 jas\n\uf0b7 tas')).passages[0]?.blocks[1]).toEqual({
      type: 'item',
      text: 'jas',
    });
  });
});

describe('what is not text', () => {
  test('nothing, or white space alone, is empty', async () => {
    expect(await refusalOf('')).toBe('empty');
    expect(await refusalOf(' \r\n\t\u00a0\n')).toBe('empty');
  });

  test('signs without a letter or digit are no text', async () => {
    expect(await refusalOf('--- *** ---')).toBe('no-text');
  });

  test('control codes and replacement characters in numbers are a damaged file', async () => {
    expect(await refusalOf(`tekst ${'\u0001'.repeat(40)}`)).toBe('corrupt');
    expect(await refusalOf('\ufffd'.repeat(200))).toBe('corrupt');
    expect(await refusalOf(Buffer.from('zonder merkteken', 'utf16le'))).toBe('corrupt');
    expect(await refusalOf(Uint8Array.from({ length: 4000 }, (_, at) => (at * 7919 + (at >> 3)) % 256))).toBe(
      'corrupt',
    );
  });

  test('a line of one word is a document', async () => {
    const document = await read('Welkom');
    expect(document.title).toEqual({ value: 'Welkom', origin: 'derived' });
    expect(document.passages).toEqual([
      {
        anchor: { type: 'section', number: 1, heading: null },
        level: 1,
        blocks: [{ type: 'paragraph', text: 'Welkom' }],
      },
    ]);
  });
});
