/** What a reader may mean who has typed the beginnings of words: names of the collection, then titles. */
import type { SuggestionCandidate } from '../../engine.ts';
import type { DocumentTitle } from '../../search-index.ts';
import { words as wordsIn } from '../../tokens.ts';
import { anyOf, isAnyOf, startsWith } from './filters.ts';
import { heldAnd, type IndexReader } from './index-reader.ts';
import { byText } from './names.ts';
import { TitleRecord } from './records.ts';

/** Titles among which suggestions are ordered. */
const titlesWeighed = 200;
/** Suggestions that titles keep when the vocabulary has more than enough. */
const titlesKept = 3;

type Beginnings = readonly (readonly string[])[];

export async function suggest(
  reader: IndexReader,
  beginnings: Beginnings,
  size: number,
  signal?: AbortSignal,
): Promise<readonly SuggestionCandidate[]> {
  const [names, titles] = await Promise.all([
    reader.namesNow(signal),
    titlesBeginning(reader, beginnings, size, signal),
  ]);
  const facets = ['theme', 'keyword', 'organisation', 'series'] as const;
  const named = facets
    .flatMap((type) =>
      names.beginningWith(type, beginnings, size).map((value) => ({ type, ...value, id: null })),
    )
    .sort((a, b) => b.count - a.count);
  const namesShown = Math.max(size - titles.length, size - titlesKept);
  return [...named.slice(0, namesShown), ...titles].slice(0, size);
}

async function titlesBeginning(
  reader: IndexReader,
  beginnings: Beginnings,
  size: number,
  signal: AbortSignal | undefined,
): Promise<SuggestionCandidate[]> {
  const ways = beginnings.map((each) => anyOf(each.map((beginning) => startsWith('titleWords', beginning))));
  const [found] = await reader.ask(
    'documents',
    [
      {
        filter: heldAnd(ways),
        sort: ['publishedOn:desc', 'id:asc'],
        limit: titlesWeighed,
        attributesToRetrieve: ['id', 'titleAsWritten'],
      },
    ],
    signal,
  );
  const typed = beginnings.map(([beginning]) => beginning ?? '').join(' ');
  return (found?.hits ?? [])
    .map((hit) => {
      const { id, titleAsWritten } = TitleRecord.parse(hit);
      return { id, title: titleAsWritten, folded: wordsIn(titleAsWritten).join(' ') };
    })
    .sort(
      (a, b) =>
        Number(b.folded.startsWith(typed)) - Number(a.folded.startsWith(typed)) ||
        byText(a.folded, b.folded) ||
        byText(a.id, b.id),
    )
    .slice(0, size)
    .map(({ id, title }) => ({ type: 'title', label: title, slug: null, id, count: 1 }));
}

/** Of those among these documents that are held. */
export async function titlesOf(
  reader: IndexReader,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<DocumentTitle[]> {
  const held = {
    filter: heldAnd([isAnyOf('id', ids)]),
    limit: ids.length,
    attributesToRetrieve: ['id', 'titleAsWritten'],
  };
  const [found] = await reader.ask('documents', [held], signal);
  return (found?.hits ?? []).map((hit) => {
    const { id, titleAsWritten: title } = TitleRecord.parse(hit);
    return { id, title };
  });
}
