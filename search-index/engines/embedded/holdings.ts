/** What the collection holds, in memory: for each document what filtering, counting and ordering need of it. */
import { DocumentSet } from './document-set.ts';
import { FacetValues } from './facet-values.ts';

export interface Held {
  /** The document's number in the file. */
  readonly ordinal: number;
  readonly id: string;
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly appliedAt: number;
  readonly publishedOn: string | null;
  /** Numbers of its facet values as it spells them. */
  readonly spellings: readonly number[];
  /** Its passages are numbered in one run, in the document's order. */
  readonly firstPassage: number;
  readonly passages: number;
  /** Whether its passages can be looked up by their words. */
  readonly passagesIndexed: boolean;
}

export class Holdings {
  readonly values = new FacetValues();
  readonly #byId = new Map<string, Held>();
  readonly #byOrdinal: (Held | undefined)[] = [];

  get size(): number {
    return this.#byId.size;
  }

  get highestOrdinal(): number {
    return Math.max(0, this.#byOrdinal.length - 1);
  }

  /** The numbers of all documents, in a set of the caller's own. */
  ordinals(): DocumentSet {
    const ordinals = new DocumentSet(this.highestOrdinal);
    for (const { ordinal } of this.#byId.values()) ordinals.add(ordinal);
    return ordinals;
  }

  all(): Iterable<Held> {
    return this.#byId.values();
  }

  byId(id: string): Held | undefined {
    return this.#byId.get(id);
  }

  byOrdinal(ordinal: number): Held | undefined {
    return this.#byOrdinal[ordinal];
  }

  /** Its spellings must be among `values`. */
  put(held: Held): void {
    for (const number of held.spellings) this.values.hold(number);
    this.#byId.set(held.id, held);
    this.#byOrdinal[held.ordinal] = held;
  }

  /** Answers the spellings that no document has any more. */
  remove(held: Held): number[] {
    if (this.#byId.get(held.id) === held) this.#byId.delete(held.id);
    if (this.#byOrdinal[held.ordinal] === held) this.#byOrdinal[held.ordinal] = undefined;
    return held.spellings.filter((number) => this.values.release(number));
  }
}
