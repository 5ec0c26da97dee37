/**
 * What kind of file an upload is: its content decides, and only where content says nothing (text looks like text) does
 * its name. Nothing is inflated here.
 */
import { RefusedError } from '../../../shared/refusal.ts';
import { decodeBytes } from './decode-text.ts';

export const fileTypes = ['pdf', 'docx', 'pptx', 'odt', 'odp', 'html', 'markdown', 'plain-text'] as const;
export type FileType = (typeof fileTypes)[number];

export interface Upload {
  readonly bytes: Uint8Array;
  readonly key: string;
  readonly contentType?: string | null | undefined;
}

const typeOfExtension: ReadonlyMap<string, FileType> = new Map([
  ['pdf', 'pdf'],
  ['docx', 'docx'],
  ['docm', 'docx'],
  ['dotx', 'docx'],
  ['pptx', 'pptx'],
  ['pptm', 'pptx'],
  ['ppsx', 'pptx'],
  ['odt', 'odt'],
  ['odp', 'odp'],
  ['htm', 'html'],
  ['html', 'html'],
  ['xhtml', 'html'],
  ['md', 'markdown'],
  ['markdown', 'markdown'],
  ['txt', 'plain-text'],
  ['text', 'plain-text'],
]);

const typeOfContentType: ReadonlyMap<string, FileType> = new Map([
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['text/markdown', 'markdown'],
  ['text/plain', 'plain-text'],
]);

/** Beginnings of files that are never text, whatever their name: images, sound, film, archives, programs, databases. */
const binarySignatures: readonly string[] = [
  '\x89PNG\r\n\x1a\n',
  '\xff\xd8\xff',
  'GIF87a',
  'GIF89a',
  'II*\0',
  'MM\0*',
  '\0\0\x01\0',
  '\x1f\x8b',
  '7z\xbc\xaf\x27\x1c',
  'Rar!\x1a\x07',
  '\xfd7zXZ\0',
  '\x28\xb5\x2f\xfd',
  '\x7fELF',
  'SQLite format 3\0',
  'OggS\0',
  'fLaC\0',
  'ID3\x03',
  'ID3\x04',
  '\xca\xfe\xba\xbe',
];

/** Beginnings of text that is written for a program and not for a reader. */
const machineText = /^(?:\{\\rtf|%!PS|<svg[\s>]|<\?php|begin \d{3} \S|-----BEGIN |BEGIN:V(?:CARD|CALENDAR))/i;

/** The type of an upload; throws RefusedError (`empty`, `encrypted`, `unsupported-type`) when it is none of ours. */
export function detectType({ bytes, key, contentType }: Upload): FileType {
  if (bytes.length === 0) throw new RefusedError('empty');
  const head = latin1(bytes, 0, 1024);
  if (head.includes('%PDF-')) return 'pdf';
  const extension = extensionOf(key);
  const named = extension === null ? undefined : typeOfExtension.get(extension);
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) return typeOfZip(bytes, named);
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) {
    // Office wraps a document that has a password in the old format, with this stream inside.
    throw new RefusedError(includesUtf16(bytes, 'EncryptedPackage') ? 'encrypted' : 'unsupported-type');
  }
  if (isBinary(head, bytes.length)) throw new RefusedError('unsupported-type');

  const beginning = decodeBytes(bytes.subarray(0, 4096))
    .replace(/^\ufeff/, '')
    .trimStart();
  if (beginsAsPage(beginning)) return 'html';
  if (machineText.test(beginning) || beginning.startsWith('<?xml') || isMail(beginning)) {
    throw new RefusedError('unsupported-type');
  }
  const told = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const type = named ?? (extension === null ? (typeOfContentType.get(told) ?? 'plain-text') : undefined);
  if (!type) throw new RefusedError('unsupported-type');
  return type;
}

/** The extension of a key's last part in lower case; null when it has none (`v1.2` and `Notulen 3. mei` have none). */
export function extensionOf(key: string): string | null {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return /\.([a-z][a-z0-9]{0,9})$/i.exec(name)?.[1]?.toLowerCase() ?? null;
}

function isBinary(head: string, size: number): boolean {
  if (binarySignatures.some((signature) => head.startsWith(signature))) return true;
  if (head.startsWith('RIFF') || /^....ftyp/s.test(head)) return true;
  // `BM` and `MZ` begin words as well, so these two must look like their format further on.
  const declaredSize = head.charCodeAt(2) + head.charCodeAt(3) * 0x100 + head.charCodeAt(4) * 0x10000;
  if (head.startsWith('BM') && declaredSize === size % 0x1000000) return true;
  return head.startsWith('MZ') && head.includes('\0\0\0');
}

/** A page, behind an XML declaration and comments. */
function beginsAsPage(beginning: string): boolean {
  let rest = /^<\?xml/i.test(beginning) ? behind(beginning, '>') : beginning;
  while (rest.startsWith('<!--')) rest = behind(rest, '-->');
  return /^<(?:!doctype\s+html|html)[\s>]/i.test(rest);
}

/** What comes after a sign and the white space behind it; nothing where the sign is missing. */
function behind(text: string, sign: string): string {
  const at = text.indexOf(sign);
  return at < 0 ? '' : text.slice(at + sign.length).trimStart();
}

/** A mail as it travels: several header lines, one of which only a mail program writes. */
function isMail(beginning: string): boolean {
  const headers = /^(?:[A-Za-z][A-Za-z0-9-]*: .*\n(?:[ \t].*\n)*){3,}/.exec(
    beginning.replaceAll('\r\n', '\n'),
  )?.[0];
  return (
    headers !== undefined &&
    /^(?:Received|MIME-Version|Message-ID|Return-Path|DKIM-Signature): /im.test(headers)
  );
}

/** The names in a zip tell Office and OpenDocument files apart; a damaged one is left to the reader that its name asks for. */
function typeOfZip(bytes: Uint8Array, named: FileType | undefined): FileType {
  // OpenDocument files begin with an entry of this name that is their type, not compressed.
  const firstEntry = latin1(bytes, 30, 200);
  const mimetype = /^mimetypeapplication\/vnd\.oasis\.opendocument\.(\S+?)(?:PK|-template|$)/.exec(
    firstEntry,
  )?.[1];
  if (mimetype === 'text') return 'odt';
  if (mimetype === 'presentation') return 'odp';
  const names = zipNames(bytes);
  if (names?.includes('word/document.xml')) return 'docx';
  if (names?.includes('ppt/presentation.xml')) return 'pptx';
  const zipped: readonly (FileType | undefined)[] = ['docx', 'pptx', 'odt', 'odp'];
  if (named && zipped.includes(named) && mimetype === undefined) return named;
  throw new RefusedError('unsupported-type');
}

/** The names in a zip's directory, at most 2,000; null when there is no directory to be found. */
function zipNames(bytes: Uint8Array): string[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tailStart = Math.max(0, bytes.length - 65_557);
  const end = tailStart + latin1(bytes, tailStart, bytes.length).lastIndexOf('PK\x05\x06');
  if (end < tailStart || end + 22 > bytes.length) return null;
  let at = view.getUint32(end + 16, true);
  const names: string[] = [];
  while (names.length < 2_000 && at + 46 <= bytes.length && view.getUint32(at, true) === 0x02014b50) {
    const nameLength = view.getUint16(at + 28, true);
    names.push(latin1(bytes, at + 46, at + 46 + nameLength));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return names;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', start, end);
}

function includesUtf16(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(Buffer.from(text, 'utf16le'));
}
