/** Compares what the catalogue and the index show with the model; without times, histories and revisions. */

import { byFacet } from '../../search-index/by-facet.ts';
import type { SearchIndex } from '../../search-index/search-index.ts';
import { documentId } from '../../shared/document.ts';
import type { CollectionName } from '../../shared/visibility.ts';
import { distinct, type Expected, expectedOf, type Family, type Model } from './model.ts';
import type { Way } from './way.ts';

export const kinds = ['lost', 'doubled', 'stale', 'leaked', 'untrue'] as const;
export type Kind = (typeof kinds)[number];

/** By kind, what is wrong; `untrue`: the ledger says otherwise than it is. */
export type Differences = Readonly<Record<Kind, readonly string[]>>;

export interface ShownDocument {
  readonly text: string;
  readonly title: string;
}

/** What is said of a row that waits for the sweep, which takes its time. */
export const isPending = 'is pending still';

interface LedgerEntry {
  readonly state: string;
  readonly pending: boolean;
  /** The reason. */
  readonly refusal: string | null;
}

/** What can be seen from outside. */
export interface Sight {
  readonly shown: Readonly<Record<CollectionName, ReadonlyMap<string, ShownDocument>>>;
  /** By id. */
  readonly ledger: ReadonlyMap<string, LedgerEntry>;
  /** Ids of what a search for this word finds. */
  find(collection: CollectionName, word: string): Promise<readonly string[]>;
}

export async function compare(way: Way, model: Model, tokens: readonly string[]): Promise<Differences> {
  return judge(await look(way), model, tokens);
}

/**
 * Compares; where something may have happened or not, `settled` says what fits best: more than one where the difference
 * cannot be seen, as with the title of what was refused.
 */
export async function judge(
  sight: Sight,
  model: Model,
  tokens: readonly string[],
): Promise<Differences & { readonly settled: ReadonlyMap<string, readonly Family[]> }> {
  const found = none();
  const settled = new Map<string, readonly Family[]>();
  const allowed = { public: new Set<string>(), archive: new Set<string>() };
  const known = new Set<string>();
  for (const [name, worlds] of model.families) {
    const judged = worlds.map((family) => ({ family, faults: faultsOf(family, sight) }));
    const [best] = judged.sort((a, b) => count(a.faults) - count(b.faults));
    if (!best) continue;
    const fitting = judged.filter(({ faults }) => count(faults) === count(best.faults));
    const families = distinct(fitting.map(({ family }) => family));
    settled.set(name, families);
    for (const kind of kinds) found[kind].push(...best.faults[kind]);
    for (const [key, state] of families.flatMap((family) => [...family])) {
      known.add(documentId(key));
      const expected = expectedOf(key, state);
      if (expected.state !== 'searchable') continue;
      for (const word of [expected.token, expected.title]) {
        allowed.archive.add(word);
        if (expected.visibility === 'public') allowed.public.add(word);
      }
    }
  }
  for (const name of ['public', 'archive'] as const) {
    for (const id of sight.shown[name].keys())
      if (!known.has(id)) found.stale.push(`The ${name} collection holds ${id}, which nobody uploaded`);
    for (const token of tokens) {
      const holders = [...sight.shown[name].values()].filter(({ text }) => holds(text, token));
      if (allowed[name].has(token)) continue;
      const isSecret = name === 'public' && allowed.archive.has(token);
      if (holders.length > 0 || (await sight.find(name, token)).length > 0)
        found[isSecret ? 'leaked' : 'stale'].push(`The ${name} collection shows ${token}`);
    }
  }
  return { ...found, settled };
}

function faultsOf(family: Family, sight: Sight): Record<Kind, string[]> {
  const found = none();
  for (const [key, state] of family) {
    const id = documentId(key);
    const expected = expectedOf(key, state);
    const entry = sight.ledger.get(id);
    const isTrue =
      expected.state === 'absent'
        ? entry === undefined || entry.state === 'removed'
        : entry?.state === expected.state;
    if (!isTrue)
      found.untrue.push(`The ledger says ${entry?.state ?? 'nothing'} of ${key}: ${expected.state}`);
    // Only an empty file is put to be refused; what a fault or a kill befell is never refused for that.
    if (entry?.refusal && entry.refusal !== 'empty')
      found.untrue.push(`${key} was refused for what befell it: ${entry.refusal}`);
    if (entry?.pending) found.untrue.push(`${key} ${isPending}`);
    for (const name of ['archive', 'public'] as const) {
      const shown = sight.shown[name].get(id);
      const belongs =
        expected.state === 'searchable' && (name === 'archive' || expected.visibility === 'public');
      if (belongs) {
        const fault = faultOf(shown, expected);
        if (fault) found[fault].push(`The ${name} collection, ${key}: ${expected.token}`);
      } else if (shown) {
        const isInternal = name === 'public' && expected.state === 'searchable';
        const isElsewhere = [...family].some(
          ([other, { version }]) => other !== key && version && holds(shown.text, version.token),
        );
        const fault = isInternal ? 'leaked' : isElsewhere ? 'doubled' : 'stale';
        found[fault].push(`The ${name} collection shows ${key}, which is ${expected.state}`);
      }
    }
  }
  return found;
}

function faultOf(shown: ShownDocument | undefined, expected: Expected): 'lost' | 'stale' | undefined {
  if (!shown) return 'lost';
  const isNewest = holds(shown.text, expected.token) && holds(shown.title, expected.title);
  return isNewest ? undefined : 'stale';
}

/** No token is the beginning of another one. */
function holds(text: string, token: string): boolean {
  return text.includes(token);
}

async function look({ aws, index }: Way): Promise<Sight> {
  const ledger = new Map<string, LedgerEntry>();
  for await (const { id, state, pendingSince, refusal } of aws.catalogue.all())
    ledger.set(id, { state, pending: pendingSince !== undefined, refusal });
  const find = async (name: CollectionName, q: string) => {
    const { hits } = await index.real[name].search({
      q,
      filters: byFacet(() => []),
      sort: 'relevance',
      page: 1,
      size: 10,
      prefix: false,
    });
    return hits.map(({ id }) => id);
  };
  return {
    shown: { public: await shownBy(index.real.public), archive: await shownBy(index.real.archive) },
    ledger,
    find,
  };
}

async function shownBy(index: SearchIndex): Promise<Map<string, ShownDocument>> {
  const shown = new Map<string, ShownDocument>();
  for await (const { id } of index.entries()) {
    const document = await index.document(id, '');
    if (document && document !== 'gone' && !('movedTo' in document))
      shown.set(id, { text: JSON.stringify(document.passages), title: document.title });
  }
  return shown;
}

export function count(differences: Differences): number {
  return kinds.reduce((sum, kind) => sum + differences[kind].length, 0);
}

function none(): Record<Kind, string[]> {
  return { lost: [], doubled: [], stale: [], leaked: [], untrue: [] };
}
