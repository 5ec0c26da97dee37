/**
 * What became of uploads, as the catalogue says it. Level-triggered: a message that was dealt with only says that a row
 * wants looking at, so nothing is asked again and again, and what takes long costs nothing while it does.
 */
import * as z from 'zod';
import type { Uploads } from '../functions/ingest-document/uploads.ts';
import type { Catalogue } from '../shared/catalogue/catalogue.ts';
import type { DocumentRow } from '../shared/catalogue/row.ts';
import { documentId } from '../shared/document.ts';
import { refusalHints } from '../shared/refusal.ts';
import { uploadOfSidecar, versionBeside } from '../shared/sidecar.ts';
import { UploadEvent } from '../shared/upload-event.ts';
import { ChangeMessage } from '../shared/work-queues.ts';
import type { Invoke } from './functions.ts';

export interface UploadOutcome {
  readonly key: string;
  /** `applied`: a sidecar that was read with what it lies beside. */
  readonly state: 'searchable' | 'refused' | 'failed' | 'removed' | 'applied';
  /** Why it was refused, or failed. */
  readonly reason?: string;
  /** What to do about it. */
  readonly hint?: string;
  /** What an editor should know of a document that can be found: why it is internal, what was not understood. */
  readonly notes: readonly string[];
  /** Milliseconds since it was uploaded, or deleted. */
  readonly after: number;
}

interface Followed {
  readonly key: string;
  /** Of the document, which a sidecar shares with what it lies beside. */
  readonly id: string;
  /** Of the version that was put; null for a deletion. */
  readonly etag: string | null;
  readonly since: number;
}

export class UploadOutcomes {
  readonly #catalogue: Pick<Catalogue, 'get'>;
  readonly #uploads: Pick<Uploads, 'listBeside'>;
  readonly #onError: (error: unknown) => void;
  readonly #followed = new Map<string, Followed>();
  #tell: (outcome: UploadOutcome) => void = () => undefined;

  constructor({
    catalogue,
    uploads,
    onError,
  }: {
    readonly catalogue: Pick<Catalogue, 'get'>;
    readonly uploads: Pick<Uploads, 'listBeside'>;
    readonly onError: (error: unknown) => void;
  }) {
    this.#catalogue = catalogue;
    this.#uploads = uploads;
    this.#onError = onError;
  }

  /** Calls back once for each upload and deletion that is followed, when it has come to its end. */
  onOutcome(tell: (outcome: UploadOutcome) => void): void {
    this.#tell = tell;
  }

  /** How many have not come to their end. */
  get waiting(): number {
    return this.#followed.size;
  }

  /** From now on until its end, or until another version is put under the key. `etag` is null for a deletion. */
  follow(key: string, etag: string | null): void {
    const id = documentId(uploadOfSidecar(key) ?? key);
    this.#followed.set(key, { key, id, etag, since: performance.now() });
    void this.#look(new Set([id]));
  }

  /** The function, with a look at what each message of its queue was about after it was dealt with. */
  after(invoke: Invoke): Invoke {
    return async (event) => {
      try {
        return await invoke(event);
      } finally {
        void this.#look(idsIn(event));
      }
    };
  }

  async #look(ids: ReadonlySet<string>): Promise<void> {
    try {
      const followed = [...this.#followed.values()].filter(({ id }) => ids.has(id));
      for (const one of followed) {
        const row = await this.#catalogue.get(one.id);
        const isSidecar = uploadOfSidecar(one.key) !== null;
        const outcome = isSidecar ? await this.#outcomeOfSidecar(one, row) : outcomeOf(one, row);
        // Another version may have been put meanwhile, which has an end of its own.
        if (outcome === undefined || this.#followed.get(one.key) !== one) continue;
        this.#followed.delete(one.key);
        this.#tell({ ...outcome, key: one.key, after: performance.now() - one.since });
      }
    } catch (error) {
      this.#onError(error);
    }
  }

  /** A sidecar has come to its end when what it lies beside was read with all that lies there now. */
  async #outcomeOfSidecar({ etag }: Followed, row: DocumentRow | undefined): Promise<End | undefined> {
    if (etag === null && isGone(row)) return { state: 'removed', notes: [] };
    if (!row?.upload || (row.state !== 'searchable' && row.state !== 'refused')) return undefined;
    const beside = versionBeside(await this.#uploads.listBeside(row.key));
    if (beside !== row.upload.sidecarEtag) return undefined;
    return etag === null ? { state: 'removed', notes: [] } : { state: 'applied', notes: notesOf(row) };
  }
}

type End = Pick<UploadOutcome, 'state' | 'reason' | 'hint' | 'notes'>;

/** Undefined until it has come to its end. */
function outcomeOf({ etag }: Followed, row: DocumentRow | undefined): End | undefined {
  if (etag === null) return isGone(row) ? { state: 'removed', notes: [] } : undefined;
  if (!row) return undefined;
  if (row.failure?.etag === etag) {
    const hint = 'It was tried five times. Mend what the errors say, then: npm run redrive';
    return { state: 'failed', reason: row.failure.why, hint, notes: [] };
  }
  if (row.upload?.etag !== etag) return undefined;
  if (row.state === 'refused' && row.refusal) {
    return {
      state: 'refused',
      reason: row.refusal,
      hint: refusalHints[row.refusal].en,
      notes: notesOf(row),
    };
  }
  return row.state === 'searchable' ? { state: 'searchable', notes: notesOf(row) } : undefined;
}

function isGone(row: DocumentRow | undefined): boolean {
  return !row || (row.state === 'removed' && row.pendingSince === undefined);
}

const notesOf = ({ notes }: DocumentRow) => notes.map(({ message }) => message.en);

const QueueEvent = z.object({ Records: z.array(z.object({ body: z.string() })) });
const Body = z.union([
  ChangeMessage.transform(({ id }) => id),
  UploadEvent.transform(({ detail: { object } }) => documentId(uploadOfSidecar(object.key) ?? object.key)),
]);

function idsIn(event: unknown): ReadonlySet<string> {
  const { Records = [] } = QueueEvent.safeParse(event).data ?? {};
  return new Set(Records.flatMap(({ body }) => Body.safeParse(jsonIn(body)).data ?? []));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no message is told of by the function that it came to.
    return undefined;
  }
}
