/** Which files of a folder are uploads, and under which key: the same for the watched folder, samples and import. */
import { type BigIntStats, type Dirent, lstatSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { codeOf } from './plain-error.ts';

/** Bytes of UTF-8 that S3 allows a key. */
const longestKey = 1024;

/** A program is still writing it (`*.part`, `~$*`), or it is none of the documents (dotfiles, and all in dot-folders). */
export function isIgnored(pathBelow: string): boolean {
  const names = pathBelow.split(sep);
  const name = names.at(-1) ?? '';
  return names.some((part) => part.startsWith('.')) || /\.part$/i.test(name) || name.startsWith('~$');
}

/** The key of a file by its path below the folder: slashes, and letters in one Unicode form (NFC). */
export function keyOf(pathBelow: string): string {
  return pathBelow.split(sep).join('/').normalize('NFC');
}

/** Why S3 cannot hold a file of this name, as a phrase; undefined when it can. */
export function faultOfKey(key: string): string | undefined {
  if (Buffer.byteLength(key) > longestKey) return 'its path is longer than 1,024 bytes';
  if (/\p{Cc}/u.test(key)) return 'its name holds a control character';
  // Node puts this character where a name is not valid UTF-8, and the file can no longer be opened by it.
  if (key.includes('\uFFFD')) return 'its name is not valid UTF-8';
  return undefined;
}

export interface FileFound {
  readonly path: string;
  /** Relative to the folder. */
  readonly below: string;
}

export interface FolderListing {
  readonly files: readonly FileFound[];
  /** Folders that could not be read, as paths below: what is in them is unknown, not gone. */
  readonly unreadable: readonly string[];
  /** Symbolic links, as paths below: none is followed, for one may lead out of the folder. */
  readonly links: readonly string[];
}

/**
 * Every uploadable file of the folder, or of some folders in it (`tops`), which need not be there. Throws when the
 * folder itself cannot be read.
 */
export async function listFiles(folder: string, tops: readonly string[] = ['']): Promise<FolderListing> {
  const files: FileFound[] = [];
  const unreadable: string[] = [];
  const links: string[] = [];
  const waiting = tops.filter((top) => !isLink(join(folder, top)) || top === '');
  const linkedTops = tops.filter((top) => !waiting.includes(top));
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const entry of await entriesOf(at)) {
      const below = join(at, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.')) waiting.push(below);
      } else if (!isIgnored(below)) {
        if (entry.isSymbolicLink()) links.push(below);
        if (entry.isFile()) files.push({ path: join(folder, below), below });
      }
    }
  }
  return { files, unreadable: [...unreadable, ...linkedTops], links: [...links, ...linkedTops] };

  async function entriesOf(below: string): Promise<Dirent[]> {
    try {
      return await readdir(join(folder, below), { withFileTypes: true });
    } catch (error) {
      if (below === '') throw error;
      if (!isMissing(error)) unreadable.push(below);
      return [];
    }
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** The file as it is now; undefined when there is no plain file of that name. Any other trouble is thrown. */
export async function statFile(path: string): Promise<BigIntStats | undefined> {
  try {
    const stats = await lstat(path, { bigint: true });
    return stats.isFile() ? stats : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Tells a file from what it was before. The time of its last change of any kind is part of it: a file that another one
 * takes the place of may bring the same size and time of writing.
 */
export function stampOf({ size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [size, mtimeNs, ctimeNs].join('.');
}

export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
