/**
 * A sidecar is a small file beside an upload that says what the upload itself cannot: `jaarverslag.pdf.meta.yaml` beside
 * `jaarverslag.pdf`. It is no document of its own. An upload may have several, and all of them count.
 */
import { createHash } from 'node:crypto';
import { editDistance } from './edit-distance.ts';

const suffix = '.meta.yaml';

/** The last two are what a text editor makes of a name where the system hides the last extension. */
const suffixes = [suffix, '.meta.yml', '.meta.json'].flatMap((name) => [name, `${name}.txt`]);

/** The usual name of an upload's sidecar. */
export function sidecarOf(key: string): string {
  return key + suffix;
}

/** The upload that a sidecar belongs to, whatever capitals its suffix has; null for a key that is no sidecar's. */
export function uploadOfSidecar(key: string): string | null {
  const written = key.toLowerCase();
  const found = suffixes.find((name) => written.endsWith(name));
  const upload = found === undefined ? '' : key.slice(0, -found.length);
  return upload === '' || upload.endsWith('/') ? null : upload;
}

/** The uploads that a file seems to be a sidecar of, for a single typing error in its suffix. */
export function uploadsOfLookAlike(key: string): string[] {
  if (uploadOfSidecar(key) !== null) return [];
  const lengths = new Set(suffixes.flatMap(({ length }) => [length - 1, length, length + 1]));
  return [...lengths].flatMap((length) => {
    const upload = key.slice(0, -length);
    const end = key.slice(-length).toLowerCase();
    // A letter before the dot belongs to the name of another upload: `nota.docx.meta.yaml` is nothing of `nota.doc`.
    const begins = end.startsWith('meta') || /^[^\p{L}\p{N}/]/u.test(end);
    const isNear = begins && suffixes.some((name) => editDistance(end, name) === 1);
    return isNear && upload !== '' && !upload.endsWith('/') ? [upload] : [];
  });
}

/** The uploads that a file is a sidecar of, or looks like one. */
export function uploadsBeside(key: string): string[] {
  const upload = uploadOfSidecar(key);
  return upload === null ? uploadsOfLookAlike(key) : [upload];
}

/** Whether a file counts as a sidecar of this upload, or looks like one; both in any Unicode form. */
export function isBeside(file: string, key: string): boolean {
  const [name, upload] = [file.normalize('NFC'), key.normalize('NFC')];
  return uploadsBeside(name).includes(upload);
}

/**
 * Beginnings of which every key that is beside this upload has one, in whichever Unicode form it is written: as long as
 * they can be, for a folder may hold very many uploads.
 */
export function prefixesBeside(key: string): string[] {
  const name = key.normalize('NFC');
  const at = name.search(/[^\p{ASCII}]/u);
  if (at < 0) return [name];
  const ascii = name.slice(0, at);
  const [letter = '', next = ''] = name.slice(at);
  const apart = letter.normalize('NFD');
  // Of a letter with several marks there are more spellings than these two.
  const hasTwoSpellings = /^\P{M}\p{M}?$/u.test(apart) && !/\p{M}/u.test(next);
  return hasTwoSpellings ? [...new Set([ascii + letter, ascii + apart])] : [ascii];
}

/**
 * Tells the files beside an upload from what they were before; null when there are none. Of a sidecar with the usual name
 * alone it is that file's ETag.
 */
export function versionBeside(
  files: readonly { readonly key: string; readonly etag: string }[],
): string | null {
  const [only] = files;
  if (only === undefined) return null;
  if (files.length === 1 && only.key.endsWith(suffix)) return only.etag;
  const named = files.map(({ key, etag }) => [key.normalize('NFC'), etag].join('\n')).sort();
  return createHash('sha256').update(named.join('\n')).digest('hex');
}
