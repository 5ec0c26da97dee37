import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { documentId } from '../../shared/document.ts';

/** A row as it is when an upload was just kept, with whatever a test needs otherwise. */
export function row(key: string, more: Partial<DocumentRow> = {}): DocumentRow {
  const at = '2024-05-01T10:00:00.000Z';
  return {
    id: documentId(key),
    key,
    revision: 1,
    state: 'kept',
    visibility: 'public',
    wasPublic: true,
    upload: null,
    document: null,
    corrections: {},
    refusal: null,
    notes: [],
    history: [],
    movedFrom: null,
    receivedAt: at,
    updatedAt: at,
    pendingSince: at,
    ...more,
  };
}
