/** Writes changes to the two indexes of one generation. */
import type { EnqueuedTask } from 'meilisearch';
import type { IndexChange, IndexEntry } from '../../search-index.ts';
import { allOf, is, isAnyOf, not } from './filters.ts';
import { aboutIn, aboutQuestion, type Found, type IndexReader } from './index-reader.ts';
import {
  type AboutRecord,
  aboutId,
  changedId,
  HeldRecord,
  markerOf,
  recordsOf,
  type State,
  type WrittenRecord,
} from './records.ts';
import { NoSuchIndexError, type Server } from './server.ts';
import { documentSettings, passageSettings, settingsHash } from './settings.ts';
import { succeeded } from './tasks.ts';

/**
 * How long a higher revision keeps lower ones out, in milliseconds: the longest that a Lambda function, and so a
 * worker that was overtaken, can live. After that a lower revision means that the catalogue was restored or begun
 * anew, and keeping it out would hide the document for good.
 */
const overtakenFor = 15 * 60 * 1000;

/** Ids in one question: an answer holds no more hits than a reader may page through. */
const idsAtOnce = 1_000;

/** Bytes of one payload; a server takes 100 MB. What fits is written all or not at all. */
const payloadBytes = 32 * 1024 * 1024;

/** Where new ids and the time come from. */
export interface Sources {
  readonly now: () => number;
  readonly newId: () => string;
}

interface Previous {
  readonly revision: number;
  readonly appliedAt: number;
}

export class IndexWriter {
  readonly #server: Server;
  readonly #reader: IndexReader;
  readonly #sources: Sources;

  constructor(server: Server, reader: IndexReader, sources: Sources) {
    this.#server = server;
    this.#reader = reader;
    this.#sources = sources;
  }

  /** Begins the indexes where there are none, or one of them, and mends their settings where those are others. */
  async prepare(): Promise<AboutRecord> {
    const [{ about }, hasPassages] = await Promise.all([this.#reader.about(), this.#reader.hasPassages()]);
    return this.#prepared(about, hasPassages);
  }

  /** Empty indexes in the place of whatever is there, which are served only once they were seen to hold all. */
  async begin(replaces: string | null): Promise<AboutRecord> {
    const { documents, passages } = this.#reader.names;
    for (const uid of [documents, passages]) await this.#deleteIndex(uid);
    return this.#create({ replaces, filled: true });
  }

  async markFilled(generation: string | undefined): Promise<void> {
    const [{ about }, hasPassages] = await Promise.all([this.#reader.about(), this.#reader.hasPassages()]);
    if ((hasPassages ? about?.begun : undefined) !== generation) return;
    const { begun } = await this.#prepared(about, hasPassages);
    // Put whole, it would make an index whose data is lost meanwhile look like one that was filled.
    const mark = { id: aboutId, filled: begun } satisfies Partial<AboutRecord>;
    await succeeded(this.#server, [await this.#server.update(this.#reader.names.documents, [mark])]);
  }

  async apply(changes: readonly IndexChange[]): Promise<void> {
    if (changes.length === 0) return;
    const ids = [...new Set(changes.map(idOf))];
    const now = this.#sources.now();
    const { about, held, passages, forgotten } = await this.#look(ids, now);
    await this.#prepared(about, passages !== undefined);
    const last = lastChanges(changes, held, now);
    if (last.size === 0) return;
    const records = [...last.values()].map((change) => this.#recordsOf(change, now));
    const tasks: EnqueuedTask[] = [];
    // The passages come first and go last: at no time is a document found whose passages are not there.
    const added = records.flatMap(({ passages }) => passages);
    for (const payload of payloadsOf(added)) {
      tasks.push(await this.#server.put(this.#reader.names.passages, payload));
    }
    const changed: WrittenRecord = {
      id: changedId,
      state: 'changed' satisfies State,
      stamp: this.#sources.newId(),
    };
    for (const payload of payloadsOf([...records.map(({ document }) => document), changed])) {
      tasks.push(await this.#server.put(this.#reader.names.documents, payload));
    }
    if (added.length > 0 || (passages ?? 0) > 0) {
      const versions = [...new Set(added.map((passage) => String(passage.version)))];
      const filter = allOf([
        isAnyOf('document', [...last.keys()]),
        ...(versions.length > 0 ? [not(isAnyOf('version', versions))] : []),
      ]);
      tasks.push(await this.#server.remove(this.#reader.names.passages, filter));
    }
    if (forgotten > 0) {
      tasks.push(await this.#server.remove(this.#reader.names.documents, forgettable(now)));
    }
    await succeeded(this.#server, tasks);
  }

  #recordsOf(change: IndexChange, now: number) {
    if (change.type === 'put') return recordsOf(change.entry, now);
    return { document: markerOf(change, now), passages: [] };
  }

  /** What the index says of itself, of these documents, and of removals that nobody needs to be told of any more. */
  async #look(ids: readonly string[], now: number) {
    const groups: string[][] = [];
    for (let at = 0; at < ids.length; at += idsAtOnce) groups.push(ids.slice(at, at + idsAtOnce));
    const [documents, passages] = await Promise.all([
      this.#reader.ask('documents', [
        aboutQuestion,
        { filter: forgettable(now), limit: 0 },
        ...groups.map((group) => ({
          filter: isAnyOf('id', group),
          limit: idsAtOnce,
          attributesToRetrieve: ['id', 'state', 'revision', 'appliedAt'],
        })),
      ]),
      this.#reader.askIfThere(
        'passages',
        groups.map((group) => ({ filter: isAnyOf('document', group), limit: 0 })),
      ),
    ]);
    const [about, forgettableOnes, ...held] = documents;
    return {
      about: aboutIn(about).about,
      held: held.flatMap((found: Found) => found.hits).map((hit) => HeldRecord.parse(hit)),
      passages: passages?.reduce((sum, { total }) => sum + total, 0),
      forgotten: forgettableOnes?.total ?? 0,
    };
  }

  async #prepared(about: AboutRecord | undefined, hasPassages: boolean): Promise<AboutRecord> {
    if (about === undefined) return this.#create({ replaces: null, filled: false });
    const settings = settingsHash();
    if (hasPassages && about.appliedSettings === settings) return about;
    const { documents, passages } = this.#reader.names;
    // Without its passages it is another index than the one that was filled, though its documents are still found.
    const begun = hasPassages ? about.begun : this.#sources.newId();
    const { filled = about.begun } = about;
    const changed: AboutRecord = { ...about, begun, filled, appliedSettings: settings };
    if (!hasPassages) await this.#createIndex(passages);
    await succeeded(this.#server, [
      await this.#server.setUp(documents, documentSettings),
      await this.#server.setUp(passages, passageSettings),
      await this.#server.put(documents, [{ ...changed, state: 'about' satisfies State }]),
    ]);
    return changed;
  }

  async #create({ replaces, filled }: { replaces: string | null; filled: boolean }): Promise<AboutRecord> {
    const { documents, passages } = this.#reader.names;
    for (const uid of [documents, passages]) await this.#createIndex(uid);
    const settings = settingsHash();
    const begun = this.#sources.newId();
    const about: AboutRecord = {
      id: aboutId,
      begun,
      settings,
      appliedSettings: settings,
      replaces,
      filled: filled ? begun : null,
    };
    const changed: WrittenRecord = {
      id: changedId,
      state: 'changed' satisfies State,
      stamp: this.#sources.newId(),
    };
    await succeeded(this.#server, [
      await this.#server.setUp(passages, passageSettings),
      await this.#server.setUp(documents, documentSettings),
      await this.#server.put(documents, [{ ...about, state: 'about' satisfies State }, changed]),
    ]);
    return about;
  }

  /** Another writer may create it at the same time. */
  async #createIndex(uid: string): Promise<void> {
    const { taskUid } = await this.#server.createIndex(uid);
    await succeeded(this.#server, [{ taskUid }], ['index_already_exists']);
  }

  async #deleteIndex(uid: string): Promise<void> {
    try {
      const { taskUid } = await this.#server.deleteIndex(uid);
      await succeeded(this.#server, [{ taskUid }], ['index_not_found']);
    } catch (error) {
      if (!(error instanceof NoSuchIndexError)) throw error;
    }
  }
}

/** The change that counts for each document, the overtaken ones left out. */
function lastChanges(
  changes: readonly IndexChange[],
  held: readonly (Previous & { readonly id: string })[],
  now: number,
): ReadonlyMap<string, IndexChange> {
  const previous = new Map<string, Previous>(held.map((record) => [record.id, record]));
  const last = new Map<string, IndexChange>();
  for (const change of changes) {
    const id = idOf(change);
    const revision = change.type === 'put' ? change.entry.revision : change.revision;
    const before = previous.get(id);
    if (before && revision < before.revision && now - before.appliedAt < overtakenFor) continue;
    previous.set(id, { revision, appliedAt: now });
    last.set(id, change);
  }
  return last;
}

function idOf(change: IndexChange): IndexEntry['id'] {
  return change.type === 'put' ? change.entry.id : change.id;
}

function forgettable(now: number): string {
  return allOf([is('state', 'removed'), `appliedAt < ${now - overtakenFor}`]);
}

function payloadsOf(records: readonly WrittenRecord[]): WrittenRecord[][] {
  const payloads: WrittenRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const bytes = JSON.stringify(record).length;
    const payload = payloads.at(-1);
    if (payload === undefined || bytes > room) {
      payloads.push([record]);
      room = payloadBytes - bytes;
    } else {
      payload.push(record);
      room -= bytes;
    }
  }
  return payloads;
}
