import type { Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { todayInTheNetherlands } from '../publication-date.ts';
import { detectType, type FileType, type Upload } from './detect-type.ts';
import type { Reader } from './reader.ts';
import { settleReading } from './settle-reading.ts';

/** One reader for each kind of file, loaded when the first file of that kind comes. */
const readers: Readonly<Record<FileType, () => Promise<Reader>>> = {
  pdf: async () => (await import('./pdf.ts')).readPdf,
  docx: async () => (await import('./docx.ts')).readDocx,
  pptx: async () => (await import('./pptx.ts')).readPptx,
  odt: async () => (await import('./odf.ts')).readOdt,
  odp: async () => (await import('./odf.ts')).readOdp,
  html: async () => (await import('./html.ts')).readHtml,
  markdown: async () => (await import('./markdown.ts')).readMarkdown,
  'plain-text': async () => (await import('./plain-text.ts')).readPlainText,
};

/**
 * Reads an upload, whatever kind of file it is; throws RefusedError when it cannot become a document. What no parser
 * should end in, a stack or a buffer overrun, is a refusal too.
 */
export async function readUpload(upload: Upload, today = todayInTheNetherlands()): Promise<Reading> {
  try {
    const read = await readers[detectType(upload)]();
    return settleReading(await read(upload.bytes, { key: upload.key, today }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const isTooMuch = /allocation|string length|array length|array buffer/i.test(error.message);
    throw new RefusedError(isTooMuch ? 'out-of-memory' : 'corrupt', { cause: error });
  }
}
