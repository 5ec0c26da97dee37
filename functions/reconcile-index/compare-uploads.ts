/** Compares rows with the uploads bucket: finds each upload whose event was lost. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { DriftKind } from '../../shared/catalogue/reconcile-report.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { documentId } from '../../shared/document.ts';
import { forEachOf } from '../../shared/limiter.ts';
import { uploadOfSidecar, uploadsBeside, versionBeside } from '../../shared/sidecar.ts';
import { visibilityOfKey } from '../../shared/visibility.ts';
import { deadLettersKeptFor } from '../../shared/work-queues.ts';
import type { ListedUpload, Uploads } from '../ingest-document/uploads.ts';
import { readerVersion, wasRead } from '../ingest-document/was-read.ts';

const questionsAtATime = 16;

/**
 * Uploads that new readers read again after one comparison, which is about what they read in a minute: new uploads and
 * staff's corrections do not wait behind the whole archive.
 */
const rereadsAtOnce = 1_000;

/** Milliseconds. */
const day = 24 * 60 * 60 * 1000;

export interface UploadDrift {
  readonly kind: DriftKind & ('neverIngested' | 'outdated' | 'notRemoved');
  /** The upload's key. */
  readonly key: string;
}

interface DriftDependencies {
  readonly catalogue: Pick<Catalogue, 'get'>;
  readonly now: () => Date;
}

interface Present {
  readonly key: string;
  readonly version: string;
}

export class UploadComparison {
  /** The version of each object and its key as the bucket spells it, by its key in NFC. */
  readonly #present: Map<string, Present>;
  /** The sidecars of each upload, and what is named nearly like one, by the upload's key in NFC. */
  readonly #beside: ReadonlyMap<string, readonly ListedUpload[]>;
  readonly #suspects = new Set<string>();
  /** Read as they are, by earlier readers: nothing was lost, and there may be as many as there are documents. */
  readonly #rereads = new Set<string>();
  readonly #uploads: Uploads;
  readonly size: number;

  private constructor(
    uploads: Uploads,
    present: Map<string, Present>,
    beside: ReadonlyMap<string, readonly ListedUpload[]>,
    size: number,
  ) {
    this.#uploads = uploads;
    this.#present = present;
    this.#beside = beside;
    this.size = size;
  }

  static async begin(uploads: Uploads): Promise<UploadComparison> {
    const present = new Map<string, Present>();
    const beside = new Map<string, ListedUpload[]>();
    let size = 0;
    for await (const upload of uploads.list()) {
      size++;
      const name = upload.key.normalize('NFC');
      for (const key of uploadsBeside(name)) beside.set(key, [...(beside.get(key) ?? []), upload]);
      // Of two spellings, the one that counts (`spellingsOf`).
      if (uploadOfSidecar(name) === null && (upload.key === name || !present.has(name))) {
        present.set(name, { key: upload.key, version: versionOf(upload) });
      }
    }
    return new UploadComparison(uploads, present, beside, size);
  }

  see({ key, state, upload, movedFrom }: DocumentRow): void {
    const name = key.normalize('NFC');
    const present = this.#present.get(name);
    this.#present.delete(name);
    // The sweep takes up a move that was interrupted.
    if (movedFrom && !movedFrom.done) return;
    const read = upload && versionOf({ etag: upload.etag, lastModified: new Date(upload.lastModified) });
    const isAsRead = upload
      ? present?.version === read &&
        present.key === key &&
        versionBeside(this.#beside.get(name) ?? []) === upload.sidecarEtag
      : present === undefined && state === 'removed';
    if (!isAsRead) this.#suspects.add(present?.key ?? key);
    else if (upload && upload.readerVersion !== readerVersion) this.#rereads.add(key);
  }

  /** To be asked once every row has been seen. `rereadsLeft` wait for the next comparison. */
  async drift(
    on: DriftDependencies,
  ): Promise<{ readonly drift: readonly UploadDrift[]; readonly rereadsLeft: number }> {
    const suspects = this.#suspects;
    for (const { key } of this.#present.values()) suspects.add(key);
    this.#present.clear();
    const rereads = [...this.#rereads].sort(publicFirst);
    for (const key of rereads.slice(0, rereadsAtOnce)) suspects.add(key);
    const drift: UploadDrift[] = [];
    await forEachOf(suspects, questionsAtATime, async (key) => {
      const kind = await this.#kindOf(key, on);
      if (kind) drift.push({ kind, key });
    });
    return { drift, rereadsLeft: Math.max(0, rereads.length - rereadsAtOnce) };
  }

  /** Asked again one by one, for uploads and rows went on changing while both were listed. */
  async #kindOf(
    key: string,
    { catalogue, now }: DriftDependencies,
  ): Promise<UploadDrift['kind'] | undefined> {
    const [upload, beside] = await Promise.all([this.#uploads.head(key), this.#uploads.listBeside(key)]);
    const row = await catalogue.get(documentId(key));
    if (!upload) return row && row.state !== 'removed' ? 'notRemoved' : undefined;
    if (!row) return 'neverIngested';
    if (wasRead(upload, versionBeside(beside), row) || isGivenUp(row, upload.etag, now())) return undefined;
    return row.upload ? 'outdated' : 'neverIngested';
  }
}

/** What readers come to hear that it is internal leaves the public collection as soon as it can. */
function publicFirst(a: string, b: string): number {
  const order = (key: string) => (visibilityOfKey(key) === 'public' ? 0 : 1);
  return order(a) - order(b) || (a < b ? -1 : 1);
}

/**
 * What was given up waits for a person in the dead-letter queue, until there is another version of it. Just before the
 * queue drops it, it is tried again, so that it waits there anew.
 */
function isGivenUp({ failure }: DocumentRow, etag: string, now: Date): boolean {
  if (failure?.step !== 'ingest-document' || failure.etag !== etag) return false;
  return now.getTime() - Date.parse(failure.at) < (deadLettersKeptFor - 1) * day;
}

/** S3 tells times in whole seconds in one place and finer in another. */
function versionOf({ etag, lastModified }: Pick<ListedUpload, 'etag' | 'lastModified'>): string {
  return `${etag} ${Math.floor(lastModified.getTime() / 1000)}`;
}
