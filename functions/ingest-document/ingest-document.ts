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
import { uploadOfSidecar, uploadsOfLookAlike, versionBeside } from '../../shared/sidecar.ts';
import type { ChangeQueue } from '../../shared/work-queues.ts';
import type { FileToRead, MadeDocument } from './reading/protocol.ts';
import { fetchSidecars, type Sidecars } from './sidecar-metadata.ts';
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
  if (key.endsWith('/')) return undefined; // A console's marker for an empty folder is no upload.
  const besideSidecar = uploadOfSidecar(key);
  if (besideSidecar !== null) {
    await forgetDocumentOf(key, on);
    return ingestDocument({ key: besideSidecar }, on);
  }
  for (const beside of uploadsOfLookAlike(key)) await ingestDocument({ key: beside }, on);
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
  const sidecars = await fetchSidecars(key, on.uploads);
  const upload = await on.uploads.get(key);
  // Spelled in a third way, which only the row knows.
  if (!upload && row && row.state !== 'removed' && row.key !== key) {
    return ingestDocument({ key: row.key }, on);
  }
  const next = upload
    ? await lookAtUpload({ id, upload, sidecars, sequencer: upload.key === key ? sequencer : null, row }, on)
    : lookAtNothing(row, on);
  // A sidecar that hides its upload comes first; that and the upload may both have come since the sidecars were read.
  if (upload && next?.visibility === 'public' && (await sidecarsNow(key, on)) !== sidecars.version) {
    throw new RevisionConflictError('The sidecars changed since they were read');
  }
  if (next) await on.catalogue.write(next, row);
  if (next && upload && !isSeenByDeletion(row) && !(await on.uploads.head(key))) {
    throw new RevisionConflictError('The upload went while it was read');
  }
  if ((next ?? row)?.pendingSince) await on.changes.send([{ id }]);
  return next;
}

async function sidecarsNow(key: string, { uploads }: IngestDependencies): Promise<string | null> {
  return versionBeside(await uploads.listBeside(key));
}

/** A file that passed for a document of its own, before names like its were a sidecar's, is one no longer. */
async function forgetDocumentOf(sidecar: string, on: IngestDependencies): Promise<void> {
  const id = documentId(sidecar);
  const cause = { at: on.now(), by: 'system' };
  const row = await on.catalogue.transition(id, (read) => removed(read, cause));
  if (row?.pendingSince) await on.changes.send([{ id }]);
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
  readonly sidecars: Sidecars;
  readonly sequencer: string | null;
  readonly row: DocumentRow | undefined;
}

/** The row that this upload asks for; undefined when the row says so already: it was read as it is, by these readers. */
async function lookAtUpload(
  { id, upload, sidecars, sequencer, row }: Sight,
  on: IngestDependencies,
): Promise<DocumentRow | undefined> {
  const { key } = upload;
  if (
    row &&
    row.key === key &&
    wasRead(upload, sidecars.version, row) &&
    (await isStillKept(row, upload, on))
  ) {
    upload.skip();
    return row.failure?.step === 'ingest-document' ? failureCleared(row, on.now()) : undefined;
  }
  const began = on.now();
  const { readAt, ...result } = await readOrRefuse({ id, upload, sidecars }, on);
  const read = {
    key,
    upload: {
      etag: upload.etag,
      size: upload.size,
      lastModified: upload.lastModified.toISOString(),
      metadataHash: upload.metadataHash,
      sidecarEtag: sidecars.version,
      sequencer: sequencer ?? (row?.key === key ? row.upload?.sequencer : null) ?? null,
      source: upload.metadata.source ?? null,
      readerVersion,
    },
    began,
    readAt,
  };
  // What was read before in this version is read again for a reason of Vindplaats' own.
  const by = row?.key === key && isSameVersion(upload, sidecars.version, row) ? 'system' : 'upload';
  const cause = { at: on.now(), by };
  if (!result.document) return refused(row, { ...read, refusal: result.refusal }, cause);
  const { kind, title, publishedOn, visibility, isVisibilityUnclear, notes } = result.document;
  const document = {
    ...{ hash: result.hash, kind, title, publishedOn, visibility, isVisibilityUnclear },
    heardInternalAt: visibility === 'internal' ? heardInternalAt(row, upload, cause.at) : undefined,
  };
  return kept(row, { ...read, document, notes }, cause);
}

/** Since when it is known that an upload is internal which earlier readers took for public in this same version. */
function heardInternalAt(
  row: DocumentRow | undefined,
  { etag, metadataHash }: Upload,
  now: Date,
): string | undefined {
  const { upload, document, visibility } = row ?? {};
  if (!upload || !document || upload.etag !== etag || upload.metadataHash !== metadataHash) return undefined;
  const isHeardNow = upload.readerVersion < readerVersion && visibility === 'public';
  return isHeardNow ? now.toISOString() : document.heardInternalAt;
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
  { id, upload, sidecars }: Pick<Sight, 'id' | 'upload' | 'sidecars'>,
  on: IngestDependencies,
): Promise<Result> {
  try {
    if (upload.size > largestUpload) {
      upload.skip();
      throw new RefusedError('too-large');
    }
    const { key, contentType, metadata } = upload;
    const document = await on.reader.read({
      ...{ key, contentType, metadata, sidecars: sidecars.files },
      bytes: await upload.bytes(),
    });
    const readAt = on.now();
    return { readAt, document, hash: await on.documents.keep(id, document.json) };
  } catch (error) {
    if (error instanceof RefusedError) return { readAt: on.now(), document: null, refusal: error.reason };
    throw error;
  }
}
