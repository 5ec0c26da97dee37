/** One walk of the catalogue that compares it with everything else: index, uploads and canonical documents. */
import type { SearchIndex } from '../../search-index/search-index.ts';
import { isRetryDue } from '../../shared/catalogue/attempt.ts';
import type { Tombstone } from '../../shared/catalogue/catalogue.ts';
import {
  type DriftKind,
  driftKinds,
  examplesAtMost,
  type ReconcileReport,
} from '../../shared/catalogue/reconcile-report.ts';
import { contradictsItself, mended, outranked } from '../../shared/catalogue/transitions.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { lookAgain } from '../../shared/upload-event.ts';
import type { CollectionName } from '../../shared/visibility.ts';
import type { ChangeQueue } from '../../shared/work-queues.ts';
import type { Uploads } from '../ingest-document/uploads.ts';
import { BecameInternal } from './became-internal.ts';
import { DocumentComparison } from './compare-documents.ts';
import { IndexComparison, type IndexDrift, servedEntries } from './compare-index.ts';
import { UploadComparison, type UploadDrift } from './compare-uploads.ts';
import {
  isOldTombstone,
  type SweepDependencies,
  sweepTombstones,
  sweepUnreferenced,
} from './sweep-leftovers.ts';

export interface CompareDependencies extends SweepDependencies {
  readonly uploads: Uploads;
  readonly index: Readonly<Record<CollectionName, SearchIndex>>;
  readonly changes: ChangeQueue;
}

export type Comparison = Omit<ReconcileReport, 'startedAt' | 'finishedAt' | 'milliseconds'>;

/**
 * Repairs by asking for a new look, so that it can be wrong without doing harm; only a row that contradicts itself is
 * written. What was pending all along is no drift: it is on its way. `onProgress` hears how many rows have been compared.
 */
export async function compareAll(
  on: CompareDependencies,
  onProgress: (rows: number) => void,
): Promise<Comparison> {
  let index = await unlessAway(IndexComparison.begin(servedEntries(on.index)));
  const uploads = await UploadComparison.begin(on.uploads);
  const documents = await DocumentComparison.begin(on.documents);

  const becameInternal = new BecameInternal();
  const contradictory: string[] = [];
  const retries: string[] = [];
  const tombstones: Tombstone[] = [];
  let rows = 0;
  for await (const row of on.catalogue.all()) {
    if (contradictsItself(row)) contradictory.push(row.id);
    for (const comparison of [index, uploads, documents, becameInternal]) comparison?.see(row);
    if (isRetryDue(row, on.now())) retries.push(row.key);
    const { id, revision, key, content } = row;
    if (isOldTombstone(row, on.now())) tombstones.push({ id, revision, key, content });
    onProgress(++rows);
  }
  // First, for what is compared next is looked at as it then is.
  await mendRows(contradictory, on);

  const inIndex = index && (await unlessAway(index.drift(on.catalogue)));
  if (!inIndex) index = undefined;
  const { drift: inUploads, rereadsLeft } = await uploads.drift(on);
  const unreadable = await documents.unreadable(on.catalogue);
  const queued = {
    changes: contradictory.length + (await repairIndex(inIndex ?? [], on)),
    uploads: await repairUploads(
      [...inUploads.map(({ key }) => key), ...unreadable.map(({ key }) => key), ...retries],
      on,
    ),
  };
  return {
    withoutIndex: index === undefined,
    compared: {
      rows,
      uploads: uploads.size,
      canonicalDocuments: documents.size,
      ...(index?.sizes ?? { public: 0, archive: 0 }),
    },
    found: found(contradictory, inIndex ?? [], inUploads, unreadable),
    becameInternal: becameInternal.report,
    queued,
    rereadsLeft,
    swept: {
      canonicalDocuments: await sweepUnreferenced(documents.unreferenced(), on),
      tombstones: await sweepTombstones(tombstones, on),
    },
  };
}

/** Queues a new look at each document, what should not be seen first; returns how many. */
async function repairIndex(drift: readonly IndexDrift[], on: CompareDependencies): Promise<number> {
  const order = (kind: DriftKind) => driftKinds.indexOf(kind);
  const urgentFirst = [...drift].sort((a, b) => order(a.kind) - order(b.kind));
  for (const { id, isAhead } of urgentFirst) if (isAhead) await outrank(id, on);
  await on.changes.send(urgentFirst.map(({ id }) => ({ id, repair: true })));
  return drift.length;
}

/**
 * An index leaves out what is older than what it holds. A row that is behind it, as after the table was restored, is
 * given a revision of its own, which follows the clock.
 */
async function outrank(id: string, { catalogue, now }: CompareDependencies): Promise<void> {
  await catalogue.transition(id, (row) => row && outranked(row, now()));
}

/** Mends each row that contradicts itself, and has its document shown as it then is. */
async function mendRows(ids: readonly string[], on: CompareDependencies): Promise<void> {
  for (const id of ids) await on.catalogue.transition(id, (row) => mended(row, on.now()));
  await on.changes.send(ids.map((id) => ({ id })));
}

async function repairUploads(keys: readonly string[], on: CompareDependencies): Promise<number> {
  const once = [...new Set(keys)];
  await on.looks.send(once.map((key) => lookAgain(on.bucket, key)));
  return once.length;
}

function found(
  contradictory: readonly string[],
  inIndex: readonly IndexDrift[],
  inUploads: readonly UploadDrift[],
  unreadable: readonly { readonly id: string }[],
): Comparison['found'] {
  const named = [
    ...contradictory.map((name) => ({ kind: 'contradictory' as const, name })),
    ...inIndex.map(({ kind, id }) => ({ kind, name: id })),
    ...inUploads.map(({ kind, key }) => ({ kind, name: key })),
    ...unreadable.map(({ id }) => ({ kind: 'unreadable' as const, name: id })),
  ];
  return Object.fromEntries(
    driftKinds.flatMap((kind) => {
      const names = named.filter((one) => one.kind === kind).map(({ name }) => name);
      if (names.length === 0) return [];
      return [[kind, { count: names.length, examples: names.sort().slice(0, examplesAtMost) }]];
    }),
  );
}

/** An engine that does not answer keeps no upload from being looked at. */
async function unlessAway<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UnavailableError) return undefined;
    throw error;
  }
}
