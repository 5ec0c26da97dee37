/** Says of an index that was begun empty that it is filled, once it holds every document that it should. */
import type { SearchIndex } from '../../search-index/search-index.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { type CollectionName, collections } from '../../shared/visibility.ts';

/** Rows of which one question asks whether they are held. */
const rowsAtOnce = 200;

/** Milliseconds after which an upload is waited for: without end, new ones are on their way. */
const newFor = 15_000;

export interface FilledDependencies {
  readonly catalogue: Pick<Catalogue, 'page'>;
  readonly index: Readonly<Record<CollectionName, Pick<SearchIndex, 'health' | 'titles' | 'markFilled'>>>;
  readonly now: () => Date;
}

/** Resolves with whether a collection is being filled still. The walk ends at the first document that is missing. */
export async function markFilled(on: FilledDependencies): Promise<boolean> {
  let isRefilling = false;
  for (const collection of collections) {
    const index = on.index[collection];
    try {
      const { searchable, refilling = false, generation } = await index.health();
      if (!searchable || !refilling) continue;
      if (await holdsAll(collection, on)) await index.markFilled(generation);
      else isRefilling = true;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
    }
  }
  return isRefilling;
}

async function holdsAll(
  collection: CollectionName,
  { catalogue, index, now }: FilledDependencies,
): Promise<boolean> {
  const oldBefore = now().getTime() - newFor;
  let after: string | null = null;
  do {
    const { rows, next } = await catalogue.page({ after, limit: rowsAtOnce });
    const ids = rows.filter((row) => belongsIn(collection, row, oldBefore)).map(({ id }) => id);
    const held = await index[collection].titles(ids);
    if (held.length < ids.length) return false;
    after = next;
  } while (after !== null);
  return true;
}

/** What indexing gave up is not waited for: it waits for a person itself. */
function belongsIn(collection: CollectionName, row: DocumentRow, oldBefore: number): boolean {
  if (!row.document || row.failure?.step === 'index-documents') return false;
  if (collection === 'public' && row.visibility !== 'public') return false;
  const wasFound = row.history.some(({ what }) => what === 'searchable');
  return wasFound || row.state === 'searchable' || Date.parse(row.receivedAt) < oldBefore;
}
