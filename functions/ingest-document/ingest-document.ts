/**
 * Looks at one upload as it is now and makes its row say so: kept, refused or removed. Any event, late, doubled or out
 * of order, leads to the same end, because the object decides and the row's revision guards the write.
 */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { retryConflicts } from '../../shared/catalogue/retry-conflicts.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { failureCleared, kept, refused, removed } from '../../shared/catalogue/transitions.ts';
import { documentId, type RefusalReason } from '../../shared/document.ts';
import type { DocumentStore } from '../../shared/document-store.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import { largestUpload } from '../../shared/largest-upload.ts';
import { RefusedError } from '../../shared/refusal.ts';
import { sidecarOf, uploadOfSidecar } from '../../shared/sidecar.ts';
import type { ChangeQueue } from '../../shared/work-queues.ts';
import type { FileToRead, MadeDocument } from './reading/protocol.ts';
import { fetchSidecar, type Sidecar } from './sidecar-metadata.ts';
import type { Upload, Uploads } from './uploads.ts';
import { isSameVersion, readerVersion, wasRead } from './was-read.ts';

export interface IngestDependencies {
  readonly catalogue: Catalogue;
  readonly documents: DocumentStore;
  readonly uploads: Uploads;
  readonly changes: ChangeQueue;
  /** Throws RefusedError for a file that cannot become a document. */
  readonly reader: { read(file: FileToRead): Promise<MadeDocument> };
  readonly now: () => Date;
}

/** One upload to look at. `sequencer` is that of the event that asked for it, if S3 sent one. */
export interface Look {
  readonly key: string;
  readonly sequencer?: string | null | undefined;
}

/**
 * Resolves when the row says what the upload is and, where the engine shows otherwise, index-documents was asked.
 * Returns the row if it was changed.
 */
export async function ingestDocument(
  { key, sequencer = null }: Look,
  on: IngestDependencies,
): Promise<DocumentRow | undefined> {
  const besideSidecar = uploadOfSidecar(key);
  if (besideSidecar !== null) return ingestDocument({ key: besideSidecar, sequencer: null }, on);
  if (key.endsWith('/')) return undefined; // A console's marker for an empty folder is no upload.
  return retryConflicts(() => lookOnce({ key, sequencer }, on));
}

/** Throws RevisionConflictError when what it looked at changed meanwhile. */
async function lookOnce(
  { key, sequencer = null }: Look,
  on: IngestDependencies,
): Promise<DocumentRow | undefined> {
  const id = documentId(key);
  const row = await on.catalogue.get(id);
  if (row?.key === key && isOlder(sequencer, row)) return undefined;
  // Before the upload, which holds its connection open until it is read or skipped.
  const sidecar = await fetchSidecar(key, on.uploads);
  const upload = await on.uploads.get(key);
  // Spelled in a third way, which only the row knows.
  if (!upload && row && row.state !== 'removed' && row.key !== key) {
    return ingestDocument({ key: row.key }, on);
  }
  const next = upload
    ? await lookAtUpload({ id, upload, sidecar, sequencer: upload.key === key ? sequencer : null, row }, on)
    : lookAtNothing(row, on);
  // Whoever hides an upload puts its sidecar first; that and the upload may both have come since the sidecar was read.
  if (upload && next?.visibility === 'public' && (await sidecarEtag(key, on)) !== sidecar?.etag) {
    throw new RevisionConflictError('The sidecar changed since it was read');
  }
  if (next) await on.catalogue.write(next, row);
  if (next && upload && !isSeenByDeletion(row) && !(await on.uploads.head(key))) {
    throw new RevisionConflictError('The upload went while it was read');
  }
  if ((next ?? row)?.pendingSince) await on.changes.send([{ id }]);
  return next;
}

async function sidecarEtag(key: string, { uploads }: IngestDependencies): Promise<string | undefined> {
  return (await uploads.head(sidecarOf(key)))?.etag;
}

/** An event that S3 put before the one that was already acted upon says nothing new. */
function isOlder(sequencer: string | null, row: DocumentRow | undefined): boolean {
  const seen = row?.upload?.sequencer;
  if (!sequencer || !seen) return false;
  const width = Math.max(sequencer.length, seen.length);
  return sequencer.padEnd(width, '0') < seen.padEnd(width, '0');
}

/**
 * Whether a look for a deletion finds something to write, and so moves the revision. Where it does not, whoever read the
 * upload before its deletion has to ask after the write whether it is still there.
 */
function isSeenByDeletion(row: DocumentRow | undefined): row is DocumentRow {
  const underway = row?.state === 'received' && row.movedFrom?.done === false;
  return row !== undefined && row.state !== 'removed' && !underway;
}

/** Undefined when there is nothing to write. */
function lookAtNothing(row: DocumentRow | undefined, { now }: IngestDependencies): DocumentRow | undefined {
  return isSeenByDeletion(row) ? removed(row, { at: now(), by: 'upload' }) : undefined;
}

/** An upload as it is now, and the row as it was read before that. */
interface Sight {
  readonly id: string;
  readonly upload: Upload;
  readonly sidecar: Sidecar | null;
  readonly sequencer: string | null;
  readonly row: DocumentRow | undefined;
}

/** The row that this upload asks for; undefined when the row says so already: it was read as it is, by these readers. */
async function lookAtUpload(
  { id, upload, sidecar, sequencer, row }: Sight,
  on: IngestDependencies,
): Promise<DocumentRow | undefined> {
  const { key } = upload;
  if (row && row.key === key && wasRead(upload, sidecar, row) && (await isStillKept(row, upload, on))) {
    upload.skip();
    return row.failure?.step === 'ingest-document' ? failureCleared(row, on.now()) : undefined;
  }
  const began = on.now();
  const { readAt, ...result } = await readOrRefuse({ id, upload, sidecar }, on);
  const read = {
    key,
    upload: {
      etag: upload.etag,
      size: upload.size,
      lastModified: upload.lastModified.toISOString(),
      metadataHash: upload.metadataHash,
      sidecarEtag: sidecar?.etag ?? null,
      sequencer: sequencer ?? (row?.key === key ? row.upload?.sequencer : null) ?? null,
      source: upload.metadata.source ?? null,
      readerVersion,
    },
    began,
    readAt,
  };
  // What was read before in this version is read again for a reason of Vindplaats' own.
  const by = row?.key === key && isSameVersion(upload, sidecar, row) ? 'system' : 'upload';
  const cause = { at: on.now(), by };
  if (!result.document) return refused(row, { ...read, refusal: result.refusal }, cause);
  const { kind, title, publishedOn, visibility, notes } = result.document;
  const document = { hash: result.hash, kind, title, publishedOn, visibility };
  return kept(row, { ...read, document, notes }, cause);
}

/** The document that the row names is still in its bucket: a row that was restored may name what was swept since. */
async function isStillKept(
  { id, document }: DocumentRow,
  upload: Upload,
  { documents }: IngestDependencies,
): Promise<boolean> {
  if (document === null) return true;
  try {
    return (await documents.keptAt(id, document.hash)) !== undefined;
  } catch (error) {
    // An upload that is left unread holds its connection for good.
    upload.skip();
    throw error;
  }
}

type Result = { readonly readAt: Date } & (
  | { readonly document: MadeDocument; readonly hash: string }
  | { readonly document: null; readonly refusal: RefusalReason }
);

async function readOrRefuse(
  { id, upload, sidecar }: Pick<Sight, 'id' | 'upload' | 'sidecar'>,
  on: IngestDependencies,
): Promise<Result> {
  try {
    if (upload.size > largestUpload) {
      upload.skip();
      throw new RefusedError('too-large');
    }
    const { key, contentType, metadata } = upload;
    const sidecars = sidecar ? [sidecar] : [];
    const document = await on.reader.read({
      ...{ key, contentType, metadata, sidecars },
      bytes: await upload.bytes(),
    });
    const readAt = on.now();
    return { readAt, document, hash: await on.documents.keep(id, document.json) };
  } catch (error) {
    if (error instanceof RefusedError) return { readAt: on.now(), document: null, refusal: error.reason };
    throw error;
  }
}
