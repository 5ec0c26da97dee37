/**
 * Writes one collection: on private working copies of what the pointer names, which become new files in S3 before the
 * pointer is changed, on condition that nobody changed it meanwhile. Nothing else keeps two writers apart.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { NotFoundError } from '../../../shared/errors.ts';
import type { IndexChange } from '../../search-index.ts';
import { ApplyQueue, type Limit } from '../apply-queue.ts';
import { noneAside, type Place } from '../embedded/calls.ts';
import { type EmbeddedEngine, embeddedEngine, IndexThread } from '../embedded/embedded-engine.ts';
import {
  begunAside,
  filesOf,
  nothingYet,
  type Pointer,
  promoted,
  type SnapshotFile,
  written,
} from './pointer.ts';
import { discard, type PrivateFolder } from './private-folder.ts';
import type { PointerState, SnapshotBucket } from './snapshot-bucket.ts';
import { SnapshotDownload } from './snapshot-download.ts';
import { UnusableSnapshotError, unavailable } from './snapshot-errors.ts';
import type { Made, SnapshotReader } from './snapshot-reader.ts';

/** Writing a file costs as much for one document as for a few hundred. */
const file: Limit = { most: 500, weightOf: () => 1 };

/** Writers that meet this often are more than there should be. */
const attempts = 8;
/** Milliseconds; a random part of it keeps writers that met from meeting again. */
const pauseAfterMeeting = 400;
/** Milliseconds after which nobody can be about to name a file that is not named yet: the longest that a function lives. */
const abandonedAfter = 15 * 60 * 1000;

export interface SnapshotWriterOptions {
  readonly bucket: () => Promise<SnapshotBucket>;
  readonly folder: PrivateFolder;
  /** Of the same process: what it writes, it need not fetch. */
  readonly reader: SnapshotReader;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface WorkingCopy {
  readonly engine: EmbeddedEngine;
  readonly path: string;
  /** The file in S3 whose state it is in; undefined while there is none. */
  file: string | undefined;
}

export class SnapshotWriter {
  readonly #options: SnapshotWriterOptions;
  readonly #queues: Readonly<Record<Place, ApplyQueue>>;
  readonly #thread = new IndexThread();
  readonly #copies = new Set<WorkingCopy>();
  #state: PointerState = { pointer: nothingYet, etag: undefined };
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: SnapshotWriterOptions) {
    this.#options = options;
    const queue = (place: Place) =>
      new ApplyQueue((changes) => this.#inTurn(() => this.#apply(place, changes)), file);
    this.#queues = { served: queue('served'), aside: queue('aside') };
  }

  /** Resolves once the pointer names a file with these changes. */
  async apply(place: Place, changes: readonly IndexChange[]): Promise<void> {
    if (changes.length > 0) await this.#queues[place].apply(changes);
  }

  /** Where another writer is first, nothing is said: who looks again will say it then. */
  markFilled(generation: string | undefined): Promise<void> {
    return this.#inTurn(async () => {
      const { named, copy } = await this.#copyOf('served');
      const { refilling, generation: own } = await copy.engine.health();
      if (!refilling || named?.generation !== generation || (named && own !== generation)) return;
      await copy.engine.markFilled(own);
      const made = await this.#upload(copy);
      const isWritten = await this.#changeTo(made, (pointer) =>
        pointer.served?.file === named?.file ? { ...pointer, served: made.file } : undefined,
      );
      if (!isWritten) return this.#drop(copy);
      copy.file = made.file.file;
      await this.#afterChange(made);
    });
  }

  beginAside(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#look();
      const copy = this.#newCopy();
      // It is served only once it was seen to hold all.
      await copy.engine.markFilled(undefined);
      const made = await this.#upload(copy);
      copy.file = made.file.file;
      await this.#changeTo(made, (pointer) => begunAside(pointer, made.file));
      await this.#afterChange(made);
    });
  }

  promote(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#look();
      if (!(await this.#change(promoted))) throw noneAside();
      await this.#afterChange();
    });
  }

  /** Asks the generation aside as it is now. Nothing is written meanwhile. */
  askAside<Answer>(question: (aside: EmbeddedEngine) => Promise<Answer>): Promise<Answer> {
    return this.#inTurn(async () => question((await this.#copyOf('aside')).copy.engine));
  }

  async close(): Promise<void> {
    await Promise.all([this.#queues.served.settled(), this.#queues.aside.settled()]);
    this.#isClosed = true;
    await this.#last;
    await this.#dropAll();
    await this.#thread.close();
  }

  /** One after the other; what fails leaves nothing behind that the next one could begin from. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(async () => {
      if (this.#isClosed) throw unavailable(new Error('the search index was closed'));
      try {
        return await work();
      } catch (error) {
        if (error instanceof NotFoundError) throw error;
        await this.#dropAll();
        this.#options.reader.lookAgain();
        throw error;
      }
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #apply(place: Place, changes: readonly IndexChange[]): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const { named, copy } = await this.#copyOf(place);
      const carriedOut = await copy.engine.carryOut(changes);
      if (!carriedOut.includes(true)) return;
      const made = await this.#upload(copy);
      const effective = changes.filter((_, at) => carriedOut[at]);
      const isWritten = await this.#changeTo(made, (pointer) =>
        pointer[place]?.file === named?.file
          ? written(pointer, place, made.file, effective, this.#options.now())
          : undefined,
      );
      if (isWritten) {
        copy.file = made.file.file;
        return this.#afterChange(made);
      }
      await this.#drop(copy);
      await pause(Math.random() * pauseAfterMeeting);
    }
    throw unavailable(new Error(`other writers were first ${attempts} times`));
  }

  /** As `#change`, for what was made; where the pointer does not come to name it, nothing of it stays here. */
  async #changeTo({ path }: Made, change: (pointer: Pointer) => Pointer | undefined): Promise<boolean> {
    let isChanged = false;
    try {
      isChanged = await this.#change(change);
      return isChanged;
    } finally {
      if (!isChanged) discard(path);
    }
  }

  /**
   * Changes the pointer, from whatever it is by now; false when `change` finds that it no longer can. Pointers name files
   * by names that are used once, so an equal one is the one that was written here, its reply lost on the way.
   */
  async #change(change: (pointer: Pointer) => Pointer | undefined): Promise<boolean> {
    const bucket = await this.#options.bucket();
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const pointer = change(this.#pointer);
      if (pointer === undefined) return false;
      const etag = await bucket.writePointer(pointer, this.#state.etag);
      if (etag !== undefined) {
        this.#state = { pointer, etag };
        return true;
      }
      await this.#look();
      if (isDeepStrictEqual(this.#pointer, pointer)) return true;
    }
    throw unavailable(new Error(`other writers changed the pointer ${attempts} times`));
  }

  /** `made` is what was uploaded, if anything was; the reader of this process takes it, or discards it. */
  async #afterChange(made?: Made): Promise<void> {
    // Counted from now, however long what follows takes: what is named later is not older than that.
    const before = this.#options.now() - abandonedAfter;
    const { etag } = this.#state;
    if (etag) await this.#options.reader.wrote({ pointer: this.#pointer, etag }, made);
    try {
      const bucket = await this.#options.bucket();
      await bucket.removeOthers(filesOf(this.#pointer), before);
    } catch {
      // What was asked for is done; the next change tries to clean up again.
    }
  }

  async #look(): Promise<void> {
    const bucket = await this.#options.bucket();
    this.#state = (await bucket.readPointer(this.#state.etag)) ?? this.#state;
  }

  /** What cannot be read names nothing, and the collection begins anew. */
  get #pointer(): Pointer {
    return this.#state.pointer ?? nothingYet;
  }

  /**
   * A working copy in the state of the file that the pointer names now; an empty one, of a new generation, where it names
   * none or one that is of no use. Throws NotFoundError when there is none aside.
   */
  async #copyOf(place: Place): Promise<{ readonly named: SnapshotFile | null; readonly copy: WorkingCopy }> {
    for (;;) {
      await this.#look();
      await this.#dropUnnamed();
      const named = this.#pointer[place];
      if (named === null) {
        if (place === 'aside') throw noneAside();
        return { named, copy: this.#newCopy() };
      }
      const known = [...this.#copies].find(({ file }) => file === named.file);
      if (known) return { named, copy: known };
      try {
        return { named, copy: await this.#fetch(named) };
      } catch (error) {
        if (!(error instanceof UnusableSnapshotError)) throw error;
        await this.#look();
        // Else it was deleted because there is a newer one.
        if (this.#pointer[place]?.file === named.file) return { named, copy: this.#newCopy() };
      }
    }
  }

  async #fetch(named: SnapshotFile): Promise<WorkingCopy> {
    const copy = this.#newCopy();
    try {
      await new SnapshotDownload(this.#options.bucket, named, copy.path).resume();
      const { searchable, generation, reason } = await copy.engine.health();
      if (!searchable) throw unavailable(new Error(reason));
      if (generation !== named.generation) throw new UnusableSnapshotError(`${named.file} was begun anew`);
      copy.file = named.file;
      return copy;
    } catch (error) {
      await this.#drop(copy);
      throw error;
    }
  }

  /** An empty one, unless a file is put at its path before it is asked anything. */
  #newCopy(): WorkingCopy {
    const path = this.#options.folder.newPath();
    const copy = { engine: embeddedEngine(path, this.#thread), path, file: undefined };
    this.#copies.add(copy);
    return copy;
  }

  /** The state of the copy as a new file, in S3 and here. */
  async #upload({ engine }: WorkingCopy): Promise<Made> {
    const { searchable, generation, reason } = await engine.health();
    if (!searchable || generation === undefined) throw unavailable(new Error(reason));
    const path = this.#options.folder.newPath();
    try {
      await engine.copyTo(path);
      const put = await (await this.#options.bucket()).put(path);
      return { file: { ...put, generation }, path };
    } catch (error) {
      discard(path);
      throw error;
    }
  }

  async #dropUnnamed(): Promise<void> {
    const named = filesOf(this.#pointer);
    for (const copy of this.#copies) {
      if (copy.file === undefined || !named.has(copy.file)) await this.#drop(copy);
    }
  }

  async #dropAll(): Promise<void> {
    for (const copy of this.#copies) await this.#drop(copy);
  }

  async #drop(copy: WorkingCopy): Promise<void> {
    this.#copies.delete(copy);
    await copy.engine.close();
    discard(copy.path);
  }
}
