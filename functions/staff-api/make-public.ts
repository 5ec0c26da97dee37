/**
 * Only moving its upload out of `internal/` makes a document public. The move is one command that can be taken up at
 * any point: the new row, written first, carries the corrections and remembers where the upload comes from.
 */
import { type DocumentRow, nextRevision, withHistory } from '../../shared/catalogue/row.ts';
import type { Corrections } from '../../shared/corrections.ts';
import { documentId } from '../../shared/document.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import { unquoted } from '../../shared/etag.ts';
import { finishMove, headUpload, type MoveDependencies, type MoveEnd } from '../../shared/move-upload.ts';
import { sidecarOf } from '../../shared/sidecar.ts';
import { publicKeyOf } from './follow-move.ts';

/**
 * Moves the upload and its sidecar below `public/` and returns the row of the document that it becomes. Throws when
 * something is there, when the upload has gone, and when somebody put another version of it than `source` tells of.
 */
export async function makePublic(
  source: DocumentRow,
  corrections: Corrections,
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
  if (upload && unquoted(upload.etag) !== source.upload?.etag) {
    throw notMoved({ why: 'source-replaced', isCopied: false }, source.key);
  }
  const at = on.now().toISOString();
  const row: DocumentRow = {
    id,
    key,
    revision: nextRevision(present),
    state: 'received',
    // Until the moved file has been read, nobody knows whether it asks to be internal.
    visibility: 'internal',
    wasPublic: present?.wasPublic ?? false,
    upload: null,
    document: null,
    corrections,
    refusal: null,
    notes: [],
    history: withHistory(source, { at, what: 'moved' }),
    movedFrom: {
      key: source.key,
      etag: upload ? unquoted(upload.etag) : resumed?.etag,
      done: false,
      corrections: source.corrections,
    },
    receivedAt: source.receivedAt,
    updatedAt: at,
    pendingSince: at,
  };
  await on.catalogue.write(row, present);
  const end = await finishMove(row, on);
  if (end.why !== 'moved') throw notMoved(end, source.key);
  return row;
}

/** An object may lie there of which no row tells yet, and what others put is never written over. */
async function ensureFree(source: string, target: string, on: MoveDependencies): Promise<void> {
  if (await headUpload(target, on)) throw taken(target);
  const both = await Promise.all([source, target].map((key) => headUpload(sidecarOf(key), on)));
  if (both.every((sidecar) => sidecar !== undefined)) throw taken(sidecarOf(target));
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
