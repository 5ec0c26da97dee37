import { sidecarOf } from '../../shared/sidecar.ts';
import { readFields } from './metadata-fields.ts';
import type { FoundWithNotes } from './object-metadata.ts';
import { todayInTheNetherlands } from './publication-date.ts';
import { decodeText } from './readers/decode-text.ts';
import { readFrontMatter } from './readers/front-matter.ts';
import type { Uploads } from './uploads.ts';

/** Bytes; what is larger was not written to say something about another file. */
const largestSidecar = 64 * 1024;

export interface Sidecar {
  readonly etag: string;
  /** What it says of its upload. One that cannot be read says "internal": it may have been meant to. */
  readonly found: FoundWithNotes;
}

/** The sidecar beside an upload; null when there is none. */
export async function readSidecar(key: string, uploads: Uploads): Promise<Sidecar | null> {
  const file = await uploads.get(sidecarOf(key));
  if (!file) return null;
  if (file.size > largestSidecar) {
    file.skip();
    return { etag: file.etag, found: unreadable };
  }
  const bytes = await file.bytes();
  try {
    const { fields, notes } = readFrontMatter(
      decodeText(bytes)
        .replace(/^---[ \t]*\n/, '')
        .replace(/\n---\s*$/, '\n'),
    );
    const read = readFields(fields, 'sidecar', todayInTheNetherlands());
    return { etag: file.etag, found: { ...read.found, notes: [...notes, ...read.notes] } };
  } catch {
    return { etag: file.etag, found: unreadable };
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
