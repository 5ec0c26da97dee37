/**
 * Zip archives from strangers: office files are zips, and a zip can lie about everything it declares.
 * Entries are read straight from the central directory, so nothing nested is ever opened.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { RefusedError } from '../../../shared/refusal.ts';

/** More parts than any honest presentation has. */
const maxEntries = 1000;
/** Keeps a whole parse, whose tree is several times its text, within the reader's memory. */
const maxInflatedBytes = 100 * 1024 * 1024;
/** Deflate cannot make more than this of one byte. */
const maxDeflateRatio = 1032;

const endOfDirectory = 0x06054b50;
const endOfDirectory64 = 0x06064b50;
const locator64 = 0x07064b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;

const stored = 0;
const deflated = 8;

interface Entry {
  name: string;
  method: number;
  encrypted: boolean;
  crc: number;
  start: number;
  compressed: number;
  declared: number;
}

/** The parts of an archive, by name without regard to case, as office programs look them up. */
export interface Archive {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The bytes of a part; undefined when there is none. Throws `corrupt` when they are damaged. */
  read(name: string): Uint8Array | undefined;
}

const keyOf = (name: string) => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

/** Opens an archive and proves that all of it fits the limits; throws RefusedError when it does not. */
export function openArchive(bytes: Uint8Array): Archive {
  const entries = readDirectory(bytes);
  if (entries.length === 0) throw new RefusedError('corrupt');
  refuseOverlaps(entries);
  const kept = countInflated(bytes, entries);
  const byKey = new Map(entries.map((entry) => [keyOf(entry.name), entry]));
  return {
    names: entries.map((entry) => entry.name.replaceAll('\\', '/')),
    has: (name) => byKey.has(keyOf(name)),
    read(name) {
      const entry = byKey.get(keyOf(name));
      if (!entry) return undefined;
      const content = kept.get(entry) ?? inflate(bytes, entry, maxInflatedBytes);
      if (!content || crc32(content) !== entry.crc) throw new RefusedError('corrupt');
      return content;
    },
  };
}

function readDirectory(bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) throw new RefusedError('corrupt');
  const directory = locateDirectory(view, end);
  if (directory.entries > maxEntries) throw new RefusedError('too-many-entries');
  const entries: Entry[] = [];
  let at = directory.start;
  while (at + 46 <= bytes.length && view.getUint32(at, true) === directoryEntry) {
    if (entries.length >= maxEntries) throw new RefusedError('too-many-entries');
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const name = decodeName(bytes.subarray(at + 46, at + 46 + nameLength));
    const sizes = sizesOf(view, at, at + 46 + nameLength, extraLength);
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    const local = sizes.offset + directory.shift;
    if (local + 30 > bytes.length || view.getUint32(local, true) !== localEntry) {
      throw new RefusedError('corrupt');
    }
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (start + sizes.compressed > bytes.length) throw new RefusedError('corrupt');
    if (!name.endsWith('/')) entries.push({ name, start, ...sizes });
  }
  return entries;
}

/** The end record stands in the last 64 KiB; anything behind it is a comment or was appended by a mail program. */
function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - 65_557);
  for (let at = view.byteLength - 22; at >= lowest; at--) {
    if (view.getUint32(at, true) === endOfDirectory) return at;
  }
  return undefined;
}

function locateDirectory(view: DataView, end: number): { start: number; entries: number; shift: number } {
  let entries = view.getUint16(end + 10, true);
  let size = view.getUint32(end + 12, true);
  let offset = view.getUint32(end + 16, true);
  let endOfEntries = end;
  const locator = end - 20;
  if (locator >= 0 && view.getUint32(locator, true) === locator64) {
    const end64 = Number(view.getBigUint64(locator + 8, true));
    if (end64 + 56 > view.byteLength || view.getUint32(end64, true) !== endOfDirectory64) {
      throw new RefusedError('corrupt');
    }
    entries = Number(view.getBigUint64(end64 + 32, true));
    size = Number(view.getBigUint64(end64 + 40, true));
    offset = Number(view.getBigUint64(end64 + 48, true));
    endOfEntries = end64;
  }
  const start = endOfEntries - size;
  if (start < 0) throw new RefusedError('corrupt');
  // Bytes put before an archive move everything in it; the directory's own place says by how much.
  return { start, entries, shift: start - offset };
}

function sizesOf(view: DataView, at: number, extraAt: number, extraLength: number) {
  let compressed = view.getUint32(at + 20, true);
  let declared = view.getUint32(at + 24, true);
  let offset = view.getUint32(at + 42, true);
  const extraEnd = Math.min(extraAt + extraLength, view.byteLength);
  for (let field = extraAt; field + 4 <= extraEnd; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    let value = field + 4;
    const next = () => {
      if (value + 8 > extraEnd) throw new RefusedError('corrupt');
      value += 8;
      return Number(view.getBigUint64(value - 8, true));
    };
    if (declared === 0xffffffff) declared = next();
    if (compressed === 0xffffffff) compressed = next();
    if (offset === 0xffffffff) offset = next();
  }
  return {
    method: view.getUint16(at + 10, true),
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    crc: view.getUint32(at + 16, true),
    compressed,
    declared,
    offset,
  };
}

function decodeName(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Entries that share bytes are how a small archive becomes a huge one. */
function refuseOverlaps(entries: readonly Entry[]): void {
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.start - b.start)) {
    if (entry.start < end) {
      throw new RefusedError(sumDeclared(entries) > maxInflatedBytes ? 'too-large' : 'corrupt');
    }
    end = entry.start + entry.compressed;
  }
}

const sumDeclared = (entries: readonly Entry[]) => entries.reduce((sum, entry) => sum + entry.declared, 0);

/**
 * Inflates every entry that could break the limit, also those that no reader asks for, because declared sizes lie.
 * Small archives cannot, whatever they declare, and skip it. What is needed later is kept.
 */
function countInflated(bytes: Uint8Array, entries: readonly Entry[]): Map<Entry, Uint8Array> {
  const kept = new Map<Entry, Uint8Array>();
  if (sumDeclared(entries) > maxInflatedBytes) throw new RefusedError('too-large');
  const ceiling = entries.reduce(
    (sum, entry) => sum + entry.compressed * (entry.method === deflated ? maxDeflateRatio : 1),
    0,
  );
  if (ceiling <= maxInflatedBytes) return kept;
  let budget = maxInflatedBytes;
  for (const entry of entries) {
    const content = inflate(bytes, entry, budget);
    budget -= content?.length ?? 0;
    if (content && keyOf(entry.name).endsWith('.xml')) kept.set(entry, content);
  }
  return kept;
}

/** The content of an entry, at most `budget` bytes of it; undefined when its data are damaged. */
function inflate(bytes: Uint8Array, entry: Entry, budget: number): Uint8Array | undefined {
  if (entry.encrypted) throw new RefusedError('encrypted');
  const data = bytes.subarray(entry.start, entry.start + entry.compressed);
  if (entry.method === stored) {
    if (data.length > budget) throw new RefusedError('too-large');
    return data;
  }
  if (entry.method !== deflated) return undefined;
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, budget) });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new RefusedError('too-large', { cause: error });
    }
    return undefined;
  }
}
