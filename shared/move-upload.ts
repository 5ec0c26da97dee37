/**
 * What is left to do of moving an upload and its sidecars, for whoever began it and for the sweep that takes it up after
 * a crash. The copy is told from what others put in its place by a mark that names the version it was made of.
 */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  NotFound,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { DocumentRow } from './catalogue/row.ts';
import { settleTransition } from './catalogue/settle-row.ts';
import { caughtUp, moveAbandoned, movedAway, moveFinished } from './catalogue/transitions.ts';
import { documentId } from './document.ts';
import { unquoted } from './etag.ts';
import { listBeside } from './list-beside.ts';
import { uploadOfSidecar } from './sidecar.ts';
import { lookAgain } from './upload-event.ts';
import type { ChangeQueue, UploadQueue } from './work-queues.ts';

export interface MoveDependencies {
  readonly catalogue: Catalogue;
  readonly s3: S3Client;
  /** The uploads bucket. */
  readonly bucket: string;
  readonly looks: UploadQueue;
  readonly changes: ChangeQueue;
}

/**
 * How a move ends. Without having deleted anything: when its source is another version by now than staff decided about,
 * or when something of someone else lies where it would go (`key`). `isCopied` says whether the copy is there.
 */
export type MoveEnd =
  | { readonly why: 'moved' }
  | { readonly why: 'source-replaced'; readonly isCopied: boolean }
  | { readonly why: 'target-taken'; readonly key: string; readonly isCopied: boolean };

/** Object metadata of a copy: the ETag of the version that it was made of. */
const mark = 'moved-from';

/**
 * A move has three steps, and two more for each sidecar; one that needs this many is disturbed all the time, and is left
 * to the sweep.
 */
const stepsAtMost = 50;

/** Does what is still to do, and has both places looked at again. Safe to repeat at any point. */
export async function finishMove(row: DocumentRow, on: MoveDependencies): Promise<MoveEnd> {
  const { movedFrom, id, key } = row;
  if (!movedFrom || movedFrom.done) {
    await on.looks.send([lookAgain(on.bucket, key)]);
    return { why: 'moved' };
  }
  await catchUp(id, movedFrom, on);
  const end = await takeSteps(movedFrom, key, on);
  await endMove({ id, key, movedFrom }, end, on);
  await on.looks.send([lookAgain(on.bucket, key), lookAgain(on.bucket, movedFrom.key)]);
  return end;
}

/** Takes over what staff corrected of the source without seeing this row, before more is done with it. */
async function catchUp(id: string, movedFrom: MovedFrom, on: MoveDependencies): Promise<void> {
  const source = await on.catalogue.get(documentId(movedFrom.key));
  await settleTransition(id, (row) => caughtUp(row, source, new Date()), on);
}

/** The source's row first: once it says that its upload went, nobody corrects it any more, and all of it is taken over. */
async function endMove(
  { id, key, movedFrom }: { readonly id: string; readonly key: string; readonly movedFrom: MovedFrom },
  end: MoveEnd,
  on: MoveDependencies,
): Promise<void> {
  const at = new Date();
  if (end.why !== 'moved' && !end.isCopied) {
    await settleTransition(id, (row) => moveAbandoned(row, movedFrom, at), on);
    return;
  }
  const { etag } = movedFrom;
  const source = await settleTransition(
    documentId(movedFrom.key),
    (row) => (end.why === 'moved' ? movedAway(row, { to: key, etag }, { at, by: 'system' }) : undefined),
    on,
  );
  await settleTransition(id, (row) => moveFinished(row, { key: movedFrom.key, source }, at), on);
}

/** Deletes the copy that a move has made, for whoever deleted its source; what others put in its place stays. */
export async function removeCopy({ key, movedFrom }: DocumentRow, on: MoveDependencies): Promise<void> {
  const copied = { key, object: await headUpload(key, on) };
  if (!isMarked(copied) || copied.object?.metadata[mark] !== movedFrom?.etag) return;
  try {
    await deletion(copied)(on);
  } catch (error) {
    if (!isOvertaken(error)) throw error;
  }
}

type MovedFrom = NonNullable<DocumentRow['movedFrom']>;

/** An object as it is now. */
export interface ObjectHead {
  /** As S3 quotes it. */
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
}

export async function headUpload(
  key: string,
  { s3, bucket }: Pick<MoveDependencies, 's3' | 'bucket'>,
): Promise<ObjectHead | undefined> {
  try {
    const { ETag, Metadata, ContentType } = await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key }),
    );
    if (!ETag) throw new Error('S3 returned an object without ETag');
    return { etag: ETag, metadata: Metadata ?? {}, contentType: ContentType };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** Every step is chosen from a new look, and is on condition that what it was chosen from has not changed. */
async function takeSteps(movedFrom: MovedFrom, target: string, on: MoveDependencies): Promise<MoveEnd> {
  for (let taken = 0; taken < stepsAtMost; taken++) {
    const step = nextStep(await look(movedFrom.key, target, on), movedFrom.etag);
    if (typeof step !== 'function') return step;
    try {
      await step(on);
    } catch (error) {
      if (!isOvertaken(error)) throw error;
    }
  }
  throw new Error('What was to be moved kept changing');
}

interface Place {
  readonly key: string;
  readonly object: ObjectHead | undefined;
}

interface Sight {
  readonly source: Place;
  readonly target: Place;
  readonly sidecars: readonly { readonly source: Place; readonly target: Place }[];
}

/** The targets first: what takes the place of a copy after the move must not be seen together with the source before it. */
async function look(source: string, target: string, on: MoveDependencies): Promise<Sight> {
  const at = async (key: string): Promise<Place> => ({ key, object: await headUpload(key, on) });
  const moves = await sidecarMoves(source, target, on);
  const [there, ...sidecarsThere] = await Promise.all([target, ...moves.map(({ to }) => to)].map(at));
  const [here, ...sidecarsHere] = await Promise.all([source, ...moves.map(({ from }) => from)].map(at));
  const nothing = (key: string): Place => ({ key, object: undefined });
  return {
    source: here ?? nothing(source),
    target: there ?? nothing(target),
    sidecars: moves.map(({ from, to }, number) => ({
      source: sidecarsHere[number] ?? nothing(from),
      target: sidecarsThere[number] ?? nothing(to),
    })),
  };
}

/** Each sidecar of an upload that is moved, and where it goes. What is only named like one is an upload of its own. */
export async function sidecarMoves(
  source: string,
  target: string,
  on: Pick<MoveDependencies, 's3' | 'bucket'>,
): Promise<{ readonly from: string; readonly to: string }[]> {
  const [folder] = target.split('/', 1);
  const beside = await listBeside(source, on);
  return beside
    .filter(({ key }) => uploadOfSidecar(key) !== null)
    .map(({ key }) => ({ from: key, to: folder + key.slice(key.indexOf('/')) }));
}

type Step = (on: MoveDependencies) => Promise<unknown>;

function nextStep({ source, target, sidecars }: Sight, decided: string | undefined): Step | MoveEnd {
  if (!source.object) {
    const left = sidecars.find((sidecar) => target.object && isCopyOf(sidecar.target, sidecar.source));
    return left ? deletion(left.source) : { why: 'moved' };
  }
  const isCopied = isMarked(target);
  if (target.object && !isCopied) return { why: 'target-taken', key: target.key, isCopied };
  const isReplaced = decided !== undefined && unquoted(source.object.etag) !== decided;
  if (isReplaced || (isCopied && !isCopyOf(target, source))) return { why: 'source-replaced', isCopied };
  // Before its upload, which is never to be read without it.
  const next = sidecars.find((sidecar) => sidecar.source.object && !isCopyOf(sidecar.target, sidecar.source));
  if (next) {
    const isOthers = next.target.object && !isMarked(next.target);
    if (isOthers) return { why: 'target-taken', key: next.target.key, isCopied };
    return copy(next.source, next.target);
  }
  return isCopied ? deletion(source) : copy(source, target);
}

const isMarked = ({ object }: Place) => object?.metadata[mark] !== undefined;

const isCopyOf = (copied: Place, from: Place) =>
  from.object !== undefined && copied.object?.metadata[mark] === unquoted(from.object.etag);

function copy(from: Place, to: Place): Step {
  // The copy is staff's, not the watched folder's, which would otherwise take it away at its next start.
  const { source: _watched, ...metadata } = from.object?.metadata ?? {};
  const etag = from.object?.etag ?? '';
  return ({ s3, bucket }) =>
    s3.send(
      new CopyObjectCommand({
        Bucket: bucket,
        Key: to.key,
        CopySource: `${bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`,
        CopySourceIfMatch: etag,
        ...(to.object ? { IfMatch: to.object.etag } : { IfNoneMatch: '*' }),
        MetadataDirective: 'REPLACE',
        Metadata: { ...metadata, [mark]: unquoted(etag) },
        ContentType: from.object?.contentType,
      }),
    );
}

const deletion =
  ({ key, object }: Place): Step =>
  ({ s3, bucket }) =>
    s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: object?.etag }));

/** Someone changed what the step was chosen from, or took it before, perhaps this very call before its reply was lost. */
export function isOvertaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey', 'NotFound'].includes(error.name)
  );
}
