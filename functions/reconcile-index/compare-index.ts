/** Compares rows with what both collections hold, over a whole walk of the catalogue. */
import type { SearchIndex } from '../../search-index/search-index.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { DriftKind } from '../../shared/catalogue/reconcile-report.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { forEachOf } from '../../shared/limiter.ts';
import { type CollectionName, collections } from '../../shared/visibility.ts';

/** Rows and documents that are asked for at the same time. */
const questionsAtATime = 16;

/** One generation of a collection. */
export interface HeldEntries {
  entries: SearchIndex['entries'];
  /** Whether it holds the document, asked by id; without it only the lists of entries are believed. */
  readonly holds?: (id: string) => Promise<boolean>;
}

export type HeldByCollection = Readonly<Record<CollectionName, HeldEntries>>;

export interface IndexDrift {
  readonly kind: DriftKind & ('wronglyVisible' | 'orphaned' | 'stale' | 'missing');
  readonly id: string;
  /** A collection holds it in a higher revision than the row's, so that it would take nothing from the row. */
  readonly isAhead: boolean;
}

type Revisions = Record<CollectionName, Map<string, number>>;

/**
 * What collections say they hold is read first, then every row is seen once, and what then looks different is looked
 * at again one by one: rows and index went on changing meanwhile, and an index that is read page by page may skip some.
 */
export class IndexComparison {
  readonly #index: HeldByCollection;
  readonly #held: Revisions;
  readonly #suspects = new Set<string>();
  readonly sizes: Readonly<Record<CollectionName, number>>;

  private constructor(index: HeldByCollection, held: Revisions) {
    this.#index = index;
    this.#held = held;
    this.sizes = { public: held.public.size, archive: held.archive.size };
  }

  static async begin(index: HeldByCollection): Promise<IndexComparison> {
    return new IndexComparison(index, await readRevisions(index));
  }

  see(row: DocumentRow): void {
    // What is pending is no drift: sweep-pending sends it again where its message was lost.
    if (row.pendingSince === undefined && kindOf(row, this.#held) !== undefined) this.#suspects.add(row.id);
    // Whatever is left at the end belongs to no row; and memory shrinks along the way.
    for (const collection of collections) this.#held[collection].delete(row.id);
  }

  /** To be asked once every row has been seen. */
  async drift(catalogue: Pick<Catalogue, 'get'>): Promise<IndexDrift[]> {
    const suspects = this.#suspects;
    for (const collection of collections) {
      for (const id of this.#held[collection].keys()) suspects.add(id);
      this.#held[collection].clear();
    }
    if (suspects.size === 0) return [];
    const held = await readRevisions(this.#index, suspects);
    const drift: IndexDrift[] = [];
    await forEachOf(suspects, questionsAtATime, async (id) => {
      const row = await catalogue.get(id);
      if (row?.pendingSince !== undefined) return;
      const kind = kindOf(row, held, id);
      if (!kind || (kind === 'missing' && (await this.#holdsAll(row, id, held)))) return;
      const heldRevision = Math.max(held.public.get(id) ?? 0, held.archive.get(id) ?? 0);
      drift.push({ kind, id, isAhead: row !== undefined && heldRevision > row.revision });
    });
    return drift;
  }

  /** Asked by id, what the lists of entries lacked is there after all. */
  async #holdsAll(row: DocumentRow | undefined, id: string, held: Revisions): Promise<boolean> {
    for (const collection of collections) {
      if (held[collection].has(id) || (collection === 'public' && row?.visibility !== 'public')) continue;
      const isEmpty = held[collection].size === 0 && this.sizes[collection] === 0;
      if (isEmpty || !(await this.#index[collection].holds?.(id))) return false;
    }
    return true;
  }
}

/** How the index differs from the row; undefined when it shows what the row says. */
function kindOf(
  row: DocumentRow | undefined,
  held: Revisions,
  id = row?.id ?? '',
): IndexDrift['kind'] | undefined {
  const inPublic = held.public.get(id);
  const inArchive = held.archive.get(id);
  if (!row?.document) return inPublic === undefined && inArchive === undefined ? undefined : 'orphaned';
  const isPublic = row.visibility === 'public';
  if (!isPublic && inPublic !== undefined) return 'wronglyVisible';
  const shown = isPublic ? [inArchive, inPublic] : [inArchive];
  if (shown.includes(undefined)) return 'missing';
  return shown.every((revision) => revision === row.revision) ? undefined : 'stale';
}

async function readRevisions(index: HeldByCollection, only?: ReadonlySet<string>): Promise<Revisions> {
  const held: Revisions = { public: new Map(), archive: new Map() };
  for (const collection of collections) {
    for await (const { id, revision } of index[collection].entries()) {
      if (!only || only.has(id)) held[collection].set(id, revision);
    }
  }
  return held;
}

/** The generation that is served now. */
export function servedEntries(index: Readonly<Record<CollectionName, SearchIndex>>): HeldByCollection {
  const of = (collection: SearchIndex): HeldEntries => ({
    entries: () => collection.entries(),
    holds: async (id) => {
      const document = await collection.document(id, '');
      return document !== undefined && document !== 'gone';
    },
  });
  return { public: of(index.public), archive: of(index.archive) };
}

/** The generation that is filled aside. */
export function asideEntries(index: Readonly<Record<CollectionName, SearchIndex>>): HeldByCollection {
  return {
    public: { entries: () => index.public.aside.entries() },
    archive: { entries: () => index.archive.aside.entries() },
  };
}
