/** Finds the documents that were public until the readers came to hear, in the same version, that they are internal. */
import type { ReconcileReport } from '../../shared/catalogue/reconcile-report.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import type { Message } from '../../shared/message.ts';

/** Documents named in a report, which is one item of the catalogue. */
const namedAtMost = 100;

type Named = NonNullable<ReconcileReport['becameInternal']>['documents'][number];

export class BecameInternal {
  #count = 0;
  #latest: Named[] = [];

  see({ key, document, visibility, notes }: DocumentRow): void {
    if (!document?.heardInternalAt || visibility === 'public') return;
    this.#count++;
    const unclear = notes.find(({ code }) => unclearCodes.has(code));
    this.#latest.push({ key, at: document.heardInternalAt, reason: unclear?.message ?? understood });
    if (this.#latest.length > 2 * namedAtMost) this.#latest = latestOf(this.#latest);
  }

  get report(): ReconcileReport['becameInternal'] {
    return { count: this.#count, documents: latestOf(this.#latest) };
  }
}

function latestOf(documents: readonly Named[]): Named[] {
  const order = (a: Named, b: Named) => b.at.localeCompare(a.at) || a.key.localeCompare(b.key);
  return documents.toSorted(order).slice(0, namedAtMost);
}

const unclearCodes: ReadonlySet<string> = new Set([
  'unknown-visibility',
  'unreadable-sidecar',
  'sidecar-look-alike',
]);

const understood: Message = {
  nl: 'Het bestand zelf, de metadata of een .meta.yaml-bestand ernaast zegt dat het intern is. Klopt dat niet, pas het daar dan aan en upload het opnieuw.',
  en: 'The file itself, its metadata or a .meta.yaml file beside it says that it is internal. If that is wrong, change it there and upload it again.',
};
