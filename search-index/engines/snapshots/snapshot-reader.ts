/**
 * Answers questions from a private copy of the snapshot that is served, and follows the pointer while it does. All of it
 * happens inside questions, for a function is frozen between them.
 */
import type { SearchIndex } from '../../search-index.ts';
import { IndexThread } from '../embedded/embedded-engine.ts';
import { LocalCopy } from './local-copy.ts';
import { nothingYet, type Pointer, type SnapshotFile, tellsOfRemovalsSince } from './pointer.ts';
import { discard, type PrivateFolder } from './private-folder.ts';
import type { PointerState, SnapshotBucket } from './snapshot-bucket.ts';
import { UnusableSnapshotError, unavailable } from './snapshot-errors.ts';

/** Milliseconds for which a look at the pointer is good. */
const lookGoodFor = 5_000;
/** Milliseconds that a question waits for what is newer than the copy that could answer it. */
const patience = 300;
/** Milliseconds after which a function that asked nothing must have been frozen: what it holds may long be removed. */
const frozenAfter = 30_000;
/** Milliseconds that a question waits for the first look after that. */
const frozenPatience = 700;
/** Milliseconds that a question waits for the first copy; the function that it came to is given ten seconds. */
const firstPatience = 7_000;
/** A pointer that names another file each time it is looked at is changed all the time: the next question goes on. */
const fetchesAtMost = 3;

export interface SnapshotReaderOptions {
  readonly bucket: () => Promise<SnapshotBucket>;
  readonly folder: PrivateFolder;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A snapshot in S3 that lies at a path here too. */
export interface Made {
  readonly file: SnapshotFile;
  readonly path: string;
}

/** What a question is asked of. */
export interface Answering {
  readonly index: SearchIndex;
  /** Whether there is a file at all, rather than a collection that nobody has written to. */
  readonly hasFile: boolean;
  /** Whether something newer is known of, or may be there unknown. */
  readonly isBehind: boolean;
}

export class SnapshotReader {
  readonly #bucket: () => Promise<SnapshotBucket>;
  readonly #folder: PrivateFolder;
  readonly #now: () => number;
  /** For all copies: another one would read the lexicon again. */
  readonly #thread = new IndexThread();
  #copy: LocalCopy | undefined;
  #seen: Seen | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** When the last look began that told something: what was removed before has left the copy. */
  #toldAt = Number.NEGATIVE_INFINITY;
  #looking: Step | undefined;
  #fetching: Step | undefined;
  /** Of the last look, then of the last fetch. */
  #fault: unknown;
  /** How often this process has written the pointer: a look that began before such a moment tells nothing new. */
  #writes = 0;
  #isClosed = false;

  constructor({ bucket, folder, now }: SnapshotReaderOptions) {
    this.#bucket = bucket;
    this.#folder = folder;
    this.#now = now;
  }

  /** One copy for all that is asked here. Throws UnavailableError when there is none and none can be had. */
  async ask<Answer>(question: (answering: Answering) => Promise<Answer>): Promise<Answer> {
    const copy = await this.#held();
    try {
      return await question({
        index: copy.index,
        hasFile: copy.name !== null,
        isBehind: this.#fault !== undefined || this.#isBehind(),
      });
    } finally {
      await copy.release();
    }
  }

  /**
   * This process has changed the pointer, and made a file for it, which is the reader's from now on. When that is what is
   * served, it need not be fetched; once this resolves, questions are answered from it.
   */
  async wrote(state: { readonly pointer: Pointer; readonly etag: string }, made?: Made): Promise<void> {
    this.#writes += 1;
    await this.#see(state, this.#now());
    this.#lookedAt = this.#now();
    this.#fault = undefined;
    if (made === undefined) return;
    // Where nobody asks, nothing need be opened.
    if (this.#copy === undefined || state.pointer.served?.file !== made.file.file) return discard(made.path);
    try {
      await this.#switchTo(await LocalCopy.open(made.path, made.file, this.#thread));
    } catch {
      // The next question fetches it.
      discard(made.path);
    }
  }

  /** The next question looks, for a write of this process may have come through although it failed. */
  lookAgain(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#looking?.done, this.#fetching?.done]);
    await this.#copy?.retire();
    this.#copy = undefined;
    await this.#thread.close();
  }

  /** The copy to ask, which the caller releases. */
  async #held(): Promise<LocalCopy> {
    if (this.#isClosed) throw unavailable(new Error('the search index was closed'));
    const deadline = performance.now() + firstPatience;
    const sinceLook = this.#now() - this.#lookedAt;
    const isLookDue = this.#copy === undefined || sinceLook >= lookGoodFor;
    if (isLookDue) this.#looking ??= this.#step(this.#look(), () => (this.#looking = undefined));
    await this.#waitFor(this.#looking, sinceLook >= frozenAfter ? frozenPatience : patience, deadline);
    // What failed is not tried again with every question, but when a look has succeeded; unless there is no copy to do with.
    if (this.#isBehind() && (this.#copy === undefined || this.#fault === undefined)) {
      this.#fetching ??= this.#step(this.#fetch(), () => (this.#fetching = undefined));
    }
    await this.#waitFor(this.#fetching, patience, deadline);
    const copy = this.#copy;
    if (copy === undefined) throw unavailable(this.#fault ?? new Error('the first copy is not here yet'));
    copy.hold();
    return copy;
  }

  #isToldBy(pointer: Pointer): boolean {
    return this.#toldAt >= tellsOfRemovalsSince(pointer, this.#now());
  }

  #isBehind(): boolean {
    return this.#seen !== undefined && this.#copy?.name !== (this.#seen.pointer.served?.file ?? null);
  }

  async #look(): Promise<void> {
    const writes = this.#writes;
    const beganAt = this.#now();
    try {
      const seen = await (await this.#bucket()).readPointer(this.#seen?.etag);
      if (writes === this.#writes) {
        if (seen) await this.#see(whole(seen), beganAt);
        else this.#toldAt = beganAt;
        await this.#leaveOutRemoved(this.#copy);
        this.#fault = undefined;
      }
    } catch (error) {
      this.#fault = error;
    }
    this.#lookedAt = this.#now();
  }

  /** Takes what the pointer says for true, and gives up a copy that it does not tell all removals of. */
  async #see(seen: Seen, at: number): Promise<void> {
    const isTold = this.#isToldBy(seen.pointer);
    this.#seen = seen;
    this.#toldAt = at;
    if (isTold || !this.#isBehind()) return;
    const copy = this.#copy;
    this.#copy = undefined;
    await copy?.retire();
  }

  /** Fetches what the pointer names until it names nothing else. */
  async #fetch(): Promise<void> {
    try {
      for (let fetches = 0; fetches < fetchesAtMost && this.#isBehind(); fetches++) {
        const wanted = this.#seen?.pointer.served ?? null;
        const before = this.#copy;
        try {
          const fetched = await this.#copyOf(wanted);
          // What this process wrote meanwhile is newer.
          if (this.#copy === before) await this.#switchTo(fetched);
          else await fetched.retire();
        } catch (error) {
          if (!(error instanceof UnusableSnapshotError)) throw error;
          // It may have been deleted because another one is served by now.
          await this.#look();
          if (this.#seen?.pointer.served?.file === wanted?.file) throw error;
        }
      }
    } catch (error) {
      this.#fault = error;
    }
  }

  async #copyOf(snapshot: SnapshotFile | null): Promise<LocalCopy> {
    const path = this.#folder.newPath();
    try {
      if (snapshot) await (await this.#bucket()).fetch(snapshot, path);
      return await LocalCopy.open(path, snapshot, this.#thread);
    } catch (error) {
      discard(path);
      throw error;
    }
  }

  async #switchTo(copy: LocalCopy): Promise<void> {
    await this.#leaveOutRemoved(copy);
    const previous = this.#copy;
    this.#copy = copy;
    await previous?.retire();
  }

  /** The pointer may tell of removals that came after this copy. */
  async #leaveOutRemoved(copy: LocalCopy | undefined): Promise<void> {
    const { served, removals } = this.#seen?.pointer ?? nothingYet;
    if (copy && copy.name !== (served?.file ?? null)) await copy.leaveOut(removals);
  }

  #step(done: Promise<void>, then: () => void): Step {
    return { done: done.finally(then), beganAt: performance.now() };
  }

  /**
   * Until the step has ended, or so many milliseconds have passed since it began; till the deadline where there is no
   * copy, or one that may hold what nobody tells of any more.
   */
  async #waitFor(step: Step | undefined, within: number, deadline: number): Promise<void> {
    if (step === undefined) return;
    const mayAnswer = this.#copy !== undefined && this.#isToldBy(this.#seen?.pointer ?? nothingYet);
    const left = (mayAnswer ? step.beganAt + within : deadline) - performance.now();
    if (left <= 0) return;
    const { promise: elapsed, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, left);
    await Promise.race([step.done, elapsed]);
    clearTimeout(timer);
  }
}

/** The pointer as it was read. */
interface Seen {
  readonly pointer: Pointer;
  readonly etag: string | undefined;
}

/** Work that goes on whoever waits for it. It never rejects. */
interface Step {
  readonly done: Promise<void>;
  /** Milliseconds of this process. */
  readonly beganAt: number;
}

function whole({ pointer, etag }: PointerState) {
  if (pointer === undefined)
    throw new UnusableSnapshotError('the pointer of the search index in S3 is damaged');
  return { pointer, etag };
}
