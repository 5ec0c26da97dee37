import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import type { FileToRead, MadeDocument } from '../../functions/ingest-document/reading/protocol.ts';
import { CanonicalDocument, type Found, type Reading, type RefusalReason } from '../../shared/document.ts';
import { RefusedError } from '../../shared/refusal.ts';

/** A day after all dates in the fixtures. */
export const today = '2026-11-30';

export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures', name)));

export const readFixture = (name: string): Promise<Reading> =>
  readUpload({ bytes: fixture(name), key: `public/${name}` }, today);

/** An upload of which nothing is said elsewhere. */
export const fileToRead = (bytes: Uint8Array, key: string): FileToRead => ({
  key,
  bytes,
  contentType: null,
  metadata: {},
  sidecars: [],
});

export const documentIn = ({ json }: MadeDocument): CanonicalDocument =>
  CanonicalDocument.parse(JSON.parse(new TextDecoder().decode(json)));

/** `{ reason }` of a refusal, or the reading; any other error is thrown, as it is a fault. */
export async function outcomeOf(bytes: Uint8Array, key: string): Promise<RefusalReason | Reading> {
  try {
    return await readUpload({ bytes, key }, today);
  } catch (error) {
    if (error instanceof RefusedError) return error.reason;
    throw error;
  }
}

/** Headings with the blocks under them, as a person would write them down. */
export function outline({ passages }: Reading): string[] {
  return passages.flatMap(({ anchor, level, blocks }) => [
    `${'#'.repeat(level)} ${anchor.heading ?? '–'}`,
    ...blocks.map(({ type, text }) => `${type}: ${text}`),
  ]);
}

export const textOfReading = ({ passages }: Reading): string =>
  passages.flatMap(({ blocks }) => blocks.map(({ text }) => text)).join('\n');

/** What one source says of the document. */
export const foundBy = ({ found }: Reading, origin: Found['origin']): Partial<Found> =>
  Object.assign(
    {},
    ...found.filter((source) => source.origin === origin).map(({ origin: _, ...rest }) => rest),
  );
