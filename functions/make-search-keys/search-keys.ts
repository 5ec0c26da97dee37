/** The keys that functions search and index with, each by a uid that never changes. */
import { createHmac } from 'node:crypto';
import type { CollectionName } from '../../shared/visibility.ts';

export interface SearchKey {
  /** Whose key it is: of those who search a collection, look at all of them, or write them. */
  readonly use: CollectionName | 'read' | 'write';
  readonly uid: string;
  readonly description: string;
  readonly actions: readonly string[];
  /** Patterns of index names; those of a rebuild that is under way begin the same. */
  readonly indexes: readonly string[];
}

const search = ['search', 'documents.get', 'stats.get', 'version'];
const write = ['search', 'documents.*', 'indexes.*', 'settings.*', 'stats.get', 'tasks.*', 'version'];

export const searchKeys: readonly SearchKey[] = [
  {
    use: 'public',
    uid: '6c0c6f0e-6f0b-4f0d-9d36-0f1f5f3b7a01',
    description: 'Searches the public collection',
    actions: search,
    indexes: ['public-*'],
  },
  {
    use: 'archive',
    uid: '6c0c6f0e-6f0b-4f0d-9d36-0f1f5f3b7a02',
    description: 'Searches the archive collection',
    actions: search,
    indexes: ['archive-*'],
  },
  {
    use: 'read',
    uid: '6c0c6f0e-6f0b-4f0d-9d36-0f1f5f3b7a04',
    description: 'Looks at both collections',
    actions: [...search, 'indexes.get', 'settings.get', 'tasks.get'],
    indexes: ['public-*', 'archive-*'],
  },
  {
    use: 'write',
    uid: '6c0c6f0e-6f0b-4f0d-9d36-0f1f5f3b7a03',
    description: 'Writes both collections',
    actions: write,
    indexes: ['public-*', 'archive-*'],
  },
];

/** The key that a Meilisearch with this master key makes for this uid, known before the server has been asked. */
export function keyOf(masterKey: string, uid: string): string {
  return createHmac('sha256', masterKey).update(uid).digest('hex');
}
