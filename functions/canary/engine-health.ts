/** What the collections say of themselves, as measurements. */
import type { SearchIndex } from '../../search-index/search-index.ts';
import { UnavailableError } from '../../shared/errors.ts';
import type { CollectionName } from '../../shared/visibility.ts';
import type { Measurement } from '../middleware/measurements.ts';

/** A collection whose engine does not answer is not searchable, and nobody knows what it holds. */
export async function engineHealth(
  collections: Readonly<Record<CollectionName, Pick<SearchIndex, 'health'>>>,
): Promise<Measurement[]> {
  const measured = Object.entries(collections).map(async ([collection, index]): Promise<Measurement[]> => {
    const by = { collection };
    try {
      const { searchable, documents } = await index.health();
      return [
        { name: 'EngineSearchable', value: searchable ? 1 : 0, by },
        { name: 'IndexedDocuments', value: documents, by },
      ];
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return [{ name: 'EngineSearchable', value: 0, by }];
    }
  });
  return (await Promise.all(measured)).flat();
}
