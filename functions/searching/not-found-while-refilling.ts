import type { SearchIndex } from '../../search-index/search-index.ts';
import { UnavailableError } from '../../shared/errors.ts';

/**
 * The same index, which throws UnavailableError (`refilling`) instead of saying that something is not there as long as it
 * does not hold all again after its engine lost data: what it lacks may exist. What it finds meanwhile is answered, a search
 * `degraded`.
 */
export function notFoundWhileRefilling(index: SearchIndex): SearchIndex {
  // After the answer, so that an index that is lost in between is noticed too.
  const demandFilled = async () => {
    const { searchable, refilling } = await index.health();
    if (!searchable) throw new UnavailableError('The search index');
    if (refilling) throw new UnavailableError('The search index', { reason: 'refilling' });
  };
  return {
    ...index,
    async search(request) {
      const result = await index.search(request);
      if (result.total === 0) await demandFilled();
      return result;
    },
    async suggest(q, size) {
      const suggestions = await index.suggest(q, size);
      if (suggestions.length === 0) await demandFilled();
      return suggestions;
    },
    async values(facet) {
      const values = await index.values(facet);
      // A list cannot say that it lacks something.
      await demandFilled();
      return values;
    },
    async document(id, q, wanted) {
      const document = await index.document(id, q, wanted);
      if (document === undefined) await demandFilled();
      return document;
    },
  };
}
