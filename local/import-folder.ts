/** Uploads a folder to a running Vindplaats and waits until each file is searchable or refused. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { unquoted } from '../shared/etag.ts';
import { limiter } from '../shared/limiter.ts';
import { uploadOfSidecar, uploadsOfLookAlike } from '../shared/sidecar.ts';
import type { Visibility } from '../shared/visibility.ts';
import { contentTypeOf } from './content-type.ts';
import { PlainError } from './plain-error.ts';
import { RefusedRequestError, type StaffApiClient, send } from './staff-api-client.ts';
import { type FolderListing, faultOfKey, keyOf } from './uploadable-files.ts';

const uploadsAtATime = 8;

/** Files that are asked after at the same time, the first uploaded first, for they are read in about that order. */
const waitsAtATime = 32;

/** Milliseconds between two questions about one file; they become rarer while it waits. */
const firstQuestion = 250;
const longestQuestion = 3_000;

/** Milliseconds without any file becoming searchable or refused, after which the others are given up. */
const givenUpAfter = 5 * 60_000;

export interface Outcome {
  readonly key: string;
  readonly state: 'searchable' | 'refused' | 'failed';
  /** Why it was refused, or failed. */
  readonly reason?: string;
  /** What to do about it. */
  readonly hint?: string;
  /** What an editor should know of a document that can be found. */
  readonly notes?: readonly string[];
}

export interface ImportProgress {
  readonly total: number;
  readonly uploaded: number;
  readonly searchable: number;
  readonly refused: number;
  readonly failed: number;
}

export interface ImportOptions {
  readonly client: StaffApiClient;
  readonly folder: string;
  readonly listing: FolderListing;
  /** Undefined when the folder's own layout is to say it: see `keyPrefix`. */
  readonly visibility: Visibility | undefined;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** Resolves with what became of each file, in the order of the folder. Throws only where nothing can be imported. */
export async function importFolder(options: ImportOptions): Promise<readonly Outcome[]> {
  const { client, folder, listing, visibility, onProgress } = options;
  const prefix = keyPrefix(folder, listing, visibility);
  const counts = {
    total: listing.files.filter(({ below }) => uploadOfSidecar(keyOf(below)) === null).length,
    uploaded: 0,
    searchable: 0,
    refused: 0,
    failed: 0,
  };
  const progressed = { at: performance.now() };
  const upload = limiter(uploadsAtATime);
  const wait = limiter(waitsAtATime);

  const importSidecar = async (below: string): Promise<Outcome | undefined> => {
    const key = prefix + keyOf(below);
    try {
      await upload(() => uploadFile(client, key, join(folder, below)));
      return undefined;
    } catch (error) {
      if (error instanceof PlainError) throw error;
      counts.failed++;
      return { key, state: 'failed', ...describe(error) };
    }
  };

  const importFile = async (below: string): Promise<Outcome> => {
    const key = prefix + keyOf(below);
    const fault = faultOfKey(key);
    if (fault) return { key, state: 'failed', reason: 'bad-name', hint: `Give it another name: ${fault}.` };
    try {
      const uploaded = await upload(() => uploadFile(client, key, join(folder, below)));
      counts.uploaded++;
      onProgress(counts);
      return { key, ...(await wait(() => waitUntilRead(uploaded, client, progressed))) };
    } catch (error) {
      if (error instanceof PlainError) throw error;
      return { key, state: 'failed', ...describe(error) };
    }
  };

  onProgress(counts);
  // A sidecar may make its upload internal, so it has to be there first.
  const sidecars = listing.files.filter(({ below }) => uploadOfSidecar(keyOf(below)) !== null);
  const documents = listing.files.filter((file) => !sidecars.includes(file));
  const failures = await Promise.all(sidecars.map(({ below }) => importSidecar(below)));
  const importFiles = (files: FolderListing['files']) =>
    Promise.all(
      files.map(async ({ below }) => {
        const outcome = await importFile(below);
        counts[outcome.state]++;
        progressed.at = performance.now();
        onProgress(counts);
        return outcome;
      }),
    );
  // What is named nearly like a sidecar keeps its upload internal, too.
  const lookAlikes = documents.filter(({ below }) => uploadsOfLookAlike(keyOf(below)).length > 0);
  const others = documents.filter((file) => !lookAlikes.includes(file));
  const outcomes = [...(await importFiles(lookAlikes)), ...(await importFiles(others))];
  return [...failures.filter((failure) => failure !== undefined), ...outcomes];
}

/**
 * What comes before the path below the folder. A folder that holds `public/` and `internal/` only is laid out as the
 * uploads are, so its paths are the keys. Any other folder that holds `internal/` leaves it open whether that was
 * meant to be kept from visitors, so it is not guessed.
 */
function keyPrefix(folder: string, { files }: FolderListing, visibility: Visibility | undefined): string {
  if (visibility) return `${visibility}/`;
  const tops = new Set(files.map(({ below }) => keyOf(below).split('/', 1)[0]));
  const isLaidOut = tops.size > 0 && [...tops].every((top) => top === 'public' || top === 'internal');
  if (isLaidOut && files.every(({ below }) => keyOf(below).includes('/'))) return '';
  if (tops.has('internal')) {
    throw new PlainError(
      `${folder} holds a folder internal beside other files. ` +
        'Import that folder by itself with --visibility internal, or say --visibility for all of them.',
    );
  }
  return 'public/';
}

const Prepared = z.union([
  z.object({ id: z.string(), url: z.url(), headers: z.record(z.string(), z.string()) }),
  z.object({
    id: z.string(),
    parts: z.array(z.object({ number: z.int(), url: z.url(), size: z.int() })),
    complete: z.object({ url: z.string(), body: z.record(z.string(), z.unknown()) }),
  }),
]);

interface Uploaded {
  readonly id: string;
  /** Tells this version of the upload from others; null when the storage did not say. */
  readonly etag: string | null;
}

async function uploadFile(client: StaffApiClient, key: string, path: string): Promise<Uploaded> {
  const { size } = await stat(path);
  const request = { key, size, contentType: contentTypeOf(path) };
  const prepared = await client.post('/archive/uploads', request, Prepared);
  const bytes = await readFile(path);
  if (bytes.length !== size) throw new Error('The file changed while it was uploaded');
  if ('url' in prepared) {
    return { id: prepared.id, etag: await put(prepared.url, bytes, prepared.headers) };
  }
  const parts: { number: number; etag: string }[] = [];
  let at = 0;
  for (const { number, url, size } of prepared.parts) {
    const etag = await put(url, bytes.subarray(at, at + size), {});
    if (!etag) throw new Error('The storage gave no ETag for a part');
    parts.push({ number, etag });
    at += size;
  }
  const { url, body } = prepared.complete;
  const Completed = z.object({ etag: z.string().nullable() });
  const { etag } = await client.post(url, { ...body, parts }, Completed);
  return { id: prepared.id, etag };
}

async function put(
  url: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<string | null> {
  const response = await send(url, { method: 'PUT', body, headers });
  await response.body?.cancel();
  if (!response.ok) throw new RefusedRequestError(response.status, `The storage answered ${response.status}`);
  const etag = response.headers.get('etag');
  return etag === null ? null : unquoted(etag);
}

const Entry = z.object({
  state: z.string(),
  etag: z.string().nullable(),
  refusal: z.object({ reason: z.string(), hint: z.string() }).nullable(),
  notes: z.array(z.object({ message: z.string() })).default([]),
});

async function waitUntilRead(
  { id, etag }: Uploaded,
  client: StaffApiClient,
  progressed: { readonly at: number },
): Promise<Omit<Outcome, 'key'>> {
  for (let wait = firstQuestion; ; wait = Math.min(longestQuestion, wait * 1.5)) {
    await pause(wait);
    const entry = await client.get(`/archive/uploads/${id}`, Entry);
    const isThisVersion = entry && (etag === null || entry.etag === etag);
    if (isThisVersion && entry.state === 'searchable') {
      const notes = entry.notes.map(({ message }) => message);
      return { state: 'searchable', ...(notes.length > 0 && { notes }) };
    }
    if (isThisVersion && entry.state === 'refused') {
      return { state: 'refused', ...(entry.refusal ?? { reason: 'unknown' }) };
    }
    if (performance.now() - progressed.at > givenUpAfter) {
      return {
        state: 'failed',
        reason: 'not-read-yet',
        hint: 'Look in the ledger later; it may still be read.',
      };
    }
  }
}

function describe(error: unknown): Pick<Outcome, 'reason' | 'hint'> {
  if (error instanceof RefusedRequestError && error.status === 413) {
    return { reason: 'too-large', hint: error.message };
  }
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return { reason: 'not-uploaded', hint: `${error instanceof Error ? error.message : error}${cause}` };
}
