import { RefusedError } from '../../../shared/refusal.ts';
import { InvalidDocumentError, readDocument } from './make-document.ts';
import { type Answer, FileToRead } from './protocol.ts';

/** What the reading process answers to a file. */
export async function answerFile(file: unknown): Promise<Answer> {
  try {
    return { outcome: 'read', document: await readDocument(FileToRead.parse(file)) };
  } catch (error) {
    if (error instanceof RefusedError) return { outcome: 'refused', reason: error.reason };
    if (error instanceof InvalidDocumentError) return { outcome: 'invalid', places: [...error.places] };
    throw error;
  }
}
