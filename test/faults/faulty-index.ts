/** Two collections of a real engine, between which and their writer faults strike; notes what they really hold. */
import { setTimeout as pause } from 'node:timers/promises';
import type { IndexChange, SearchIndex } from '../../search-index/search-index.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { type CollectionName, collections } from '../../shared/visibility.ts';
import { engineFaults } from './faults.ts';
import type { Weather } from './faulty-clients.ts';

export interface Engines {
  /** Opens a collection, as it was left. */
  open(collection: CollectionName): SearchIndex;
  /** How many write to a collection side by side, each as it would in a function of its own. */
  readonly writers: number;
  /** Loses all data of a closed collection. */
  wipe(collection: CollectionName): Promise<void>;
}

const entriesFaults = ['call fails'] as const;

/** Calls in a row: about what all the tries of a schedule's step make, and those of the steps after it. */
const longAbsence = 40;

export class FaultyIndex {
  /** By id: the newest change that each collection was given. */
  readonly #newest: Record<CollectionName, Map<string, IndexChange>> = {
    public: new Map(),
    archive: new Map(),
  };
  /** The same of the generations aside. */
  readonly #newestAside: Record<CollectionName, Map<string, IndexChange>> = {
    public: new Map(),
    archive: new Map(),
  };
  /** What a visitor could have seen at some moment and must not. */
  readonly leaks: string[] = [];
  /** Since this schedule began. */
  wiped = 0;
  readonly #engines: Engines;
  readonly #weather: Weather;
  /** The first is also who looks. */
  readonly #open: Record<CollectionName, readonly SearchIndex[]>;
  #writes = 0;
  #wiping: Promise<void> | undefined;
  #absentFor = 0;

  constructor(engines: Engines, weather: Weather) {
    this.#engines = engines;
    this.#weather = weather;
    this.#open = { public: this.#opened('public'), archive: this.#opened('archive') };
  }

  /** For whoever looks: no fault strikes here. */
  get real(): Readonly<Record<CollectionName, SearchIndex>> {
    return { public: this.#looker('public'), archive: this.#looker('archive') };
  }

  /** For the writer. */
  readonly struck: Readonly<Record<CollectionName, SearchIndex>> = {
    public: this.#struck('public'),
    archive: this.#struck('archive'),
  };

  /** Whether the engine has acknowledged this revision of a document, or a later one. */
  hasShown(collection: CollectionName, id: string, revision: number): boolean {
    const newest = this.#newest[collection].get(id);
    return newest?.type === 'put' && revisionOf(newest) >= revision;
  }

  /** Empties both collections for the next schedule. */
  async clear(): Promise<void> {
    for (const name of collections) {
      const changes: IndexChange[] = [];
      for await (const { id, revision } of this.#looker(name).entries())
        changes.push({ type: 'remove', id, revision: revision + 1, gone: false });
      await this.#looker(name).apply(changes);
      this.#newest[name].clear();
      this.#newestAside[name].clear();
    }
    this.leaks.length = 0;
    this.wiped = 0;
    this.#absentFor = 0;
  }

  async close(): Promise<void> {
    for (const name of collections) await this.#closeAll(name);
  }

  #opened(name: CollectionName): SearchIndex[] {
    return Array.from({ length: this.#engines.writers }, () => this.#engines.open(name));
  }

  async #closeAll(name: CollectionName): Promise<void> {
    for (const index of this.#open[name]) await index.close();
  }

  #looker(name: CollectionName): SearchIndex {
    const [index] = this.#open[name];
    if (!index) throw new Error('No engine is open');
    return index;
  }

  /** Each in its turn. */
  #writer(name: CollectionName): SearchIndex {
    const all = this.#open[name];
    return all[this.#writes++ % all.length] ?? this.#looker(name);
  }

  #struck(name: CollectionName): SearchIndex {
    const open = () => this.#looker(name);
    const strike = (verb: string, really: () => Promise<void>) => this.#strike(name, verb, really);
    return {
      apply: (changes) => strike('apply', () => this.#reallyApply(name, changes)),
      search: (request) => open().search(request),
      suggest: (q, size) => open().suggest(q, size),
      values: (facet) => open().values(facet),
      document: (id, q) => open().document(id, q),
      titles: (ids) => open().titles(ids),
      entries: () => this.#entries(name),
      health: () => open().health(),
      aside: {
        apply: (changes) => strike('aside.apply', () => this.#reallyApplyAside(name, changes)),
        find: (q, size) => open().aside.find(q, size),
        entries: () => open().aside.entries(),
        health: () => open().aside.health(),
      },
      markFilled: (generation) => strike('markFilled', () => this.#writer(name).markFilled(generation)),
      beginAside: () => strike('beginAside', () => this.#reallyBeginAside(name)),
      promote: () => strike('promote', () => this.#reallyPromote(name)),
      close: async () => {},
    };
  }

  async *#entries(name: CollectionName) {
    await this.#wiping;
    const isStruck = this.#weather.plan.strike(`engine.${name}.entries`, entriesFaults) !== undefined;
    if (isStruck || this.#isAbsent()) throw new UnavailableError('The engine');
    yield* this.#looker(name).entries();
  }

  /** Counts a call while the engine is away for long, and answers whether it is; never once the faults have ended. */
  #isAbsent(): boolean {
    if (this.#absentFor === 0) return false;
    this.#absentFor--;
    return this.#weather.plan.isOn;
  }

  async #strike(name: CollectionName, verb: string, really: () => Promise<void>): Promise<void> {
    const { plan } = this.#weather;
    const effect = `engine.${name}.${verb}`;
    await this.#wiping;
    const fault = plan.strike(effect, engineFaults);
    if (fault === 'away for long') this.#absentFor = longAbsence;
    if (this.#isAbsent()) throw new UnavailableError('The engine');
    switch (fault) {
      case undefined:
      case 'away for long':
        return really();
      case 'away':
        throw new UnavailableError('The engine');
      case 'task fails':
        await pause(plan.delay(effect));
        throw new Error('The engine accepted the changes and failed to carry them out');
      case 'reset after applying':
        await really();
        throw new UnavailableError('The engine', { cause: new Error('The connection was reset') });
      case 'slow':
        await pause(plan.delay(effect));
        await really();
        await pause(plan.delay(effect));
        return;
      case 'data lost':
        return this.#afterWiping(collections, really);
      case 'data of one collection lost':
        return this.#afterWiping([name], really);
    }
  }

  async #reallyApply(name: CollectionName, changes: readonly IndexChange[]): Promise<void> {
    this.#noteLeaks(name, changes);
    await this.#writer(name).apply(changes);
    note(changes, this.#newest[name]);
  }

  async #reallyApplyAside(name: CollectionName, changes: readonly IndexChange[]): Promise<void> {
    await this.#writer(name).aside.apply(changes);
    note(changes, this.#newestAside[name]);
  }

  async #reallyBeginAside(name: CollectionName): Promise<void> {
    await this.#writer(name).beginAside();
    this.#newestAside[name] = new Map();
  }

  /** What had left the public collection must not come back with the generation that was filled meanwhile. */
  async #reallyPromote(name: CollectionName): Promise<void> {
    await this.#writer(name).promote();
    const promoted = this.#newestAside[name];
    for (const [id, last] of name === 'public' ? this.#newest.public : []) {
      const comes = promoted.get(id);
      if (last.type === 'remove' && comes?.type === 'put' && comes.entry.revision < last.revision)
        this.leaks.push(`${id} came back into the public collection with its new generation`);
    }
    this.#newest[name] = promoted;
    this.#newestAside[name] = new Map();
  }

  /** What becomes internal has left the public collection before the archive hears of it. */
  #noteLeaks(name: CollectionName, changes: readonly IndexChange[]): void {
    for (const change of changes) {
      const id = idOf(change);
      const isInternal = change.type === 'put' && change.entry.visibility === 'internal';
      if (name === 'public' && isInternal) this.leaks.push(`${id} was put into the public collection`);
      const inPublic = this.#newest.public.get(id);
      const showsOlder = inPublic?.type === 'put' && revisionOf(inPublic) < revisionOf(change);
      if (name === 'archive' && (isInternal || change.type === 'remove') && showsOlder)
        this.leaks.push(`${id} was in the public collection still when the archive was told`);
    }
  }

  async #afterWiping(names: readonly CollectionName[], really: () => Promise<void>): Promise<void> {
    this.#wiping = this.#wipe(names);
    await this.#wiping;
    return really();
  }

  async #wipe(names: readonly CollectionName[]): Promise<void> {
    this.wiped++;
    for (const name of names) {
      await this.#closeAll(name);
      await this.#engines.wipe(name);
      this.#open[name] = this.#opened(name);
      this.#newest[name].clear();
      this.#newestAside[name].clear();
    }
  }
}

/** Keeps the newest change of each document. */
function note(changes: readonly IndexChange[], newest: Map<string, IndexChange>): void {
  for (const change of changes) {
    const known = newest.get(idOf(change));
    if (!known || revisionOf(known) <= revisionOf(change)) newest.set(idOf(change), change);
  }
}

function idOf(change: IndexChange): string {
  return change.type === 'put' ? change.entry.id : change.id;
}

function revisionOf(change: IndexChange): number {
  return change.type === 'put' ? change.entry.revision : change.revision;
}
