/**
 * A file in S3 on its way to a path here, over as many connections as it takes: what came is kept when one ends, and the
 * next goes on behind it.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import type { SnapshotFile } from './pointer.ts';
import type { SnapshotBucket } from './snapshot-bucket.ts';
import { UnusableSnapshotError, unavailable } from './snapshot-errors.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Milliseconds without a byte after which a connection is given up. */
const stalledAfter = 3_000;

export class SnapshotDownload {
  readonly file: SnapshotFile;
  readonly path: string;
  readonly #bucket: () => Promise<SnapshotBucket>;
  readonly #hash = createHash('sha256');
  /** Bytes that are in the file here, and in the hash. */
  #received = 0;

  /** Nothing is at the path yet; what lies there is of use only once `resume` has said that it is whole. */
  constructor(bucket: () => Promise<SnapshotBucket>, file: SnapshotFile, path: string) {
    this.#bucket = bucket;
    this.file = file;
    this.path = path;
  }

  /** Bytes. */
  get remaining(): number {
    return this.file.bytes - this.#received;
  }

  /**
   * Goes on over new connections, and resolves when none is open any more: with whether the file is whole, which it is
   * unless `stop` aborted. Throws UnusableSnapshotError when the file is not there, or is not what was written, and
   * UnavailableError when a connection brought nothing, after which it may be resumed.
   */
  async resume(stop: AbortSignal = neverAborted): Promise<boolean> {
    while (this.remaining > 0) {
      const before = this.#received;
      try {
        await this.#receive(stop);
      } catch (error) {
        if (stop.aborted) return false;
        if (error instanceof UnusableSnapshotError) throw error;
        if (this.#received === before) throw unavailable(error);
      }
      if (this.#received === before) throw unavailable(new Error(`nothing of ${this.file.file} came`));
    }
    const { file, sha256 } = this.file;
    if (this.remaining < 0 || this.#hash.digest('hex') !== sha256)
      throw new UnusableSnapshotError(`${file} is not what was written`);
    return true;
  }

  /** Over one connection, until it ends, stalls or is stopped. */
  async #receive(stop: AbortSignal): Promise<void> {
    const target = await open(this.path, 'a', 0o600);
    const stall = new AbortController();
    const signal = AbortSignal.any([stop, stall.signal]);
    const stalled = setTimeout(
      () => stall.abort(new Error(`nothing of ${this.file.file} came for ${stalledAfter} ms`)),
      stalledAfter,
    );
    try {
      // What a full disk took only a part of is written again.
      await target.truncate(this.#received);
      const bucket = await this.#bucket();
      const body = await unlessAborted(bucket.read(this.file, this.#received, signal), signal);
      const chunks: AsyncIterable<Buffer> = addAbortSignal(signal, body);
      for await (const chunk of chunks) {
        stalled.refresh();
        await target.appendFile(chunk);
        this.#hash.update(chunk);
        this.#received += chunk.length;
      }
    } finally {
      clearTimeout(stalled);
      await target.close();
    }
  }
}

const neverAborted = new AbortController().signal;
