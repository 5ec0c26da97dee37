/**
 * Looks at one upload as it is now and makes its row say so: kept, refused or removed. Any event, late, doubled or out
 * of order, leads to the same end, because the object decides and the row's revision guards the write.
 */
import { createHash } from 'node:crypto';
import {
  attemptAt,
  inHand,
  isPoison,
  isRetryDue,
  letGo,
  type ReadingAttempt,
  readerDied,
  versionToRead,
} from '../../shared/catalogue/attempt.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { isHiddenElsewhere } from '../../shared/catalogue/equal-contents.ts';
import { retryConflicts } from '../../shared/catalogue/retry-conflicts.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { settleRow, settleTransition } from '../../shared/catalogue/settle-row.ts';
import { failureCleared, kept, readingBegun, refused, removed } from '../../shared/catalogue/transitions.ts';
import { documentId, type RefusalReason } from '../../shared/document.ts';
import type { DocumentStore } from '../../shared/document-store.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import { largestUpload } from '../../shared/largest-upload.ts';
import { ReaderFailedError, RefusedError } from '../../shared/refusal.ts';
import { uploadOfSidecar, uploadsOfLookAlike, versionBeside } from '../../shared/sidecar.ts';
import type { ChangeQueue } from '../../shared/work-queues.ts';
import type { FileToRead, MadeDocument } from './reading/protocol.ts';
import { longestIngestMs } from './reading/reading-limits.ts';
import type { ReadingTurns } from './reading/reading-turns.ts';
import { fetchSidecars, type Sidecars } from './sidecar-metadata.ts';
import type { Upload, Uploads } from './uploads.ts';
import { isSameVersion, readerVersion, wasRead } from './was-read.ts';

export interface IngestDependencies {
  readonly catalogue: Catalogue;
  readonly documents: DocumentStore;
  readonly uploads: Uploads;
  readonly changes: ChangeQueue;
  /** Throws RefusedError for a file that cannot become a document, ReaderFailedError when it may be chance. */
  readonly reader: { read(file: FileToRead): Promise<MadeDocument> };
  /** Of this process. */
  readonly turns: ReadingTurns;
  /** Whether the same look failed before, maybe after the row was written. */
  readonly isRetry?: boolean;
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
  if (!upload) return settle(lookAtNothing(row, on), { row }, on);
  const sight = { id, upload, sidecars, sequencer: upload.key === key ? sequencer : null, row };
  if (await isAsRead(sight, on)) {
    upload.skip();
    const isFailed = row?.failure?.step === 'ingest-document';
    return settle(isFailed ? failureCleared(row, on.now()) : undefined, sight, on);
  }
  return readInTurn(sight, on);
}

/** Writes what the row becomes, and asks for what the engine does not show yet. */
async function settle(
  next: DocumentRow | undefined,
  { row }: Pick<Sight, 'row'>,
  on: IngestDependencies,
): Promise<DocumentRow | undefined> {
  await settleRow(next, row, on);
  return next;
}

/** Reads the upload when it is its turn, alone if it may be what ended a process, and not at all if it did so twice. */
async function readInTurn(sight: Sight, on: IngestDependencies): Promise<DocumentRow | undefined> {
  const { upload, sidecars, row } = sight;
  const version = versionToRead(upload, sidecars.version, readerVersion);
  const now = on.now();
  const attempt = attemptAt(row?.attempt, version, { now, longestReading: longestIngestMs });
  if (isPoison(attempt)) {
    upload.skip();
    const crashed = { refusal: 'crashed' as const, attempt, began: now, readAt: now };
    return settleRead(await rowOf(sight, crashed, on), sight, row, on);
  }
  return on.turns[attempt.isAlone ? 'alone' : 'beside'](() => readInHand(sight, attempt, on));
}

/** The row says that the upload is in hand until it says what was read. */
async function readInHand(
  sight: Sight,
  before: ReadingAttempt,
  on: IngestDependencies,
): Promise<DocumentRow | undefined> {
  const { upload } = sight;
  const attempt = inHand(before, on.now());
  const { key, lastModified } = upload;
  const begun = readingBegun(sight.row, { key, lastModified, attempt }, on.now());
  try {
    if (sight.row) await on.catalogue.markAttempt(sight.row, attempt);
    else await on.catalogue.write(begun, undefined);
  } catch (error) {
    upload.skip();
    throw error;
  }
  try {
    const began = on.now();
    const result = await readOrRefuse(sight, attempt, on);
    const next = await rowOf({ ...sight, row: begun }, { ...result, began }, on);
    return await settleRead(next, sight, begun, on);
  } catch (error) {
    const ended = error instanceof ReaderFailedError ? readerDied(attempt, 'died', on.now()) : letGo(attempt);
    // Where this fails too, it counts as left behind after the longest reading.
    await on.catalogue.markAttempt(begun, ended).catch(() => undefined);
    if (!(error instanceof ReaderFailedError)) throw error;
    throw new RevisionConflictError('The reader died: the upload is looked at again, alone', {
      cause: error,
    });
  }
}

/** As `settle`, for an upload that others may have changed while it was read. */
async function settleRead(
  next: DocumentRow,
  { id, upload, sidecars, row }: Sight,
  read: DocumentRow | undefined,
  on: IngestDependencies,
): Promise<DocumentRow> {
  // A sidecar that hides its upload comes first; that and the upload may both have come since the sidecars were read.
  if (next.visibility === 'public' && (await sidecarsNow(upload.key, on)) !== sidecars.version) {
    throw new RevisionConflictError('The sidecars changed since they were read');
  }
  const { needsMessage } = await on.catalogue.write(next, read);
  const isGone = !isSeenByDeletion(row) && !(await on.uploads.head(upload.key));
  if (needsMessage) await on.changes.send([{ id }]);
  if (isGone) throw new RevisionConflictError('The upload went while it was read');
  return next;
}

async function sidecarsNow(key: string, { uploads }: IngestDependencies): Promise<string | null> {
  return versionBeside(await uploads.listBeside(key));
}

/** A file that passed for a document of its own, before names like its were a sidecar's, is one no longer. */
async function forgetDocumentOf(sidecar: string, on: IngestDependencies): Promise<void> {
  const id = documentId(sidecar);
  const cause = { at: on.now(), by: 'system' };
  await settleTransition(id, (row) => removed(row, cause), on);
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

/** The row says already what this upload is: it was read as it is, by these readers. */
async function isAsRead({ upload, sidecars, row }: Sight, on: IngestDependencies): Promise<boolean> {
  if (row?.key !== upload.key || !wasRead(upload, sidecars.version, row)) return false;
  return !isRetryDue(row, on.now()) && isStillKept(row, upload, on);
}

/** The row that this upload asks for. */
async function rowOf(
  { id, upload, sidecars, sequencer, row }: Sight,
  result: Result & { readonly began: Date },
  on: IngestDependencies,
): Promise<DocumentRow> {
  const { key } = upload;
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
    began: result.began,
    readAt: result.readAt,
  };
  // What was read before in this version is read again for a reason of Vindplaats' own.
  const by = row?.key === key && isSameVersion(upload, sidecars.version, row) ? 'system' : 'upload';
  const cause = { at: on.now(), by };
  if (!result.document) {
    const { refusal, attempt } = result;
    return refused(row, { ...read, refusal, attempt }, cause);
  }
  const { kind, title, publishedOn, visibility, isVisibilityUnclear, notes } = result.document;
  const document = {
    ...{ hash: result.hash, kind, title, publishedOn, visibility, isVisibilityUnclear },
    heardInternalAt: visibility === 'internal' ? heardInternalAt(row, upload, cause.at) : undefined,
  };
  const { sha256 } = result;
  const isHidden = await isHiddenByContent({ id, key, sha256, row }, on);
  return kept(row, { ...read, document, notes, sha256, isHidden }, cause);
}

/** Whether staff hid these bytes under another name; only asked where they are new. */
async function isHiddenByContent(
  { id, key, sha256, row }: Pick<Sight, 'id' | 'row'> & { readonly key: string; readonly sha256: string },
  { catalogue, now }: IngestDependencies,
): Promise<boolean> {
  if (row?.state !== 'removed' && row?.content?.sha256 === sha256) return false;
  const content = { sha256, cameAt: now().toISOString() };
  return isHiddenElsewhere(id, await catalogue.withContent({ key, content }));
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
  | { readonly document: MadeDocument; readonly hash: string; readonly sha256: string }
  | { readonly document?: undefined; readonly refusal: RefusalReason; readonly attempt?: ReadingAttempt }
);

/** Throws ReaderFailedError when its reader died for the first time, which may be chance. */
async function readOrRefuse(
  { id, upload, sidecars }: Pick<Sight, 'id' | 'upload' | 'sidecars'>,
  attempt: ReadingAttempt,
  on: IngestDependencies,
): Promise<Result> {
  try {
    if (upload.size > largestUpload) {
      upload.skip();
      throw new RefusedError('too-large');
    }
    const { key, contentType, metadata } = upload;
    const bytes = await upload.bytes();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const document = await on.reader.read({
      ...{ key, contentType, metadata, sidecars: sidecars.files },
      bytes,
    });
    const readAt = on.now();
    return { readAt, document, sha256, hash: await on.documents.keep(id, document.json) };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const readAt = on.now();
    const { reason: refusal } = error;
    if (!(error instanceof ReaderFailedError)) return { readAt, refusal };
    const died = readerDied(attempt, refusal === 'timeout' ? 'timeout' : 'died', readAt);
    // What ran out of time does so again while the machine is as busy.
    if (refusal !== 'timeout' && !isPoison(died)) throw error;
    return { readAt, refusal, attempt: died };
  }
}
