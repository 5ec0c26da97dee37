/** What is counted beside the hits of a query: its documents by facet, whatever is selected there, and its words. */
import type { EngineQuery, Frequencies } from '../../engine.ts';
import type { QueryWord } from '../../query.ts';
import { type Facet, facets } from '../../search-index.ts';
import { isAnyOf } from './filters.ts';
import {
  type Found,
  held,
  heldAnd,
  type IndexReader,
  type NamedAnswers,
  type Question,
} from './index-reader.ts';
import { type Matching, wordFilter } from './matching.ts';

export type Filters = EngineQuery['filters'];

/** What is counted of all that matches and passes these filters. */
export interface Counting {
  readonly filters: Filters;
  readonly facets: readonly Facet[];
}

export interface Beside extends Pick<NamedAnswers, 'names' | 'filled'> {
  readonly frequencies: Frequencies;
  readonly counted: readonly Found[];
}

/** Everything but the hits, in one request beside theirs unless a phrase is read in several ways. */
export async function askBeside(
  reader: IndexReader,
  words: readonly QueryWord[],
  matching: Matching,
  counts: readonly Counting[],
  signal: AbortSignal | undefined,
): Promise<Beside> {
  const questions = frequencyQuestions(words);
  const [text, ...others] = matching.texts;
  if (others.length === 0) {
    const counting = counts.map(({ filters, facets }) => {
      return { q: text ?? '', filter: filterOf(matching, filters), limit: 0, facets: [...facets] };
    });
    const { names, found, filled } = await reader.askWithNames([...questions, ...counting], signal);
    const frequencies = frequenciesIn(found.slice(0, questions.length));
    return { names, filled, frequencies, counted: found.slice(questions.length) };
  }
  const [{ names, found, filled }, ...counted] = await Promise.all([
    reader.askWithNames(questions, signal),
    ...counts.map(({ filters, facets }) =>
      reader.askTogether(
        matching.texts.map((q) => ({ q, filter: filterOf(matching, filters) })),
        { offset: 0, limit: 0, facets },
        signal,
      ),
    ),
  ]);
  return { names, filled, frequencies: frequenciesIn(found), counted };
}

export async function frequenciesOf(
  reader: IndexReader,
  words: readonly QueryWord[],
  signal?: AbortSignal,
): Promise<Frequencies> {
  return frequenciesIn(await reader.ask('documents', frequencyQuestions(words), signal));
}

function frequencyQuestions(words: readonly QueryWord[]): Question[] {
  const filters = [held, ...words.map((word) => heldAnd([wordFilter(word)]))];
  return filters.map((filter) => ({ filter, limit: 0 }));
}

function frequenciesIn([all, ...matching]: readonly Found[]): Frequencies {
  return { documents: all?.total ?? 0, matching: matching.map(({ total }) => total) };
}

/** The documents that match and pass the filters, whatever the text of the query. */
export function filterOf(matching: Matching, filters: Filters): string {
  const selected = facets.filter((facet) => filters[facet].length > 0);
  return heldAnd([matching.filter, ...selected.map((facet) => isAnyOf(facet, filters[facet]))]);
}
