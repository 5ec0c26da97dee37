/** Zips as no program writes them: every field is what the test says, whether true or not. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ForgedEntry {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** Said instead of the true size. */
  readonly declared?: number;
  readonly flags?: number;
  /** Shares the data of the entry before it. */
  readonly overlaps?: boolean;
}

export function forgeZip(entries: readonly ForgedEntry[]): Uint8Array {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  let last: { offset: number; data: Buffer; crc: number; size: number } | undefined;
  for (const { name, content, declared, flags = 0, overlaps } of entries) {
    if (!overlaps || !last) {
      const plain = Buffer.from(content);
      last = { offset: at, data: deflateRawSync(plain, { level: 9 }), crc: crc32(plain), size: plain.length };
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt16LE(flags, 6);
      header.writeUInt16LE(8, 8);
      header.writeUInt32LE(last.crc, 14);
      header.writeUInt32LE(last.data.length, 18);
      header.writeUInt32LE(declared ?? last.size, 22);
      header.writeUInt16LE(Buffer.byteLength(name), 26);
      local.push(header, Buffer.from(name), last.data);
      at += 30 + Buffer.byteLength(name) + last.data.length;
    }
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(last.crc, 16);
    entry.writeUInt32LE(last.data.length, 20);
    entry.writeUInt32LE(declared ?? last.size, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(last.offset, 42);
    directory.push(entry, Buffer.from(name));
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 8);
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...local, ...directory, end]));
}

/** A document of one paragraph, with more parts where a test wants them. */
export function forgeDocx(paragraph: string, more: readonly ForgedEntry[] = [], doctype = ''): Uint8Array {
  const namespace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  return forgeZip([
    {
      name: 'word/document.xml',
      content: `<?xml version="1.0"?>${doctype}<w:document xmlns:w="${namespace}"><w:body><w:p><w:r><w:t>${paragraph}</w:t></w:r></w:p></w:body></w:document>`,
    },
    ...more,
  ]);
}
