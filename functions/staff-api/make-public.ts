/**
 * Only moving its upload out of `internal/` makes a document public. The move is one command that can be taken up at
 * any point: the new row, written first, carries the corrections and remembers where the upload comes from.
 */
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { settleRow } from '../../shared/catalogue/settle-row.ts';
import { moved, unhidden } from '../../shared/catalogue/transitions.ts';
import type { Corrections } from '../../shared/corrections.ts';
import { documentId } from '../../shared/document.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import { unquoted } from '../../shared/etag.ts';
import {
  finishMove,
  headUpload,
  type MoveDependencies,
  type MoveEnd,
  sidecarMoves,
} from '../../shared/move-upload.ts';
import { publicKeyOf } from './follow-move.ts';

/** What staff decided: with which corrections, of the version with which ETag, and the subject of whose token. */
export interface PublicDecision {
  readonly corrections: Corrections;
  readonly settled: DocumentRow['settled'];
  readonly etag: string | undefined;
  readonly by: string;
}

/**
 * Moves the upload and its sidecars below `public/` and returns the row of the document that it becomes. Throws when
 * something is there, when the upload has gone, and when somebody put another version of it than staff saw; and
 * RevisionConflictError when a row moved on meanwhile.
 */
export async function makePublic(
  source: DocumentRow,
  { corrections, settled, etag: decided, by }: PublicDecision,
  on: MoveDependencies & { readonly now: () => Date },
): Promise<DocumentRow> {
  const key = publicKeyOf(source.key);
  const id = documentId(key);
  const present = await on.catalogue.get(id);
  const resumed =
    present?.state === 'received' && present.movedFrom?.key === source.key ? present.movedFrom : null;
  if (key === source.key || (present && present.state !== 'removed' && !resumed)) throw taken(key);
  const upload = await headUpload(source.key, on);
  if (!resumed) await ensureFree(source.key, key, on);
  if (!upload && !resumed) {
    throw new NotFoundError(
      { nl: 'Dit document is verwijderd.', en: 'This document has been removed.' },
      { gone: true },
    );
  }
  // One that nobody has read yet may be anything, and staff have seen the one before it.
  if (upload && unquoted(upload.etag) !== decided) {
    throw notMoved({ why: 'source-replaced', isCopied: false }, source.key);
  }
  const cause = { at: on.now(), by };
  // In the source's row first: that staff hide it after this is then told from what they take back now.
  const unhiddenSource = unhidden(source, cause);
  if (unhiddenSource) await settleRow(unhiddenSource, source, on);
  const etag = upload ? decided : resumed?.etag;
  const row = moved(present, { source: unhiddenSource ?? source, key, etag, corrections, settled }, cause);
  await on.catalogue.write(row, present);
  const end = await finishMove(row, on);
  if (end.why !== 'moved') throw notMoved(end, source.key);
  return row;
}

/** An object may lie there of which no row tells yet, and what others put is never written over. */
async function ensureFree(source: string, target: string, on: MoveDependencies): Promise<void> {
  if (await headUpload(target, on)) throw taken(target);
  for (const { to } of await sidecarMoves(source, target, on)) {
    if (await headUpload(to, on)) throw taken(to);
  }
}

const taken = (key: string) =>
  new InvalidInputError(
    {
      nl: `Er staat al een openbaar bestand op ${key}. Verwijder dat eerst, of geef een van beide een andere naam.`,
      en: `There is a public file at ${key} already. Remove it first, or rename one of the two.`,
    },
    409,
  );

function notMoved(end: Exclude<MoveEnd, { why: 'moved' }>, source: string): InvalidInputError {
  if (end.why === 'target-taken') return taken(end.key);
  return new InvalidInputError(
    end.isCopied
      ? {
          nl: `Op ${source} is intussen een andere versie gezet. Die is intern gebleven; de vorige versie is nu openbaar.`,
          en: `Another version was put at ${source} meanwhile. It stayed internal; the one before it is public now.`,
        }
      : {
          nl: `Op ${source} is intussen een andere versie gezet. Die is intern gebleven: bekijk haar en probeer het opnieuw.`,
          en: `Another version was put at ${source} meanwhile. It stayed internal: look at it and try again.`,
        },
    409,
  );
}
