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
  /** Loses all data of a closed collection. */
  wipe(collection: CollectionName): Promise<void>;
}

const entriesFaults = ['call fails'] as const;

/** Calls in a row: about what all the tries of a schedule's step make, and those of the steps after it. */
const longAbsence = 40;

export class FaultyIndex {
  /** By id: the newest change that each collection was given. */
  readonly #newest: Readonly<Record<CollectionName, Map<string, IndexChange>>> = {
    public: new Map(),
    archive: new Map(),
  };
  /** What a visitor could have seen at some moment and must not. */
  readonly leaks: string[] = [];
  /** Since this schedule began. */
  wiped = 0;
  readonly #engines: Engines;
  readonly #weather: Weather;
  readonly #open: Record<CollectionName, SearchIndex>;
  #wiping: Promise<void> | undefined;
  #absentFor = 0;

  constructor(engines: Engines, weather: Weather) {
    this.#engines = engines;
    this.#weather = weather;
    this.#open = { public: engines.open('public'), archive: engines.open('archive') };
  }

  /** For whoever looks: no fault strikes here. */
  get real(): Readonly<Record<CollectionName, SearchIndex>> {
    return this.#open;
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
      for await (const { id, revision } of this.#open[name].entries())
        changes.push({ type: 'remove', id, revision: revision + 1, gone: false });
      await this.#open[name].apply(changes);
      this.#newest[name].clear();
    }
    this.leaks.length = 0;
    this.wiped = 0;
    this.#absentFor = 0;
  }

  async close(): Promise<void> {
    for (const name of collections) await this.#open[name].close();
  }

  #struck(name: CollectionName): SearchIndex {
    const open = () => this.#open[name];
    const strike = (verb: string, really: () => Promise<void>) => this.#strike(name, verb, really);
    return {
      apply: (changes) => strike('apply', () => this.#reallyApply(name, changes)),
      search: (request) => open().search(request),
      suggest: (q, size) => open().suggest(q, size),
      values: (facet) => open().values(facet),
      document: (id, q) => open().document(id, q),
      entries: () => this.#entries(name),
      health: () => open().health(),
      aside: {
        apply: (changes) => strike('aside.apply', () => open().aside.apply(changes)),
        find: (q, size) => open().aside.find(q, size),
        entries: () => open().aside.entries(),
        health: () => open().aside.health(),
      },
      beginAside: () => strike('beginAside', () => open().beginAside()),
      promote: () => strike('promote', () => open().promote()),
      close: async () => {},
    };
  }

  async *#entries(name: CollectionName) {
    await this.#wiping;
    const isStruck = this.#weather.plan.strike(`engine.${name}.entries`, entriesFaults) !== undefined;
    if (isStruck || this.#isAbsent()) throw new UnavailableError('The engine');
    yield* this.#open[name].entries();
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
    await this.#open[name].apply(changes);
    const newest = this.#newest[name];
    for (const change of changes) {
      const known = newest.get(idOf(change));
      if (!known || revisionOf(known) <= revisionOf(change)) newest.set(idOf(change), change);
    }
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
      await this.#open[name].close();
      await this.#engines.wipe(name);
      this.#open[name] = this.#engines.open(name);
      this.#newest[name].clear();
    }
  }
}

function idOf(change: IndexChange): string {
  return change.type === 'put' ? change.entry.id : change.id;
}

function revisionOf(change: IndexChange): number {
  return change.type === 'put' ? change.entry.revision : change.revision;
}
