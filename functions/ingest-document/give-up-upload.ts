import { givenUp } from '../../shared/catalogue/transitions.ts';
import { documentId } from '../../shared/document.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import { uploadOfSidecar } from '../../shared/sidecar.ts';
import type { IngestDependencies } from './ingest-document.ts';

/** Lets the ledger say that this upload could not be read and waits for a person. */
export async function giveUpUpload(
  key: string,
  cause: unknown,
  { catalogue, uploads, now }: Pick<IngestDependencies, 'catalogue' | 'uploads' | 'now'>,
): Promise<void> {
  const upload = uploadOfSidecar(key) ?? key;
  const id = documentId(upload);
  const at = now().toISOString();
  const why = cause instanceof Error ? cause.name : 'Error';
  const failure = { at, step: 'ingest-document' as const, why, etag: await etagOf(upload, uploads) };
  const row = await catalogue.get(id);
  try {
    if (row) await catalogue.markFailed(row, failure);
    else await catalogue.write(givenUp(upload, failure), undefined);
  } catch (error) {
    // Someone was able to read it meanwhile.
    if (!(error instanceof RevisionConflictError)) throw error;
  }
}

/** Null when S3 does not answer, which may be why the upload was given up. */
async function etagOf(key: string, uploads: IngestDependencies['uploads']): Promise<string | null> {
  try {
    return (await uploads.head(key))?.etag ?? null;
  } catch {
    return null;
  }
}
