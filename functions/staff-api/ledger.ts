/** What became of each upload, as staff read it. */
import * as z from 'zod';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { DocumentId } from '../../shared/document.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import type { UiLanguage } from '../../shared/message.ts';
import { refusalHints } from '../../shared/refusal.ts';
import { cleaned } from '../../shared/visible-text.ts';
import type { HttpRequest } from '../middleware/http-messages.ts';

/** The row that the path names. Throws NotFoundError when there is none. */
export async function rowOf({ parameters }: HttpRequest, catalogue: Catalogue): Promise<DocumentRow> {
  const id = DocumentId.safeParse(parameters.id);
  const row = id.success ? await catalogue.get(id.data) : undefined;
  if (!row) {
    throw new NotFoundError({
      nl: 'Deze upload is (nog) niet bekend. Controleer het adres, of wacht tot het bestand is gelezen.',
      en: 'This upload is not known (yet). Check the address, or wait until the file has been read.',
    });
  }
  return row;
}

/** One upload's state, reason and history, in the reader's language. */
export function ledgerEntry(row: DocumentRow, language: UiLanguage) {
  return {
    id: row.id,
    key: row.key,
    state: row.state,
    /** Whether the search index still has to follow. */
    pending: row.pendingSince !== undefined,
    visibility: row.visibility,
    title: cleaned(row.corrections.title ?? '') || cleaned(row.document?.title ?? '') || null,
    publishedOn: row.corrections.publishedOn ?? row.document?.publishedOn ?? null,
    kind: row.document?.kind ?? null,
    etag: row.upload?.etag ?? null,
    size: row.upload?.size ?? null,
    refusal: row.refusal && {
      reason: row.refusal,
      hint: refusalHints[row.refusal][language],
      /** When it is tried once more; null when it is not. */
      retryAt: row.attempt?.retryAt ?? null,
    },
    /** A step that failed as often as it is tried; it waits for a person, or for another version of the upload. */
    failure: row.failure && { at: row.failure.at, step: row.failure.step, why: row.failure.why },
    notes: row.notes.map(({ code, message }) => ({ code, message: message[language] })),
    corrections: row.corrections,
    movedFrom: row.movedFrom?.key ?? null,
    /** Of a removed upload: the id under which its bytes came back. */
    renamedTo: row.renamedTo ?? null,
    /** Ids of other documents of the same bytes and visibility. */
    sameAs: row.sameAs ?? [],
    receivedAt: row.receivedAt,
    updatedAt: row.updatedAt,
    history: row.history,
  };
}

const Paging = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).nullable().default(null),
});

/** A page of the ledger, the last changed first; `cursor` of one page asks for the next. */
export async function ledgerPage({ query, language }: HttpRequest, catalogue: Catalogue) {
  const paging = Paging.safeParse(Object.fromEntries(query));
  const page = paging.success && (await catalogue.ledger(paging.data));
  if (!page) {
    throw new InvalidInputError({
      nl: 'Deze bladzijde van het logboek bestaat niet; gebruik limit 1 tot en met 200 en de cursor van de vorige bladzijde.',
      en: 'There is no such page of the ledger; use a limit from 1 to 200 and the cursor of the page before.',
    });
  }
  return { uploads: page.rows.map((row) => ledgerEntry(row, language)), cursor: page.cursor };
}
