/** Measures what is searched, and never looks at what for. */
import type { SearchIndex } from '../../search-index/search-index.ts';
import { type Measurement, makeMetrics, publish } from './measurements.ts';

/** The same index, which tells how long each search took, whether it found nothing, or that it failed. */
export function measureSearch(index: SearchIndex, serviceName: string): SearchIndex {
  const metrics = makeMetrics(serviceName);
  return {
    ...index,
    async search(request) {
      const began = performance.now();
      try {
        const result = await index.search(request);
        const measured: Measurement[] = [
          { name: 'SearchLatency', value: Math.round(performance.now() - began) },
        ];
        // To look around in an archive that holds nothing is not to search in vain.
        if (result.total === 0 && request.q.trim() !== '') measured.push({ name: 'SearchEmpty', value: 1 });
        publish(metrics, measured);
        return result;
      } catch (error) {
        publish(metrics, [{ name: 'SearchFailed', value: 1 }]);
        throw error;
      }
    },
  };
}
