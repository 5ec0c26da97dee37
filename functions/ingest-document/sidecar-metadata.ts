import { sidecarOf } from '../../shared/sidecar.ts';
import { readFields } from './metadata-fields.ts';
import type { FoundWithNotes } from './object-metadata.ts';
import { decodeText } from './readers/decode-text.ts';
import { readFrontMatter } from './readers/front-matter.ts';
import type { Uploads } from './uploads.ts';

/** Bytes; what is larger was not written to say something about another file. */
const largestSidecar = 64 * 1024;

export interface Sidecar {
  readonly key: string;
  readonly etag: string;
  /** Null when it is too large to be read. */
  readonly bytes: Uint8Array | null;
}

/** Fetches the sidecar beside an upload; null when there is none. */
export async function fetchSidecar(key: string, uploads: Uploads): Promise<Sidecar | null> {
  const file = await uploads.get(sidecarOf(key));
  if (!file) return null;
  const { etag } = file;
  if (file.size <= largestSidecar) return { key: file.key, etag, bytes: await file.bytes() };
  file.skip();
  return { key: file.key, etag, bytes: null };
}

/** What a sidecar says of its upload. One that cannot be read says "internal": it may have been meant to. */
export function readSidecar({ bytes }: Pick<Sidecar, 'bytes'>, today: string): FoundWithNotes {
  if (bytes === null) return unreadable;
  try {
    const { fields, notes } = readFrontMatter(
      decodeText(bytes)
        .replace(/^---[ \t]*\n/, '')
        .replace(/\n---\s*$/, '\n'),
    );
    const read = readFields(fields, 'sidecar', today);
    return { ...read.found, notes: [...notes, ...read.notes] };
  } catch {
    return unreadable;
  }
}

const unreadable: FoundWithNotes = {
  origin: 'sidecar',
  visibility: 'internal',
  notes: [
    {
      code: 'unreadable-sidecar',
      message: {
        nl: 'Het bestand .meta.yaml hiernaast kon niet worden gelezen; daarom is dit document intern. Herstel of verwijder het.',
        en: 'The .meta.yaml file beside this one could not be read, so this document is internal. Mend or remove it.',
      },
    },
  ],
};
