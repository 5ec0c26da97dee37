import { isUtf8 } from 'node:buffer';
import { RefusedError } from '../../../shared/refusal.ts';
import { holdsWord } from '../../../shared/visible-text.ts';

/** More than this share of signs that no writer types means that the bytes are not text, or not in a known encoding. */
const mostGarbage = 0.05;

/** What Word's symbol fonts leave behind where a bullet stood. */
const symbolBullets = /[\uf0a7\uf0b7\uf0d8\uf0fc\uf076\uf0e0]/gu;

/**
 * What shows nothing and would hide the bullet behind it. The soft hyphen tells at a line's end that a word goes on, and
 * marks and joiners may shape the sign before them.
 */
const formats = /[[\p{Cf}\p{Default_Ignorable_Code_Point}]--[\p{M}\u00ad\u200c\u200d]]/gv;

/**
 * The text that bytes stand for: UTF-8, UTF-16 with a byte order mark, else Windows-1252; in NFC, with `\n` as the only
 * line end. Throws RefusedError: `empty` for white space alone, `corrupt` for what is not text, `no-text` for text
 * without a letter or digit.
 */
export function decodeText(bytes: Uint8Array): string {
  const decoded = decodeBytes(bytes)
    .replace(symbolBullets, '•')
    .replace(/\r\n?|\v|\u0085|\u2028|\u2029/g, '\n')
    .replace(/\f/g, '\n\n');
  const visible = decoded.replace(/\s/g, '').length;
  if (visible === 0) throw new RefusedError('empty');
  const text = withoutGarbage(decoded, visible * mostGarbage)
    .replace(formats, '')
    .normalize('NFC');
  if (!holdsWord(text)) throw new RefusedError('no-text');
  return text;
}

/** A text without the signs that no writer types, but for those that show where a letter was lost. */
function withoutGarbage(text: string, most: number): string {
  let garbage = 0;
  let clean = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isControl = (code < 0x20 && code !== 0x09 && code !== 0x0a) || (code >= 0x7f && code < 0xa0);
    const isPrivate = code >= 0xe000 && code <= 0xf8ff;
    if (!isControl && !isPrivate && code < 0xfffd) continue;
    if (++garbage > most) throw new RefusedError('corrupt');
    if (code === 0xfffd) continue;
    clean += text.slice(from, at);
    from = at + 1;
  }
  return clean + text.slice(from);
}

/** The bytes by the encoding that they show to have, without judging the outcome. */
export function decodeBytes(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const asUtf8 = new TextDecoder().decode(bytes);
  // A few damaged bytes among many well-formed letters do not make a UTF-8 text Windows-1252, or all of it would suffer.
  const damaged = asUtf8.match(/\ufffd/g)?.length ?? 0;
  const wellFormed = asUtf8.match(/[^\p{ASCII}\ufffd]/gu)?.length ?? 0;
  return wellFormed > damaged ? asUtf8 : new TextDecoder('windows-1252').decode(bytes);
}
