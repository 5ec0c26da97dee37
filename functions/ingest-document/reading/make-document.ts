/**
 * From an upload to the canonical document. All of it runs behind the watchdog, for any step of it may meet what makes it
 * hang.
 */
import type * as z from 'zod/mini';
import { CanonicalDocument, type Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { toCanonical } from '../metadata.ts';
import { readObjectMetadata } from '../object-metadata.ts';
import { todayInTheNetherlands } from '../publication-date.ts';
import { readUpload } from '../readers/index.ts';
import { readSidecars } from '../sidecar-metadata.ts';
import { type FileToRead, largestDocument, type MadeDocument } from './protocol.ts';

/** What was read is no canonical document: a fault of a reader. It names the places, never what stands there. */
export class InvalidDocumentError extends Error {
  override readonly name = 'InvalidDocumentError';
  readonly places: readonly string[];

  constructor(places: readonly string[]) {
    super(`The document breaks its schema at ${places.join(', ')}`);
    this.places = places;
  }
}

/** Throws RefusedError when the file cannot become a document. */
export async function readDocument(file: FileToRead, today = todayInTheNetherlands()): Promise<MadeDocument> {
  return makeDocument(await readUpload(file, today), file, today);
}

/** Weighs what the readers and the metadata found; throws InvalidDocumentError when the readers broke the schema. */
export function makeDocument(
  reading: Reading,
  { key, metadata, sidecars }: Pick<FileToRead, 'key' | 'metadata' | 'sidecars'>,
  today = todayInTheNetherlands(),
): MadeDocument {
  const beside = [readObjectMetadata(metadata, today), ...readSidecars(sidecars, today)];
  const { data: document, error } = CanonicalDocument.safeParse(toCanonical(reading, beside, key, today));
  if (!document) throw new InvalidDocumentError(placesOf(error));
  const json = new TextEncoder().encode(JSON.stringify(document));
  if (json.length > largestDocument) throw new RefusedError('too-large');
  const { kind, title, publishedOn, visibility, isVisibilityUnclear, notes } = document;
  return {
    json,
    kind,
    title: title.value,
    publishedOn: publishedOn?.value ?? null,
    visibility,
    isVisibilityUnclear,
    notes,
  };
}

/** Enough to find the fault by. */
const placesAtMost = 5;

function placesOf({ issues }: z.core.$ZodError): string[] {
  return issues.slice(0, placesAtMost).map(({ path, code }) => `${path.join('.')} (${code})`);
}
