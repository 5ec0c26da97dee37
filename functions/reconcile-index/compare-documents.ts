/** Compares rows with the documents bucket: what rows name and is not there, and what is there and no row names. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import type { DocumentStore, KeptDocument } from '../../shared/document-store.ts';
import { forEachOf } from '../../shared/limiter.ts';

const questionsAtATime = 16;

export class DocumentComparison {
  readonly #documents: DocumentStore;
  /** When each document was kept, in milliseconds, by its id and hash. */
  readonly #kept: Map<string, number>;
  readonly #suspects = new Set<string>();
  readonly size: number;

  private constructor(documents: DocumentStore, kept: Map<string, number>) {
    this.#documents = documents;
    this.#kept = kept;
    this.size = kept.size;
  }

  static async begin(documents: DocumentStore): Promise<DocumentComparison> {
    const kept = new Map<string, number>();
    for await (const { id, hash, keptAt } of documents.list()) kept.set(`${id}/${hash}`, keptAt.getTime());
    return new DocumentComparison(documents, kept);
  }

  see({ id, document }: DocumentRow): void {
    if (document && !this.#kept.delete(`${id}/${document.hash}`)) this.#suspects.add(id);
  }

  /** Uploads of rows, read again, whose document is not there. To be asked once every row has been seen. */
  async unreadable(catalogue: Pick<Catalogue, 'get'>): Promise<Pick<DocumentRow, 'id' | 'key'>[]> {
    const unreadable: Pick<DocumentRow, 'id' | 'key'>[] = [];
    await forEachOf(this.#suspects, questionsAtATime, async (id) => {
      const row = await catalogue.get(id);
      if (row?.document && !(await this.#documents.keptAt(id, row.document.hash))) {
        unreadable.push({ id, key: row.key });
      }
    });
    return unreadable;
  }

  /** What no row named. To be asked once every row has been seen. */
  *unreferenced(): Generator<KeptDocument> {
    for (const [name, keptAt] of this.#kept) {
      const [id = '', hash = ''] = name.split('/');
      yield { id, hash, keptAt: new Date(keptAt) };
    }
  }
}
