/** One generation of a collection: two indexes, read and written. */
import type * as z from 'zod/mini';
import { charactersIn } from '../../../shared/document.ts';
import { UnavailableError } from '../../../shared/errors.ts';
import type { ListWithdrawals } from '../../../shared/withdrawal.ts';
import type { Generation } from '../../engine.ts';
import type { Health } from '../../search-index.ts';
import { ApplyQueue, type Limit } from '../apply-queue.ts';
import { reasonOf } from '../reason-of.ts';
import { is, isAnyOf } from './filters.ts';
import { aboutIn, aboutQuestion, held, heldAnd, type IndexNames, IndexReader } from './index-reader.ts';
import type { IndexWriter, Sources } from './index-writer.ts';
import { EntriesRecord, hasPassageRecords, IdRecord, isFilled, passageId, WholeRecord } from './records.ts';
import { search } from './searching.ts';
import type { Server } from './server.ts';
import { settingsHash } from './settings.ts';

/** Entries in one answer; fewer say that there are no more. */
const entriesAtOnce = 1_000;

/** Characters of a document that is not long. */
const usualText = 4_000;

/**
 * A task costs the server as much for one document as for a few hundred of the usual length. Two million characters take two
 * cores 7 s; behind a shelf of books in one task, nobody would wait for the end.
 */
const task: Limit = {
  most: 500,
  weightOf: (change) =>
    change.type === 'put' ? Math.max(1, charactersIn(change.entry.passages) / usualText) : 1,
};

/** Milliseconds within which a healthy engine says so. */
const healthWithin = 2_000;

export interface MeilisearchGeneration extends Generation {
  readonly reader: IndexReader;
  /** Loaded when something is first written: visitors' functions never do. */
  readonly writer: () => Promise<IndexWriter>;
  /** Resolves once everything given to `apply` until now is written or has failed. */
  settled(): Promise<void>;
}

export function generationIn(
  server: Server,
  indexes: IndexNames,
  { withdrawals, ...sources }: Sources & { readonly withdrawals?: ListWithdrawals | undefined },
): MeilisearchGeneration {
  const reader = new IndexReader(server, indexes, withdrawals);
  let opened: Promise<IndexWriter> | undefined;
  const writer = () => {
    opened ??= import('./index-writer.ts').then(
      ({ IndexWriter }) => new IndexWriter(server, reader, sources),
    );
    return opened;
  };
  const queue = new ApplyQueue(async (changes) => (await writer()).apply(changes), task);
  return {
    reader,
    writer,
    settled: () => queue.settled(),
    async apply(changes) {
      if (changes.length > 0) await queue.apply(changes);
    },
    query: (query, signal) => search(reader, query, signal),
    async document(id, signal) {
      const withdrawal = await reader.withdrawalOf(id);
      if (withdrawal?.movedTo !== undefined) return { movedTo: withdrawal.movedTo };
      if (withdrawal) return withdrawal.gone ? 'gone' : undefined;
      const whole = {
        filter: is('id', id),
        limit: 1,
        attributesToRetrieve: ['state', 'movedTo', 'entry', 'passages', 'allPassages'],
      };
      const { names, found } = await reader.askWithNames([whole], signal);
      const record = found.flatMap(({ hits }) => hits.map((hit) => WholeRecord.parse(hit)))[0];
      if (record?.state === 'gone')
        return record.movedTo === undefined ? 'gone' : { movedTo: record.movedTo };
      if (record?.state !== 'held' || record.entry === undefined) return undefined;
      return { ...names.labelled(record.entry), passages: record.passages ?? record.allPassages ?? [] };
    },
    async *entries() {
      // By a number that stays with the entry: by offset, entries are skipped while others are removed.
      for (let from = 0, seen: ReadonlySet<string> = new Set(); ; ) {
        const [found] = await reader.ask('documents', [
          {
            filter: heldAnd([`ordinal >= ${from}`]),
            sort: ['ordinal:asc', 'id:asc'],
            limit: entriesAtOnce,
            attributesToRetrieve: ['id', 'revision', 'ordinal', 'version', 'length'],
          },
        ]);
        const records = (found?.hits ?? []).map((hit) => EntriesRecord.parse(hit));
        const fresh = records.filter(({ id }) => !seen.has(id));
        const bereft = await withoutPassages(reader, fresh);
        for (const { id, revision } of fresh) yield { id, revision: bereft.has(id) ? putAgain : revision };
        const last = records.at(-1)?.ordinal ?? from;
        if (records.length < entriesAtOnce || last === from) return;
        from = last;
        seen = new Set(records.filter(({ ordinal }) => ordinal === last).map(({ id }) => id));
      }
    },
    async health() {
      try {
        return await healthOf(reader);
      } catch (error) {
        // An engine that is not ready yet, or refuses the key, does answer; who asks is told which it is.
        if (error instanceof UnavailableError && error.reason !== 'no-answer') throw error;
        return { searchable: false, documents: 0, reason: reasonOf(error) };
      }
    },
  };
}

/** Older than any row, so that whoever compares puts the document again, which is found meanwhile. */
const putAgain = 0;

/** The long documents among these whose passages were lost. */
async function withoutPassages(
  reader: IndexReader,
  records: readonly z.infer<typeof EntriesRecord>[],
): Promise<ReadonlySet<string>> {
  const long = records.filter(hasPassageRecords);
  if (long.length === 0) return new Set();
  const firstOf = ({ version }: { readonly version: string }) => passageId(version, 0);
  const [found] = await reader.ask('passages', [
    { filter: isAnyOf('id', long.map(firstOf)), limit: long.length, attributesToRetrieve: ['id'] },
  ]);
  const there = new Set((found?.hits ?? []).map((hit) => IdRecord.parse(hit).id));
  return new Set(long.filter((record) => !there.has(firstOf(record))).map(({ id }) => id));
}

/** Indexes that nobody has written to yet are searched as empty ones. Without its passages, no generation is whole. */
async function healthOf(reader: IndexReader): Promise<Health> {
  const questions = [aboutQuestion, { filter: held, limit: 0 }];
  const signal = AbortSignal.timeout(healthWithin);
  const [[found, documents], hasPassages] = await Promise.all([
    reader.ask('documents', questions, signal),
    reader.hasPassages(signal),
  ]);
  const { about } = aboutIn(found);
  return {
    searchable: true,
    documents: documents?.total ?? 0,
    ...(about && hasPassages ? { generation: about.begun } : {}),
    ...(about && about.settings !== settingsHash() ? { outdated: true } : {}),
    ...(isFilled(about) ? {} : { refilling: true }),
  };
}
