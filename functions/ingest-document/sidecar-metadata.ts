import { uploadOfSidecar, versionBeside } from '../../shared/sidecar.ts';
import { readFields } from './metadata-fields.ts';
import type { FoundWithNotes } from './object-metadata.ts';
import { decodeText } from './readers/decode-text.ts';
import { readFrontMatter } from './readers/front-matter.ts';
import type { Uploads } from './uploads.ts';

/** Bytes; what is larger was not written to say something about another file. */
const largestSidecar = 64 * 1024;

/** Files beside one upload of which the content is read; with more, the others count as unreadable. */
const readAtMost = 20;

export interface SidecarFile {
  readonly key: string;
  /** Null when it is not to be read: too large, one of too many, or only named like a sidecar. */
  readonly bytes: Uint8Array | null;
}

export interface Sidecars {
  readonly files: readonly SidecarFile[];
  /** `versionBeside` of them. */
  readonly version: string | null;
}

/** Every sidecar of an upload, and every file that is named nearly like one. */
export async function fetchSidecars(key: string, uploads: Uploads): Promise<Sidecars> {
  const listed = await uploads.listBeside(key);
  const files: (SidecarFile & { readonly etag: string })[] = [];
  for (const [at, { key: name, etag }] of listed.entries()) {
    if (uploadOfSidecar(name) === null || at >= readAtMost) {
      files.push({ key: name, etag, bytes: null });
      continue;
    }
    const file = await uploads.getExactly(name);
    if (!file) continue;
    if (file.size > largestSidecar) file.skip();
    files.push({
      key: name,
      etag: file.etag,
      bytes: file.size > largestSidecar ? null : await file.bytes(),
    });
  }
  return { files, version: versionBeside(files) };
}

/** What they say of their upload. One that cannot be read says "internal": it may have been meant to. */
export function readSidecars(files: readonly SidecarFile[], today: string): FoundWithNotes[] {
  return files.map((file) =>
    uploadOfSidecar(file.key) === null ? lookAlike(file) : readSidecar(file, today),
  );
}

function readSidecar({ bytes }: SidecarFile, today: string): FoundWithNotes {
  if (bytes === null) return unreadable;
  try {
    const text = decodeText(bytes);
    const { fields, statements, notes } = readFrontMatter(text);
    if (Object.keys(fields).length === 0 && statements.length === 0 && holdsText(text)) return unreadable;
    const read = readFields(fields, statements, 'sidecar', today);
    return { ...read.found, notes: [...notes, ...read.notes] };
  } catch {
    return unreadable;
  }
}

/** Whether there is more than comments and the marks of YAML documents: text that is no field may be meant as one. */
function holdsText(text: string): boolean {
  return text.split('\n').some((line) => !/^\s*(?:#|---|\.\.\.|\{\s*\}|$)/.test(line));
}

/** It may have been meant to say so, and nothing tells that it was not. */
const unclear = [{ name: 'visibility', value: '' }];

const unreadable: FoundWithNotes = {
  origin: 'sidecar',
  visibility: unclear,
  notes: [
    {
      code: 'unreadable-sidecar',
      message: {
        nl: 'Het bestand .meta.yaml hiernaast kon niet worden gelezen; daarom is dit document intern. Herstel of verwijder het, of kies hier “openbaar” voor alleen deze versie.',
        en: 'The .meta.yaml file beside this one could not be read, so this document is internal. Mend or remove it, or choose “public” here for this version only.',
      },
    },
  ],
};

function lookAlike({ key }: SidecarFile): FoundWithNotes {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return {
    origin: 'sidecar',
    visibility: unclear,
    notes: [
      {
        code: 'sidecar-look-alike',
        message: {
          nl: `Het bestand “${name}” hiernaast heet bijna als een .meta.yaml-bestand; daarom is dit document intern. Geef het een andere naam, of kies hier “openbaar” voor alleen deze versie.`,
          en: `The file “${name}” beside this one is named nearly like a .meta.yaml file, so this document is internal. Rename it, or choose “public” here for this version only.`,
        },
      },
    ],
  };
}
