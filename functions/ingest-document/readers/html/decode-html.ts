import { decodeBytes } from '../decode-text.ts';

/** A page's text by its byte order mark, what it declares of itself, else as UTF-8 or Windows-1252. */
export function decodeHtml(bytes: Uint8Array): string {
  const hasMark =
    (bytes[0] === 0xff && bytes[1] === 0xfe) ||
    (bytes[0] === 0xfe && bytes[1] === 0xff) ||
    (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf);
  if (hasMark) return decodeBytes(bytes).replace(/^\uFEFF/, '');
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4096));
  const label = declaredCharset(head) ?? /^\s*<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)/i.exec(head)?.[1];
  // Pages that say UTF-8 and are not are as common as the other way round; well-formed UTF-8 is never chance.
  const guessed = decodeBytes(bytes);
  if (!label || /^utf-?8$/i.test(label) || !guessed.includes('\uFFFD')) {
    const isUtf8 = new TextDecoder().decode(bytes) === guessed;
    if (isUtf8 || !label || /^(utf-?(8|16)|unicode)/i.test(label)) return guessed;
  }
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return guessed;
  }
}

/** The charset that the first meta element to name one names, as an attribute or within its content. */
function declaredCharset(head: string): string | undefined {
  for (const [meta] of head.matchAll(/<meta[^>]*/gi)) {
    const charset = /charset\s*=\s*(?:["']\s*)?([\w.:-]+)/i.exec(meta)?.[1];
    if (charset !== undefined) return charset;
  }
  return undefined;
}
