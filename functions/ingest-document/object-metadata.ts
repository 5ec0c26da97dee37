import type { Found, Note } from '../../shared/document.ts';
import { readFields } from './metadata-fields.ts';
import { todayInTheNetherlands } from './publication-date.ts';
import { mayNameVisibility } from './visibility/stated-visibility.ts';

const fields = ['title', 'date', 'themes', 'keywords', 'organisations', 'series', 'url'] as const;

/** `=?charset?B or Q?text?=`, as RFC 2047 puts what is not ASCII into a header. */
const encodedWord = /=\?([\w-]+)(?:\*[\w-]+)?\?([BQ])\?([^?\s]*)\?=/gi;

/** Found with what staff should know of it. */
export type FoundWithNotes = Found & { readonly notes?: readonly Note[] };

/**
 * What S3 object metadata (`x-amz-meta-title`, `-date`, `-themes` …) says of an upload, by the names that S3 returns, with
 * or without their prefix. Other names are not ours to judge, but for those that may set visibility.
 */
export function readObjectMetadata(
  metadata: Readonly<Record<string, string>>,
  today = todayInTheNetherlands(),
): FoundWithNotes {
  const named = Object.entries(metadata).map(
    ([name, value]) => [name.toLowerCase().replace(/^x-amz-meta-/, ''), value] as const,
  );
  const values = new Map(named);
  const given = fields.flatMap((name) => {
    const value = values.get(name);
    return value === undefined ? [] : [[name, decodeHeader(value)] as const];
  });
  const visibility = named
    .filter(([name]) => mayNameVisibility(name))
    .map(([name, value]) => ({ name, value: decodeHeader(value) }));
  const { found, notes } = readFields(Object.fromEntries(given), visibility, 'object-metadata', today);
  return { ...found, notes };
}

/** A header's text: its encoded words decoded, and UTF-8 that was read as Latin-1 on its way set right. */
export function decodeHeader(value: string): string {
  // White space between two encoded words is there for folding only.
  const joined = value.replace(/\?=\s+(?==\?)/g, '?=');
  return fromLatin1(joined).replace(encodedWordRuns, decodeRun);
}

/** Neighbouring encoded words may share a letter between them, so they are decoded as one run of bytes. */
const encodedWordRuns = new RegExp(`(?:${encodedWord.source})+`, 'gi');

function decodeRun(run: string): string {
  let text = '';
  let bytes: Buffer[] = [];
  let charset = '';
  const flush = () => {
    text += decodeCharset(Buffer.concat(bytes), charset);
    bytes = [];
  };
  for (const [, named = '', encoding = '', content = ''] of run.matchAll(encodedWord)) {
    if (named.toLowerCase() !== charset) flush();
    charset = named.toLowerCase();
    bytes.push(encoding.toUpperCase() === 'B' ? Buffer.from(content, 'base64') : fromQuoted(content));
  }
  flush();
  return text;
}

function fromQuoted(content: string): Buffer {
  const latin1 = content
    .replaceAll('_', ' ')
    .replace(/=([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(latin1, 'latin1');
}

function decodeCharset(bytes: Buffer, charset: string): string {
  if (bytes.length === 0) return '';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A charset that nobody knows is most likely a mistake for the one that everybody uses.
    return new TextDecoder().decode(bytes);
  }
}

function fromLatin1(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value) || /[^\p{ASCII}\u0080-\u00ff]/u.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
