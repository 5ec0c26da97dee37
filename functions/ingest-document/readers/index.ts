import type { Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { todayInTheNetherlands } from '../publication-date.ts';
import { detectType, type FileType, type Upload } from './detect-type.ts';
import type { Reader } from './reader.ts';

/** One reader for each kind of file, loaded when the first file of that kind comes; a kind without one is refused. */
const readers: Readonly<Partial<Record<FileType, () => Promise<Reader>>>> = {
  markdown: async () => (await import('./markdown.ts')).readMarkdown,
  'plain-text': async () => (await import('./plain-text.ts')).readPlainText,
};

/** Reads an upload, whatever kind of file it is; throws RefusedError when it cannot become a document. */
export async function readUpload(upload: Upload, today = todayInTheNetherlands()): Promise<Reading> {
  const load = readers[detectType(upload)];
  if (!load) throw new RefusedError('unsupported-type');
  const read = await load();
  return read(upload.bytes, { key: upload.key, today });
}
