import type { MakeLinker } from '../functions/index-documents/linking/isolated-linking.ts';
import { createLinker } from '../shared/linking.ts';

/** Links without a process of its own, where a test asks something else. */
export const linkInProcess: MakeLinker = (terms) => {
  const link = createLinker(terms);
  return async (_id, document) => link(document);
};
