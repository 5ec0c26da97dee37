/**
 * Only moving its upload out of `internal/` makes a document public. The move is one command that can be taken up at
 * any point: the new row, written first, carries the corrections and remembers where the upload comes from.
 */
import { type DocumentRow, nextRevision, withHistory } from '../../shared/catalogue/row.ts';
import type { Corrections } from '../../shared/corrections.ts';
import { documentId } from '../../shared/document.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { finishMove, type MoveDependencies } from '../../shared/move-upload.ts';

/** Moves the upload below `public/` and returns the row of the document that it becomes. Throws when one is there. */
export async function makePublic(
  source: DocumentRow,
  corrections: Corrections,
  on: MoveDependencies & { readonly now: () => Date },
): Promise<DocumentRow> {
  const key = source.key.replace(/^internal\//, 'public/');
  const id = documentId(key);
  const present = await on.catalogue.get(id);
  const resumed = present?.state === 'received' && present.movedFrom?.key === source.key;
  if (key === source.key || (present && present.state !== 'removed' && !resumed)) {
    throw new InvalidInputError(
      {
        nl: `Er bestaat al een openbaar document op ${key}. Verwijder dat eerst, of geef een van beide een andere naam.`,
        en: `There is a public document at ${key} already. Remove it first, or rename one of the two.`,
      },
      409,
    );
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
    movedFrom: { key: source.key, done: false },
    receivedAt: source.receivedAt,
    updatedAt: at,
    pendingSince: at,
  };
  await on.catalogue.write(row, present);
  await finishMove(row, on);
  return row;
}
