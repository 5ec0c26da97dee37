/** Questions to the two indexes of one generation; to an index that does not exist yet, everything is absent. */
import type {
  FederatedMultiSearchParams,
  MultiSearchQuery,
  MultiSearchQueryWithFederation,
} from 'meilisearch';
import * as z from 'zod/mini';
import type { ListWithdrawals, Withdrawal, WithdrawalsById } from '../../../shared/withdrawal.ts';
import { allOf, is, isAnyOf, not } from './filters.ts';
import { Names, noNames } from './names.ts';
import { AboutRecord, aboutId, ChangedRecord, changedId, IdRecord, isFilled } from './records.ts';
import { NoSuchIndexError, type Server } from './server.ts';

export interface IndexNames {
  readonly documents: string;
  readonly passages: string;
}

/** A query without the index that it asks. */
export type Question = Omit<MultiSearchQuery, 'indexUid'>;
export type FederatedQuestion = Omit<MultiSearchQueryWithFederation, 'indexUid'>;

export interface Found {
  readonly hits: readonly unknown[];
  readonly total: number;
  /** For each facet that was asked, how many documents have each value. */
  readonly facets: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Answers, with the names that the collection had then and whether it held all that it should. */
export interface NamedAnswers {
  readonly names: Names;
  readonly found: readonly Found[];
  readonly filled: boolean;
}

/** What an index says of itself. */
export interface About {
  readonly about: AboutRecord | undefined;
  /** Another one after every change. */
  readonly stamp: string | undefined;
}

const nothingFound: Found = { hits: [], total: 0, facets: {} };

/** Everything that is a document, and not a marker or what the index says of itself. */
export const held = is('state', 'held');

const Counts = z.record(z.string(), z.record(z.string(), z.number()));
const Answer = z.object({
  hits: z.array(z.unknown()),
  estimatedTotalHits: z.number(),
  facetDistribution: z.optional(Counts),
});
const FederatedAnswer = z.extend(z.omit(Answer, { facetDistribution: true }), {
  facetsByIndex: z.optional(z.record(z.string(), z.object({ distribution: Counts }))),
});
const FacetAnswer = z.object({
  facetHits: z.array(z.object({ value: z.string(), count: z.number() })),
});

export class IndexReader {
  readonly names: IndexNames;
  readonly #server: Server;
  readonly #withdrawals: ListWithdrawals | undefined;
  #known: { readonly stamp: string; readonly withdrawn: string; readonly names: Names } | undefined;
  #excluded: { readonly of: WithdrawalsById; readonly ids: Promise<readonly string[]> } | undefined;

  /** With `withdrawals`, no question finds what they name, and nothing is told when they cannot be read. */
  constructor(server: Server, names: IndexNames, withdrawals?: ListWithdrawals) {
    this.#server = server;
    this.#withdrawals = withdrawals;
    this.names = names;
  }

  /** That the document is withdrawn, where it is. */
  async withdrawalOf(id: string): Promise<Withdrawal | undefined> {
    return (await this.#withdrawals?.())?.get(id);
  }

  /** The ids of the withdrawn documents that the index holds still. */
  async #excludedNow(signal: AbortSignal | undefined): Promise<readonly string[]> {
    const of = await this.#withdrawals?.();
    if (!of || of.size === 0) return [];
    if (this.#excluded?.of !== of) {
      // An id in a filter costs the server something in every question, and most are gone within seconds.
      const ids = this.#heldAmong([...of.keys()], signal);
      this.#excluded = { of, ids };
      ids.catch(() => {
        if (this.#excluded?.ids === ids) this.#excluded = undefined;
      });
    }
    return this.#excluded.ids;
  }

  async #heldAmong(ids: readonly string[], signal: AbortSignal | undefined): Promise<readonly string[]> {
    const indexUid = this.names.documents;
    const queries = inGroups(ids).map((group) => {
      const filter = allOf([held, isAnyOf('id', group)]);
      return { q: '', filter, limit: group.length, attributesToRetrieve: ['id'], indexUid };
    });
    try {
      const answers = await this.#server.search(queries, signal);
      return answers.flatMap((answer) => Answer.parse(answer).hits.map((hit) => IdRecord.parse(hit).id));
    } catch (error) {
      if (error instanceof NoSuchIndexError) return [];
      throw error;
    }
  }

  /** Each question's own answer, in their order. */
  async ask(
    index: keyof IndexNames,
    questions: readonly Question[],
    signal?: AbortSignal,
  ): Promise<readonly Found[]> {
    return (await this.askIfThere(index, questions, signal)) ?? questions.map(() => nothingFound);
  }

  /** As `ask`; undefined when the index was lost, or nobody began it yet. */
  async askIfThere(
    index: keyof IndexNames,
    questions: readonly Question[],
    signal?: AbortSignal,
  ): Promise<readonly Found[] | undefined> {
    if (questions.length === 0) return [];
    const indexUid = this.names[index];
    const excluded = await this.#excludedNow(signal);
    const queries = questions.map((question) => ({
      q: '',
      ...without(excluded, idAttributes[index], question),
      indexUid,
    }));
    try {
      const answers = await this.#server.search(queries, signal);
      return answers.map((result) => {
        const { hits, estimatedTotalHits, facetDistribution } = Answer.parse(result);
        return { hits, total: estimatedTotalHits, facets: facetDistribution ?? {} };
      });
    } catch (error) {
      if (error instanceof NoSuchIndexError) return undefined;
      throw error;
    }
  }

  /** Whether the passages can be asked and written, whatever they hold. */
  async hasPassages(signal?: AbortSignal): Promise<boolean> {
    const nothing = { filter: is('id', ''), limit: 0 };
    return (await this.askIfThere('passages', [nothing], signal)) !== undefined;
  }

  /** One answer to all questions together: what any of them finds, each document once. */
  async askTogether(
    questions: readonly FederatedQuestion[],
    { facets, ...federation }: { offset: number; limit: number; facets: readonly string[] },
    signal?: AbortSignal,
  ): Promise<Found> {
    const indexUid = this.names.documents;
    const excluded = await this.#excludedNow(signal);
    const params: FederatedMultiSearchParams = {
      federation: {
        ...federation,
        ...(facets.length > 0 ? { facetsByIndex: { [indexUid]: [...facets] } } : {}),
      },
      queries: questions.map((question) => ({ ...without(excluded, 'id', question), indexUid })),
    };
    try {
      const answer = await this.#server.searchTogether(params, signal);
      const { hits, estimatedTotalHits, facetsByIndex } = FederatedAnswer.parse(answer);
      return { hits, total: estimatedTotalHits, facets: facetsByIndex?.[indexUid]?.distribution ?? {} };
    } catch (error) {
      if (error instanceof NoSuchIndexError) return nothingFound;
      throw error;
    }
  }

  async about(signal?: AbortSignal): Promise<About> {
    const [found] = await this.ask('documents', [aboutQuestion], signal);
    return aboutIn(found);
  }

  /** The collection's names as of the latest change. */
  async namesNow(signal?: AbortSignal): Promise<Names> {
    return (await this.askWithNames([], signal)).names;
  }

  /** Names are read again whenever the index says that there was a change since. */
  async askWithNames(questions: readonly Question[], signal?: AbortSignal): Promise<NamedAnswers> {
    const [own, ...found] = await this.ask('documents', [aboutQuestion, ...questions], signal);
    const { about, stamp } = aboutIn(own);
    const filled = isFilled(about);
    if (stamp === undefined) return { names: noNames, found, filled };
    const withdrawn = (await this.#excludedNow(signal)).join();
    if (this.#known?.stamp !== stamp || this.#known.withdrawn !== withdrawn) {
      const [counted] = await this.ask(
        'documents',
        [{ filter: held, limit: 0, facets: ['spelling'] }],
        signal,
      );
      this.#known = { stamp, withdrawn, names: new Names(counted?.facets.spelling ?? {}) };
    }
    return { names: this.#known.names, found, filled };
  }

  async searchForms(
    text: string,
    signal?: AbortSignal,
  ): Promise<readonly { value: string; count: number }[]> {
    const excluded = await this.#excludedNow(signal);
    try {
      const answer = await this.#server.searchFacetValues(
        this.names.documents,
        { facetName: 'forms', facetQuery: text, ...without(excluded, 'id', { filter: held }) },
        signal,
      );
      return FacetAnswer.parse(answer).facetHits;
    } catch (error) {
      if (error instanceof NoSuchIndexError) return [];
      throw error;
    }
  }
}

/** What names the document in the records of each index. */
const idAttributes = { documents: 'id', passages: 'document' } as const;

/** Ids in one list of a filter: longer ones take the server more than their share. */
const idsAtOnce = 100;

function inGroups(ids: readonly string[]): string[][] {
  const groups = Math.ceil(ids.length / idsAtOnce);
  return Array.from({ length: groups }, (_, at) => ids.slice(at * idsAtOnce, (at + 1) * idsAtOnce));
}

/** The question with a filter that leaves these documents out. */
function without<Asked extends Pick<MultiSearchQuery, 'filter'>>(
  ids: readonly string[],
  attribute: string,
  question: Asked,
): Asked {
  if (ids.length === 0) return question;
  const filters = [question.filter ?? []].flat(1);
  return {
    ...question,
    filter: [...filters, ...inGroups(ids).map((group) => not(isAnyOf(attribute, group)))],
  };
}

export const aboutQuestion: Question = { filter: isAnyOf('id', [aboutId, changedId]), limit: 2 };

export function aboutIn(found: Found | undefined): About {
  const hits = found?.hits ?? [];
  return {
    about: hits.flatMap((hit) => AboutRecord.safeParse(hit).data ?? [])[0],
    stamp: hits.flatMap((hit) => ChangedRecord.safeParse(hit).data?.stamp ?? [])[0],
  };
}

/** Documents for which all of this is true. */
export function heldAnd(filters: readonly (string | undefined)[]): string {
  return allOf([held, ...filters.filter((filter) => filter !== undefined)]);
}
