import { toCanonical } from '../../functions/ingest-document/metadata.ts';
import type { FoundWithNotes } from '../../functions/ingest-document/object-metadata.ts';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import type { CanonicalDocument } from '../../shared/document.ts';

/** The day on which the tests read. */
export const today = '2026-06-01';

/** Reads a file as an upload would be read. */
export async function read(
  content: string | Uint8Array,
  key = 'public/tekst.txt',
  extra: readonly FoundWithNotes[] = [],
): Promise<CanonicalDocument> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return toCanonical(await readUpload({ bytes, key }, today), extra, key, today);
}

/** The headings of a document in order; null for text above the first. */
export function headings({ passages }: Pick<CanonicalDocument, 'passages'>): (string | null)[] {
  return passages.map(({ anchor }) => anchor.heading);
}

/** All blocks in order, as `type: text`. */
export function blocks({ passages }: Pick<CanonicalDocument, 'passages'>): string[] {
  return passages.flatMap((passage) => passage.blocks.map(({ type, text }) => `${type}: ${text}`));
}

/** The reason for which a file is refused; undefined when it is read. */
export async function refusalOf(content: string | Uint8Array, key?: string): Promise<string | undefined> {
  try {
    await read(content, key);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'reason' in error ? String(error.reason) : String(error);
  }
}
