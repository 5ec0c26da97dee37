/**
 * Two collections in memory that remember the order of what was asked of them, can be interfered with, and keep what an
 * engine promises: a change that is older than what is held is left out, and a generation can be filled aside.
 */
import { randomUUID } from 'node:crypto';
import type { IndexChange, IndexEntry, SearchIndex } from '../../search-index/search-index.ts';
import { NotFoundError } from '../../shared/errors.ts';
import type { CollectionName } from '../../shared/visibility.ts';

interface Generation {
  readonly name: string;
  readonly entries: Map<string, IndexEntry>;
  isFilled: boolean;
}

const newGeneration = (): Generation => ({ name: randomUUID(), entries: new Map(), isFilled: false });

export class FakeCollections {
  readonly log: string[] = [];
  /** Runs before a collection is asked anything, so that it can be away. */
  beforeAnything: (collection: CollectionName) => Promise<void> = async () => {};
  /** Runs after a collection applied changes and before the caller hears of it. */
  afterApply: (collection: CollectionName, changes: readonly IndexChange[]) => Promise<void> = async () => {};
  /** Ids that lists of entries leave out, as an engine does that is written while it is read by offset. */
  readonly unlisted = new Set<string>();

  readonly #served = { public: newGeneration(), archive: newGeneration() };
  readonly #aside: Record<CollectionName, Generation | undefined> = { public: undefined, archive: undefined };

  readonly index = { public: this.#collection('public'), archive: this.#collection('archive') };

  /** What each collection serves now. */
  get shown() {
    return { public: this.#served.public.entries, archive: this.#served.archive.entries };
  }

  /** What is being filled; empty when nothing is. */
  get filled() {
    return {
      public: this.#aside.public?.entries ?? new Map<string, IndexEntry>(),
      archive: this.#aside.archive?.entries ?? new Map<string, IndexEntry>(),
    };
  }

  /** Begins the collection that is served anew, empty, as an engine does that lost its data. */
  lose(name: CollectionName): void {
    this.#served[name] = newGeneration();
  }

  #collection(name: CollectionName): SearchIndex {
    const notAsked = () => Promise.reject(new Error('These tests only write'));
    const served = () => this.#served[name];
    const aside = () => {
      const generation = this.#aside[name];
      if (!generation) throw new NotFoundError({ nl: 'Er is niets naast', en: 'Nothing is aside' });
      return generation;
    };
    const of = (generation: () => Generation, label: string) => ({
      apply: async (changes: readonly IndexChange[]) => {
        await this.beforeAnything(name);
        const { entries } = generation();
        for (const change of changes) {
          this.log.push(`${label} ${change.type}`);
          const { id, revision } = change.type === 'put' ? change.entry : change;
          if ((entries.get(id)?.revision ?? 0) > revision) continue;
          if (change.type === 'put') entries.set(id, change.entry);
          else entries.delete(id);
        }
        await this.afterApply(name, changes);
      },
      entries: () => {
        const { beforeAnything, unlisted } = this;
        return (async function* () {
          await beforeAnything(name);
          for (const entry of [...generation().entries.values()]) if (!unlisted.has(entry.id)) yield entry;
        })();
      },
      health: async () => {
        await this.beforeAnything(name);
        const { name: generationName, entries, isFilled } = generation();
        const state = isFilled ? {} : { refilling: true };
        return { searchable: true, documents: entries.size, generation: generationName, ...state };
      },
    });
    return {
      ...of(served, name),
      search: notAsked,
      suggest: notAsked,
      values: notAsked,
      document: async (id) => {
        await this.beforeAnything(name);
        const entry = served().entries.get(id);
        return (
          entry && {
            ...entry,
            titleParts: [],
            sameAs: entry.sameAs ?? [],
            portion: { number: 1, of: 1 },
            passages: [],
          }
        );
      },
      titles: async (ids) => ids.flatMap((id) => served().entries.get(id) ?? []),
      aside: {
        ...of(aside, `${name} aside`),
        find: async (q) => {
          const words = q.replaceAll('"', '');
          return [...aside().entries.values()]
            .filter(({ passages }) => JSON.stringify(passages).includes(words))
            .map(({ id }) => id);
        },
      },
      markFilled: async (generation) => {
        await this.beforeAnything(name);
        if (generation === served().name) served().isFilled = true;
      },
      beginAside: async () => {
        await this.beforeAnything(name);
        this.#aside[name] = { ...newGeneration(), isFilled: true };
      },
      promote: async () => {
        await this.beforeAnything(name);
        this.#served[name] = aside();
        this.#aside[name] = undefined;
        this.log.push(`${name} promoted`);
      },
      close: async () => {},
    };
  }
}
