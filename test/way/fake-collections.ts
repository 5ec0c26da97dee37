/** Two collections in memory that remember the order of what was asked of them, and can be interfered with. */
import type { IndexChange, IndexEntry, SearchIndex } from '../../search-index/search-index.ts';
import type { CollectionName } from '../../shared/visibility.ts';

export class FakeCollections {
  readonly shown = { public: new Map<string, IndexEntry>(), archive: new Map<string, IndexEntry>() };
  readonly log: string[] = [];
  /** Runs after a collection applied changes and before the caller hears of it. */
  afterApply: (collection: CollectionName, changes: readonly IndexChange[]) => Promise<void> = async () => {};

  readonly index = { public: this.#collection('public'), archive: this.#collection('archive') };

  #collection(name: CollectionName): SearchIndex {
    const notAsked = () => Promise.reject(new Error('These tests only write'));
    return {
      apply: async (changes) => {
        for (const change of changes) {
          this.log.push(`${name} ${change.type}`);
          if (change.type === 'put') this.shown[name].set(change.entry.id, change.entry);
          else this.shown[name].delete(change.id);
        }
        await this.afterApply(name, changes);
      },
      search: notAsked,
      suggest: notAsked,
      values: notAsked,
      document: notAsked,
      entries: () => {
        const shown = this.shown[name];
        return (async function* () {
          yield* shown.values();
        })();
      },
      health: notAsked,
      close: async () => {},
    };
  }
}
