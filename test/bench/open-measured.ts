import { bytesIn, type EngineName, type MeasuredEngine } from './measured-engine.ts';

/** The engine with what was saved in the folder, or empty. */
export async function openMeasured(name: EngineName, folder: string): Promise<MeasuredEngine> {
  // Only the engine that is measured is loaded, so that no other one's code counts.
  switch (name) {
    case 'embedded':
      return (await import('./vindplaats-engine.ts')).overSearchIndex(`sqlite:${folder}`, async () =>
        bytesIn(folder),
      );
    case 'meilisearch': {
      const { databaseBytes, meilisearchAddress } = await import('./meilisearch-address.ts');
      return (await import('./vindplaats-engine.ts')).overSearchIndex(
        meilisearchAddress().url,
        databaseBytes,
        meilisearchAddress().key,
      );
    }
    case 'minisearch':
      return (await import('./minisearch-engine.ts')).miniSearchEngine(folder);
    case 'orama':
      return (await import('./orama-engine.ts')).oramaEngine(folder);
  }
}
