/**
 * Answers questions from a private copy of the snapshot that is served, and follows the pointer while it does. All of it
 * happens inside questions: a function is frozen between them, and wakes to timers that are long over and connections
 * that are dead. So nothing is under way once the last question is answered, and what came of a file waits for the next.
 */
import type { SearchIndex } from '../../search-index.ts';
import { IndexThread } from '../embedded/embedded-engine.ts';
import { LocalCopy } from './local-copy.ts';
import { nothingYet, type Pointer, type SnapshotFile, tellsOfRemovalsSince } from './pointer.ts';
import { discard, type PrivateFolder } from './private-folder.ts';
import { lookWithin, type PointerState, type SnapshotBucket } from './snapshot-bucket.ts';
import { SnapshotDownload } from './snapshot-download.ts';
import { UnusableSnapshotError, unavailable } from './snapshot-errors.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Milliseconds for which a look at the pointer is good. */
const lookGoodFor = 5_000;
/** Milliseconds that a question with a copy waits for a look. */
const lookPatience = 1_000;
/** Milliseconds that the first question to learn of a newer file waits for it. */
const patience = 300;
/** Milliseconds that the questions after that wait: what a file of 65 MB takes at a fifth of the speed that S3 has. */
const overduePatience = 5_000;
/** Milliseconds instead, while more than `waitedFor` of the file is to come. */
const largePatience = 1_000;
/** Bytes: the file of 5,000 documents. */
const waitedFor = 65 * 1024 * 1024;
/** Milliseconds that a question waits for the first copy; the function that it came to is given ten seconds. */
const firstPatience = 7_000;
/** A file that is gone whenever it is fetched is replaced all the time: the next question goes on. */
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
  #looking: Promise<void> | undefined;
  #fetching: Promise<void> | undefined;
  #underWay: UnderWay | undefined;
  /** Whether a question was answered although something newer was on its way. */
  #isOverdue = false;
  /** Of the last look. */
  #lookFault: unknown;
  /** Of a fetch since the last look that succeeded. */
  #fetchFault: unknown;
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
        isBehind: this.#lookFault !== undefined || this.#fetchFault !== undefined || this.#isBehind(),
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
    this.#lookFault = undefined;
    this.#fetchFault = undefined;
    if (made === undefined) return;
    // Where nobody asks, nothing need be opened.
    if (this.#copy === undefined || state.pointer.served?.file !== made.file.file) return discard(made.path);
    try {
      await this.#switchTo(await LocalCopy.open(made.path, made.file, this.#thread));
      if (this.#fetching === undefined) this.#dropDownload();
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
    await Promise.all([this.#looking, this.#fetching]);
    await this.#copy?.retire();
    this.#copy = undefined;
    await this.#thread.close();
  }

  /** The copy to ask, which the caller releases. */
  async #held(): Promise<LocalCopy> {
    if (this.#isClosed) throw unavailable(new Error('the search index was closed'));
    const deadline = performance.now() + firstPatience;
    if (this.#isLookDue()) this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    await this.#looking;
    // What failed is not tried again with every question, but when a look has succeeded; unless there is no copy to do with.
    if (this.#isBehind() && (this.#copy === undefined || this.#fetchFault === undefined)) {
      this.#fetching ??= this.#fetch(AbortSignal.timeout(this.#patience(deadline))).finally(
        () => (this.#fetching = undefined),
      );
    }
    await this.#fetching;
    const copy = this.#copy;
    if (copy === undefined)
      throw unavailable(this.#fetchFault ?? this.#lookFault ?? new Error('the first copy is not here yet'));
    this.#isOverdue = this.#isBehind() && this.#fetchFault === undefined;
    copy.hold();
    return copy;
  }

  /** Also when the clock was set back. */
  #isLookDue(): boolean {
    const sinceLook = this.#now() - this.#lookedAt;
    return this.#copy === undefined || sinceLook >= lookGoodFor || sinceLook < 0;
  }

  /** Milliseconds that the file that is fetched now is waited for. */
  #patience(deadline: number): number {
    if (this.#copy === undefined) return Math.max(0, Math.round(deadline - performance.now()));
    if (!this.#isOverdue) return patience;
    const { remaining } = this.#wanted()?.download ?? { remaining: 0 };
    return remaining > waitedFor ? largePatience : overduePatience;
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
    const mayAnswer = this.#copy !== undefined && this.#isToldBy(this.#seen?.pointer ?? nothingYet);
    try {
      const bucket = await this.#bucket();
      const within = AbortSignal.timeout(mayAnswer ? lookPatience : lookWithin);
      const seen = await unlessAborted(bucket.readPointer(this.#seen?.etag, within), within);
      if (writes === this.#writes) {
        if (seen) await this.#see(whole(seen), beganAt);
        else this.#toldAt = beganAt;
        await this.#leaveOutRemoved(this.#copy);
        this.#lookFault = undefined;
        this.#fetchFault = undefined;
      }
    } catch (error) {
      this.#lookFault = error;
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

  /** Takes a newer file for the copy, or as much of it as comes before `stop`. */
  async #fetch(stop: AbortSignal): Promise<void> {
    try {
      for (let fetches = 0; fetches < fetchesAtMost && this.#isBehind(); fetches++) {
        const before = this.#copy;
        const wanted = this.#wanted();
        try {
          if (wanted && !(await wanted.download.resume(stop))) return;
          const fetched = await this.#opened(wanted?.download);
          // What this process wrote meanwhile is newer.
          if (this.#copy === before) await this.#switchTo(fetched);
          else await fetched.retire();
          if (this.#copy !== undefined) return;
        } catch (error) {
          if (!(error instanceof UnusableSnapshotError)) throw error;
          this.#dropDownload();
          // It may have been deleted because another one is served by now.
          await this.#look();
          if (this.#seen?.pointer.served?.file === wanted?.download.file.file) throw error;
        }
      }
    } catch (error) {
      this.#fetchFault = error;
    } finally {
      if (!this.#isBehind()) this.#dropDownload();
    }
  }

  /**
   * The download of what is served, or the one under way: files that are replaced faster than they come would else never
   * be there. Undefined where nothing is served.
   */
  #wanted(): UnderWay | undefined {
    const served = this.#seen?.pointer.served ?? null;
    if (this.#underWay && !this.#isWorthwhile(this.#underWay, served)) this.#dropDownload();
    if (served === null) return undefined;
    this.#underWay ??= {
      download: new SnapshotDownload(this.#bucket, served, this.#folder.newPath()),
      replaces: this.#copy,
      namedAt: this.#toldAt,
    };
    if (this.#underWay.download.file.file === served.file) this.#underWay.namedAt = this.#toldAt;
    return this.#underWay;
  }

  /** Whether the pointer still names it; or it is newer than the copy, and all that was removed since is told of. */
  #isWorthwhile({ download: { file }, replaces, namedAt }: UnderWay, served: SnapshotFile | null): boolean {
    if (served === null || file.file === served.file) return served !== null;
    const isTold = namedAt >= tellsOfRemovalsSince(this.#seen?.pointer ?? nothingYet, this.#now());
    return isTold && file.generation === served.generation && replaces === this.#copy;
  }

  #dropDownload(): void {
    if (this.#underWay) discard(this.#underWay.download.path);
    this.#underWay = undefined;
  }

  /** What was downloaded, or the empty copy that stands for a collection without a file. */
  async #opened(download: SnapshotDownload | undefined): Promise<LocalCopy> {
    this.#underWay = undefined;
    const path = download?.path ?? this.#folder.newPath();
    try {
      return await LocalCopy.open(path, download?.file ?? null, this.#thread);
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
}

/** The pointer as it was read. */
interface Seen {
  readonly pointer: Pointer;
  readonly etag: string | undefined;
}

/** A download that questions take up one after the other. */
interface UnderWay {
  readonly download: SnapshotDownload;
  /** The copy when it began. */
  readonly replaces: LocalCopy | undefined;
  /** When the last look began that found the pointer naming it: it is without all that was removed before. */
  namedAt: number;
}

function whole({ pointer, etag }: PointerState) {
  if (pointer === undefined)
    throw new UnusableSnapshotError('the pointer of the search index in S3 is damaged');
  return { pointer, etag };
}
