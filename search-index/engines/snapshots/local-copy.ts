/** A snapshot on this machine, to be asked until the last question to it has ended. */
import { UnavailableError } from '../../../shared/errors.ts';
import { collection } from '../../collection.ts';
import type { SearchIndex } from '../../search-index.ts';
import { embeddedEngine, type IndexThread } from '../embedded/embedded-engine.ts';
import type { Pointer, SnapshotFile } from './pointer.ts';
import { discard } from './private-folder.ts';
import { UnusableSnapshotError } from './snapshot-errors.ts';

export class LocalCopy {
  /** What the pointer calls it; null for the empty one that stands for a collection without a file. */
  readonly name: string | null;
  readonly index: SearchIndex;
  readonly #path: string;
  /** Of the removals that were carried out here, as `removalKey` says them. */
  readonly #removed = new Set<string>();
  #users = 0;
  #isRetired = false;

  private constructor(path: string, name: string | null, thread: IndexThread) {
    this.name = name;
    this.#path = path;
    this.index = collection(embeddedEngine(path, thread));
  }

  /** Takes the file at the path for its own. Throws UnusableSnapshotError when it is not the index that it should be. */
  static async open(path: string, snapshot: SnapshotFile | null, thread: IndexThread): Promise<LocalCopy> {
    const copy = new LocalCopy(path, snapshot?.file ?? null, thread);
    const { searchable, generation, reason } = await copy.index.health();
    if (searchable && (snapshot === null || generation === snapshot.generation)) return copy;
    await copy.retire();
    throw searchable
      ? new UnusableSnapshotError(
          `${snapshot?.file} was made by another version of Vindplaats, or is damaged`,
        )
      : new UnavailableError('The copy of the search index', { cause: new Error(reason) });
  }

  /** Whoever calls this calls `release` in the end. */
  hold(): void {
    this.#users += 1;
  }

  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#isRetired && this.#users === 0) await this.#close();
  }

  /** Leaves out what was removed since the snapshot was made. */
  async leaveOut(removals: Pointer['removals']): Promise<void> {
    const news = removals.filter((removal) => !this.#removed.has(removalKey(removal)));
    if (news.length === 0) return;
    await this.index.apply(news.map(({ at: _, ...removal }) => ({ type: 'remove', ...removal })));
    for (const removal of news) this.#removed.add(removalKey(removal));
  }

  /** Is asked no new questions, and goes when the last one has ended. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    if (this.#users === 0) await this.#close();
  }

  async #close(): Promise<void> {
    await this.index.close();
    discard(this.#path);
  }
}

const removalKey = ({ id, revision }: Pointer['removals'][number]) => `${id} ${revision}`;
