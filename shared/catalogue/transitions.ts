/**
 * What a row becomes when something happens to it. Every transition is pure: it takes the row as it was read and gives
 * the row as it is to be written, or undefined when nothing changes. What follows from a row's parts (its visibility,
 * revision, history, and whether it is pending) is worked out here and nowhere else.
 */
import { isDeepStrictEqual } from 'node:util';
import { Corrections, fitRow, GivenCorrections } from '../corrections.ts';
import { documentId, type RefusalReason } from '../document.ts';
import { strictest, type Visibility, visibilityOfKey } from '../visibility.ts';
import type { ReadingAttempt } from './attempt.ts';
import { changeOf, withHistory } from './history.ts';
import { type DocumentRow, type Failure, type HistoryEntry, nextRevision } from './row.ts';
import { askedVisibility } from './settled.ts';

/** When it happened and through whom: the subject of staff's token, `upload` or `system`. */
export interface Cause {
  readonly at: Date;
  readonly by: string;
}

/** What a row says by itself, from which the rest follows. */
type Parts = Omit<
  DocumentRow,
  'revision' | 'visibility' | 'wasPublic' | 'history' | 'updatedAt' | 'pendingSince' | 'resent'
>;

/** What the next row keeps of the one before. */
type Before = Pick<DocumentRow, 'revision' | 'wasPublic' | 'history'>;

/**
 * The strictest of what the place of the upload, the document itself and staff say. What was not read yet, or is gone,
 * is internal: nobody knows what it would say.
 */
export function effectiveVisibility(row: VisibilityParts & Pick<DocumentRow, 'state'>): Visibility {
  if (row.state === 'received' || row.state === 'removed') return 'internal';
  return saidVisibility(row);
}

type VisibilityParts = Pick<DocumentRow, 'key' | 'upload' | 'document' | 'corrections' | 'settled'>;

function saidVisibility(row: VisibilityParts): Visibility {
  return strictest(givenVisibility(row), row.corrections.visibility);
}

/** What place and file say together, whatever staff say. */
export function givenVisibility(row: Omit<VisibilityParts, 'corrections'>): Visibility {
  return strictest(visibilityOfKey(row.key) ?? 'internal', askedVisibility(row));
}

/** A row whose collections have to follow; what had been sent again was the row before, so the sweep counts from zero. */
function pending(parts: Parts, before: Before | undefined, at: Date, ...steps: HistoryEntry[]): DocumentRow {
  const state = parts.document ? ('kept' as const) : parts.state;
  const visibility = effectiveVisibility({ ...parts, state });
  const isShown = visibility === 'public' && parts.document !== null;
  return {
    ...parts,
    state,
    visibility,
    revision: nextRevision(before, at),
    wasPublic: (before?.wasPublic ?? false) || isShown,
    history: withHistory(before, ...steps),
    updatedAt: at.toISOString(),
    pendingSince: at.toISOString(),
    resent: undefined,
  };
}

/** The parts of an upload of which nothing was read. */
function unread(key: string, at: Date): Parts {
  return {
    id: documentId(key),
    key,
    state: 'received',
    upload: null,
    document: null,
    corrections: {},
    refusal: null,
    notes: [],
    movedFrom: null,
    receivedAt: at.toISOString(),
  };
}

/**
 * The upload is about to be read. An upload that was known keeps its revision, for what is to be shown did not change.
 */
export function readingBegun(
  row: DocumentRow | undefined,
  {
    key,
    lastModified,
    attempt,
  }: { readonly key: string; readonly lastModified: Date; readonly attempt: ReadingAttempt },
  at: Date,
): DocumentRow {
  if (row) return { ...row, attempt };
  return { ...pending({ ...unread(key, lastModified), attempt }, undefined, at), pendingSince: undefined };
}

/** An upload as it was read, and how long that took. */
export interface UploadRead {
  readonly key: string;
  readonly upload: NonNullable<DocumentRow['upload']>;
  readonly began: Date;
  readonly readAt: Date;
}

export interface UploadKept extends UploadRead {
  readonly document: NonNullable<DocumentRow['document']>;
  readonly notes: DocumentRow['notes'];
  /** Of the bytes. */
  readonly sha256: string;
  /** Staff hid the same bytes elsewhere (`isHiddenElsewhere`). */
  readonly isHidden: boolean;
}

export interface UploadRefused extends UploadRead {
  readonly refusal: RefusalReason;
  /** What is held against the file, where that is why. */
  readonly attempt?: ReadingAttempt | undefined;
}

/** The upload was read, and its document is in the documents bucket. */
export function kept(row: DocumentRow | undefined, read: UploadKept, { at, by }: Cause): DocumentRow {
  const { document, notes, readAt, sha256, isHidden, upload } = read;
  const { corrections, ...parts } = readParts(row, read);
  const stayed = row?.state !== 'removed' && row?.content?.sha256 === sha256 ? row.content : undefined;
  const content = stayed ?? { sha256, cameAt: upload.lastModified };
  // What was corrected of these bytes here moved along when they did, and comes back with them.
  const own = row?.renamedTo && row.content?.sha256 === sha256 ? {} : corrections;
  const hidden = isHidden && !stayed ? { visibility: 'internal' as const } : {};
  const step = { at: at.toISOString(), what: 'kept' as const, by, ms: milliseconds(readAt, at) };
  return pending(
    { ...parts, corrections: { ...own, ...hidden }, content, document, notes },
    row,
    at,
    ...readSteps(read, by),
    step,
  );
}

/** The upload cannot become a document. */
export function refused(row: DocumentRow | undefined, read: UploadRefused, { at, by }: Cause): DocumentRow {
  const { refusal, attempt, began } = read;
  const ms = milliseconds(began, at);
  const step = { at: at.toISOString(), what: 'refused' as const, by, ms, why: refusal };
  return pending({ ...readParts(row, read), refusal, attempt }, row, at, ...readSteps(read, by), step);
}

function readParts(row: DocumentRow | undefined, { key, upload }: UploadRead): Parts {
  return {
    ...unread(key, new Date(upload.lastModified)),
    state: 'refused',
    upload,
    corrections: row?.corrections ?? {},
    settled: row?.settled,
    movedFrom: row?.movedFrom ?? null,
    sameAs: row?.sameAs,
    renamedFrom: row?.renamedFrom,
    ...(row && row.state !== 'removed' && { receivedAt: row.receivedAt }),
  };
}

function readSteps({ upload, began, readAt }: UploadRead, by: string): HistoryEntry[] {
  return [
    { at: upload.lastModified, what: 'received', by },
    { at: readAt.toISOString(), what: 'read', by, ms: milliseconds(began, readAt) },
  ];
}

const milliseconds = (earlier: Date, later: Date) => Math.max(0, later.getTime() - earlier.getTime());

/**
 * The upload is gone; undefined when the row says so already. Staff's corrections stay: an upload that is deleted and
 * put again must end the same whether or not the moment between was seen.
 */
export function removed(row: DocumentRow | undefined, { at, by }: Cause): DocumentRow | undefined {
  if (!row || row.state === 'removed') return undefined;
  return pending(gone(row, at), row, at, { at: at.toISOString(), what: 'removed', by });
}

function gone(row: DocumentRow, at: Date): Parts {
  const { id, key, corrections, receivedAt, renamedFrom } = row;
  const left = { at: at.toISOString(), visibility: givenVisibility(row) };
  const content = row.content && row.document ? { ...row.content, left } : undefined;
  return { ...unread(key, at), id, state: 'removed', corrections, content, renamedFrom, receivedAt };
}

/** Renames that a row remembers; each is only asked for until the row that was renamed says so too. */
const renamesKept = 20;

/**
 * The bytes of a removed upload came here under another name, and staff's corrections of it are taken over, once. What
 * was corrected here stays, and so does what staff hid.
 */
export function renamedHere(
  row: DocumentRow | undefined,
  from: DocumentRow,
  at: Date,
): DocumentRow | undefined {
  const { left } = from.content ?? {};
  if (!row?.document || !left || isRenamedHere(row, from)) return undefined;
  const merged = { ...from.corrections, ...row.corrections };
  const hidden = merged.visibility ? { visibility: merged.visibility } : {};
  const corrections = fitRow(merged) ? merged : { ...row.corrections, ...hidden };
  const renamedFrom = [...(row.renamedFrom ?? []), { id: from.id, at: left.at }].slice(-renamesKept);
  const isCorrected = !isDeepStrictEqual(row.corrections, corrections);
  const by = from.history.findLast(({ what }) => what === 'corrected')?.by ?? 'system';
  return pending(
    { ...row, corrections, renamedFrom },
    row,
    at,
    renameStep(from, row, at),
    ...(isCorrected ? [correction(row, corrections, { at, by })] : []),
  );
}

function isRenamedHere(row: DocumentRow, { id, content }: DocumentRow): boolean {
  return (row.renamedFrom ?? []).some((one) => one.id === id && one.at === content?.left?.at);
}

/**
 * The removed upload's address leads to `to` from now on. Its corrections went there; what staff hid stays hidden here
 * too, for other bytes that may come.
 */
export function renamedAway(
  row: DocumentRow | undefined,
  { from, to }: { readonly from: DocumentRow; readonly to: DocumentRow },
  at: Date,
): DocumentRow | undefined {
  if (row?.state !== 'removed' || row.renamedTo || row.content?.left?.at !== from.content?.left?.at) {
    return undefined;
  }
  const { visibility } = row.corrections;
  const isTakenOver = isDeepStrictEqual(row.corrections, from.corrections);
  const corrections = isTakenOver ? (visibility ? { visibility } : {}) : row.corrections;
  return pending({ ...row, corrections, renamedTo: to.id }, row, at, renameStep(row, to, at));
}

function renameStep(from: DocumentRow, to: DocumentRow, at: Date): HistoryEntry {
  const keys = { from: { key: from.key }, to: { key: to.key } };
  return { at: at.toISOString(), what: 'renamed', by: 'upload', ...keys };
}

/** These are the other documents of the same bytes and visibility. */
export function sameAsFound(
  row: DocumentRow | undefined,
  { content, sameAs }: Pick<DocumentRow, 'content'> & { readonly sameAs: readonly string[] },
  at: Date,
): DocumentRow | undefined {
  const isAsSeen = row?.content?.sha256 === content?.sha256 && row?.state !== 'removed';
  if (!row || !isAsSeen || isDeepStrictEqual(row.sameAs ?? [], sameAs)) return undefined;
  return asOld(row, pending({ ...row, sameAs: sameAs.length > 0 ? [...sameAs] : undefined }, row, at));
}

/**
 * Staff's corrections are these from now on, and `settled` the version in which nothing unclear makes the document
 * internal. A removed document keeps them for its return, and nothing is to be shown.
 */
export function corrected(
  row: DocumentRow,
  corrections: Corrections,
  cause: Cause,
  settled = row.settled,
): DocumentRow | undefined {
  const visibility = effectiveVisibility({ ...row, corrections, settled });
  const isSettledAlready = isDeepStrictEqual(row.settled, settled);
  if (isDeepStrictEqual(row.corrections, corrections) && isSettledAlready && row.visibility === visibility) {
    return undefined;
  }
  const step = correction(row, corrections, cause);
  const settling = isSettledAlready
    ? step
    : { ...step, from: { ...step.from, visibility: 'internal' }, to: { ...step.to, visibility: 'public' } };
  const next = pending({ ...row, corrections, settled }, row, cause.at, settling);
  return row.state === 'removed' ? { ...next, pendingSince: row.pendingSince } : next;
}

function correction(
  row: Pick<DocumentRow, 'corrections'>,
  corrections: Corrections,
  { at, by }: Cause,
): HistoryEntry {
  return { at: at.toISOString(), what: 'corrected', by, ...changeOf(row.corrections, corrections) };
}

/** Corrections out of a backup; those of an upload that is not known wait as a removed one's do. */
export function restored(
  row: DocumentRow | undefined,
  { key, corrections }: Pick<DocumentRow, 'key' | 'corrections'>,
  cause: Cause,
): DocumentRow | undefined {
  if (row) return corrected(row, corrections, cause);
  const parts = { ...unread(key, cause.at), state: 'removed' as const, corrections };
  const step = correction({ corrections: {} }, corrections, cause);
  return { ...pending(parts, undefined, cause.at, step), pendingSince: undefined };
}

/** What is moved: the row of the source, to which key, in the version with which ETag, and with what of staff's. */
export interface Move {
  readonly source: DocumentRow;
  readonly key: string;
  readonly etag: string | undefined;
  readonly corrections: Corrections;
  readonly settled: DocumentRow['settled'];
}

/** The row of the place that an upload is being moved to; `target` is what was known of that place. */
export function moved(
  target: DocumentRow | undefined,
  { source, key, etag, corrections, settled }: Move,
  cause: Cause,
): DocumentRow {
  const { receivedAt, history } = source;
  const movedFrom = { key: source.key, etag, done: false, corrections: source.corrections };
  const before = { revision: target?.revision ?? 0, wasPublic: target?.wasPublic ?? false, history };
  const isCorrected = !isDeepStrictEqual(source.corrections, corrections);
  const steps = [
    moveStep(source.key, key, cause),
    ...(isCorrected ? [correction(source, corrections, cause)] : []),
  ];
  const parts = { ...unread(key, cause.at), corrections, settled, movedFrom, receivedAt };
  return pending(parts, before, cause.at, ...steps);
}

/** What staff hid is no longer hidden by them; undefined when they hid nothing. */
export function unhidden(row: DocumentRow, cause: Cause): DocumentRow | undefined {
  const { visibility, ...corrections } = row.corrections;
  return visibility && corrected(row, corrections, cause);
}

/** Whether the row is of a move from this place that has not ended. */
export function isMoving(row: DocumentRow | undefined, source: string): row is MovingRow {
  return row?.movedFrom?.key === source && !row.movedFrom.done;
}
type MovingRow = DocumentRow & { movedFrom: NonNullable<DocumentRow['movedFrom']> };

/**
 * Takes over what staff corrected of the source since the row was made of it. What was corrected here since stays. Each
 * correction is taken over once, so that staff can take it back here. That something is no longer hidden is not taken over:
 * it may be older than what hid it.
 */
export function caughtUp(
  row: DocumentRow | undefined,
  source: DocumentRow | undefined,
  at: Date,
): DocumentRow | undefined {
  if (!source || !isMoving(row, source.key) || !row.movedFrom.corrections) return undefined;
  const { corrections: seen } = row.movedFrom;
  const missed = GivenCorrections.keyof().options.filter(
    (field) =>
      !isDeepStrictEqual(source.corrections[field], seen[field]) &&
      !(field === 'visibility' && source.corrections.visibility === undefined) &&
      isDeepStrictEqual(row.corrections[field], seen[field]),
  );
  if (missed.length === 0) return undefined;
  const corrections = Corrections.parse({
    ...row.corrections,
    ...Object.fromEntries(missed.map((field) => [field, source.corrections[field]])),
  });
  const movedFrom = { ...row.movedFrom, corrections: source.corrections };
  const by = source.history.findLast(({ what }) => what === 'corrected')?.by ?? 'system';
  return pending({ ...row, corrections, movedFrom }, row, at, correction(row, corrections, { at, by }));
}

/** Nothing is left of the upload that this one was moved from, and what staff corrected of it is taken over. */
export function moveFinished(
  row: DocumentRow | undefined,
  { key, source }: { readonly key: string; readonly source: DocumentRow | undefined },
  at: Date,
): DocumentRow | undefined {
  const current = caughtUp(row, source, at) ?? row;
  if (!isMoving(current, key)) return undefined;
  const movedFrom = { ...current.movedFrom, corrections: undefined, done: true };
  return asOld(current, pending({ ...current, movedFrom }, current, at));
}

/**
 * The upload went to `to` in the version that was read here; undefined when the row tells of another one. Staff correct
 * no removed row, so what they corrected here is complete from now on.
 */
export function movedAway(
  row: DocumentRow | undefined,
  { to, etag }: { readonly to: string; readonly etag: string | undefined },
  { at, by }: Cause,
): DocumentRow | undefined {
  if (!row || row.state === 'removed' || row.upload?.etag !== etag) return undefined;
  // Made public, which is no renaming.
  return pending({ ...gone(row, at), content: undefined }, row, at, moveStep(row.key, to, { at, by }));
}

/** Whether the upload that was here was moved away, and nothing came in its place. */
export function hasMovedAway({ state, history, key }: DocumentRow): boolean {
  const last = history.findLast(({ what }) => what === 'moved' || what === 'received');
  return state === 'removed' && last?.what === 'moved' && last.from?.key === key;
}

function moveStep(from: string, to: string, { at, by }: Cause): HistoryEntry {
  return { at: at.toISOString(), what: 'moved', by, from: { key: from }, to: { key: to } };
}

/**
 * Nothing was moved here and nothing will be. Staff's corrections of the source are not about what others put here, but
 * what was hidden stays so.
 */
export function moveAbandoned(
  row: DocumentRow | undefined,
  { key }: { readonly key: string },
  at: Date,
): DocumentRow | undefined {
  if (!isMoving(row, key)) return undefined;
  const { visibility } = row.corrections;
  const corrections = visibility ? { visibility } : {};
  return asOld(row, pending({ ...row, corrections, movedFrom: null }, row, at));
}

/** For what is no news to staff: it stands where it stood in the ledger, and waits since when it waited. */
function asOld({ updatedAt, pendingSince }: DocumentRow, next: DocumentRow): DocumentRow {
  return { ...next, updatedAt, pendingSince: pendingSince ?? updatedAt };
}

/**
 * Whether a message has to be sent for the row that was written over `before`. Where that was pending already, its own
 * message waits or is in hand, and comes to this row, for whoever applies a row reads it again after that.
 */
export function needsMessage(row: DocumentRow, before: DocumentRow | undefined): boolean {
  return row.pendingSince !== undefined && !(before && awaitsIndexing(before));
}

/** Pending, and not by what no message of the changes queue can end: its upload has to be read, moved, or was given up. */
function awaitsIndexing({ pendingSince, state, movedFrom, failure }: DocumentRow): boolean {
  const isLeft = state === 'received' || movedFrom?.done === false || failure?.step === 'index-documents';
  return pendingSince !== undefined && !isLeft;
}

/** The collections are to be written again: the vocabulary changed, or they hold a higher revision than this row. */
export function outranked(row: DocumentRow, at: Date): DocumentRow {
  return pending(row, row, at);
}

/** Another version was given up, and the one that had been read before is back. */
export function failureCleared(row: DocumentRow, at: Date): DocumentRow {
  return pending({ ...row, failure: undefined }, row, at);
}

/** Whether the row says two things at once, as none that a transition gave does. */
export function contradictsItself(row: DocumentRow): boolean {
  const { state, document, visibility, wasPublic, pendingSince, movedFrom } = row;
  const hasDocument = document !== null;
  // Without a document nothing is shown, and rows of earlier versions keep the visibility of the upload that they had.
  const isLax = visibility === 'public' && saidVisibility(row) === 'internal';
  const isWrong = hasDocument && visibility !== effectiveVisibility(row);
  const isForgotten = hasDocument && visibility === 'public' && !wasPublic;
  const isMisnamed = hasDocument !== (state === 'kept' || state === 'searchable');
  const waits = state === 'kept' || movedFrom?.done === false;
  return isLax || isWrong || isForgotten || isMisnamed || (waits && pendingSince === undefined);
}

/**
 * The row without its contradiction; undefined when it has none. What its state and its document disagree about is read
 * again: until then it shows nothing.
 */
export function mended(row: DocumentRow | undefined, at: Date): DocumentRow | undefined {
  if (!row || !contradictsItself(row)) return undefined;
  const { id, key, state, document, corrections, movedFrom, receivedAt } = row;
  if ((document !== null) === (state === 'kept' || state === 'searchable')) return pending(row, row, at);
  if (document === null && (state === 'received' || state === 'removed' || state === 'refused')) {
    return pending(row, row, at);
  }
  return pending({ ...unread(key, at), id, corrections, movedFrom, receivedAt }, row, at);
}

/**
 * Every collection shows what this row says. Keeps the revision, for what is to be shown did not change. What a move
 * still has to do stays pending.
 */
export function applied(row: DocumentRow, at: Date): DocumentRow {
  const { pendingSince, failure, movedFrom } = row;
  const state = row.state === 'kept' ? ('searchable' as const) : row.state;
  const isMovePending = movedFrom?.done === false;
  // A second message about a row is no news of it, and must not drive older steps out of its history.
  const isNews = state !== row.state || (pendingSince !== undefined && !isMovePending);
  const ms = pendingSince && milliseconds(new Date(pendingSince), at);
  const step = { at: at.toISOString(), what: state, by: 'system', ...(typeof ms === 'number' && { ms }) };
  const next = {
    ...row,
    state,
    ...(isNews && { history: withHistory(row, step), updatedAt: at.toISOString() }),
  };
  if (isMovePending) return next;
  // Of a version of the upload that is not the one that was read, and so is not what is shown.
  const failureStands =
    failure?.step === 'ingest-document' && failure.etag !== null && failure.etag !== row.upload?.etag;
  return {
    ...next,
    pendingSince: undefined,
    resent: undefined,
    failure: failureStands ? failure : undefined,
  };
}

/** A message about the row is under way again, sent so many times by the sweep. Keeps the revision. */
export function resent(row: DocumentRow, times: number, at: Date): DocumentRow {
  return { ...row, resent: { times, at: at.toISOString() } };
}

/** A message about the row failed as often as its queue allows; what is pending stays so. Keeps the revision. */
export function failed(row: DocumentRow, failure: Failure): DocumentRow {
  const step = { at: failure.at, what: 'failed' as const, by: 'system', why: failure.why };
  return { ...row, failure, history: withHistory(row, step), updatedAt: failure.at };
}

/** An upload that was given up before anything was known of it: it waits for a person, and nothing is to be shown. */
export function givenUp(key: string, failure: Failure): DocumentRow {
  const at = new Date(failure.at);
  return { ...failed(pending(unread(key, at), undefined, at), failure), pendingSince: undefined };
}
