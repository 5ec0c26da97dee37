/** The passages of hits that are worth showing; those of a long publication are found by their own records. */
import type { Passage } from '../../../shared/document.ts';
import type { Candidates } from '../../engine.ts';
import { isBlank, type Query } from '../../query.ts';
import { isAnyOf } from './filters.ts';
import { heldAnd, type IndexReader, type Question } from './index-reader.ts';
import { headingAttributes, matchingOf, type TermAttributes, termAttributes } from './matching.ts';
import { PassageRecord, PassagesRecord, PassageTextRecord, passageId } from './records.ts';

/** Passages of one document among which the best are chosen: those that hold most, and the first of each word. */
const fullestAtMost = 8;
const firstOfEach = 2;
const passagesAtMost = 24;
/** Passages read for the beginning of a document: the first may be a heading only. */
const leadPassages = 3;

/** Standing in the heading too is worth less than another word of the query. */
const headingWorth = 0.5;

/** As many passages as can hold a word; more than the index answers with are not counted. */
const everyPassage = 10_000;

export async function candidatesOf(
  reader: IndexReader,
  ids: readonly string[],
  query: Query,
  signal?: AbortSignal,
): Promise<readonly Candidates[]> {
  if (ids.length === 0) return [];
  const [found] = await reader.ask(
    'documents',
    [
      {
        filter: heldAnd([isAnyOf('id', ids)]),
        limit: ids.length,
        attributesToRetrieve: ['id', 'version', 'passages'],
      },
    ],
    signal,
  );
  const documents = (found?.hits ?? []).map((hit) => PassagesRecord.parse(hit));
  const long = documents.filter(({ passages }) => passages === undefined).map(({ version }) => version);
  const ofLong = await passagesHolding(reader, long, query, signal);
  const byId = new Map(
    documents.map(({ id, version, passages }) => [
      id,
      { isLong: passages === undefined, passages: passages ?? ofLong.get(version) ?? [] },
    ]),
  );
  return ids.flatMap((id) => {
    const found = byId.get(id);
    if (found === undefined) return [];
    const { isLong, passages } = found;
    return { id, isLong, passages: isBlank(query) ? passages.slice(0, leadPassages) : passages };
  });
}

/** For each version of a long document, the passages that hold most of the query, in its order. */
async function passagesHolding(
  reader: IndexReader,
  versions: readonly string[],
  query: Query,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly Passage[]>> {
  const passages = new Map<string, Passage[]>();
  if (versions.length === 0) return passages;
  const tallies = await tallied(reader, versions, query, signal);
  const ids = versions.flatMap((version) => {
    const holding = chosen([...(tallies.get(version)?.values() ?? [])]);
    const numbers =
      holding.length > 0 ? holding : Array.from({ length: leadPassages }, (_, number) => number);
    return numbers.map((number) => passageId(version, number));
  });
  const [found] = await reader.ask(
    'passages',
    [
      {
        filter: isAnyOf('id', ids),
        limit: ids.length,
        attributesToRetrieve: ['id', 'version', 'number', 'passage'],
      },
    ],
    signal,
  );
  const records = (found?.hits ?? []).map((hit) => PassageTextRecord.parse(hit));
  for (const { version, passage } of records.sort((a, b) => a.number - b.number)) {
    passages.set(version, [...(passages.get(version) ?? []), passage]);
  }
  return passages;
}

interface Tally {
  readonly number: number;
  worth: number;
  isFirst: boolean;
}

const allFields = ['heading', 'body'];

/** One question for each word and phrase, over all the documents, and one for the headings that hold it. */
async function tallied(
  reader: IndexReader,
  versions: readonly string[],
  query: Query,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, ReadonlyMap<number, Tally>>> {
  const tallies = new Map<string, Map<number, Tally>>();
  const clauses = clausesOf(query);
  const answers = await reader.ask(
    'passages',
    clauses.flatMap((clause) => [
      ...questionsOf(clause, termAttributes, allFields, versions),
      ...questionsOf(clause, headingAttributes, ['heading'], versions),
    ]),
    signal,
  );
  let next = 0;
  const numbersIn = (count: number) => {
    const numbers = new Map<string, Set<number>>();
    for (const { hits } of answers.slice(next, next + count)) {
      for (const hit of hits) {
        const { version, number } = PassageRecord.parse(hit);
        numbers.set(version, (numbers.get(version) ?? new Set()).add(number));
      }
    }
    next += count;
    return numbers;
  };
  for (const clause of clauses) {
    const readings = matchingOf(clause).texts.length;
    for (const [version, numbers] of numbersIn(readings)) {
      const tally = tallies.get(version) ?? new Map<number, Tally>();
      tallies.set(version, tally);
      for (const [at, number] of [...numbers].sort((a, b) => a - b).entries()) {
        const known = tally.get(number) ?? { number, worth: 0, isFirst: false };
        tally.set(number, { number, worth: known.worth + 1, isFirst: known.isFirst || at < firstOfEach });
      }
    }
    for (const [version, numbers] of numbersIn(readings)) {
      for (const number of numbers) {
        const known = tallies.get(version)?.get(number);
        if (known) known.worth += headingWorth;
      }
    }
  }
  return tallies;
}

/** Each word and each phrase as a query of its own. */
function clausesOf({ words, phrases }: Query): Query[] {
  const alone = { words: [], sufficient: [[]], phrases: [], excluded: [] };
  return [
    ...words.map((word) => ({ ...alone, words: [word], sufficient: [[0]] })),
    ...phrases.map((phrase) => ({ ...alone, phrases: [phrase] })),
  ];
}

function questionsOf(
  clause: Query,
  attributes: TermAttributes,
  fields: readonly string[],
  versions: readonly string[],
): Question[] {
  const { filter, texts } = matchingOf(clause, attributes);
  const inVersions = isAnyOf('version', versions);
  return texts.map((q) => ({
    q,
    filter: filter === undefined ? inVersions : `${inVersions} AND ${filter}`,
    attributesToSearchOn: [...fields],
    attributesToRetrieve: ['id', 'version', 'number'],
    limit: everyPassage,
  }));
}

function chosen(tallies: readonly Tally[]): number[] {
  const byWorth = [...tallies].sort((a, b) => b.worth - a.worth || a.number - b.number);
  return byWorth
    .filter(({ isFirst }, at) => at < fullestAtMost || isFirst)
    .slice(0, passagesAtMost)
    .map(({ number }) => number)
    .sort((a, b) => a - b);
}
