/** Everything that an engine answers of the hostile documents, question by question, so that two can be compared. */
import { createHash } from 'node:crypto';
import { collection } from '../../search-index/collection.ts';
import type { Engine } from '../../search-index/engine.ts';
import { misspellingOf } from '../../search-index/misspellings.ts';
import { facets, type SearchIndex, sorts } from '../../search-index/search-index.ts';
import { tokens } from '../../search-index/tokens.ts';
import { entry, put, remove, request } from './entries.ts';
import { hostileBeginnings, hostileDocuments, hostileFilters, hostileQueries } from './hostile-documents.ts';

/** All documents in two pages. */
const all = { size: 100 } as const;

export const recordedAnswers = new URL('../fixtures/hostile-answers.json', import.meta.url);

/** By question. */
export type Answers = ReadonlyMap<string, unknown>;

export async function fillHostile(engine: Engine): Promise<void> {
  const documents = hostileDocuments();
  for (let at = 0; at < documents.length; at += 50) await engine.apply(put(...documents.slice(at, at + 50)));
  const [first, second] = [entry('vijandig-0'), entry('vijandig-1')];
  await engine.apply([
    remove({ ...first, revision: 2 }, { gone: true }),
    remove({ ...second, revision: 2 }, { gone: true, movedTo: entry('vijandig-2').id }),
  ]);
  await engine.markFilled((await engine.health()).generation);
}

/** The ids of what is found, all of it. */
export async function foundBy(engine: Engine, q: string): Promise<readonly string[]> {
  return (await whole(collection(engine), { q })).hits.map(({ id }) => id);
}

/** What is recorded of answers: what is found and counted, by a hash; not how passages of it are chosen and marked. */
export function recordOf(answers: Answers): Record<string, string> {
  const kept = [...answers].filter(([question]) => !question.startsWith('document '));
  return Object.fromEntries(
    kept.map(([question, answer]) => {
      const name = question.length > 60 ? `${question.slice(0, 40)}… ${hashOf(question)}` : question;
      return [name.toWellFormed(), hashOf(JSON.stringify(answer, leaveOut))];
    }),
  );
}

const unrecorded: ReadonlySet<string> = new Set(['passages', 'parts', 'titleParts', 'isLong']);
const leaveOut = (key: string, value: unknown) => (unrecorded.has(key) ? undefined : value);

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

export async function answersOf(engine: Engine): Promise<Answers> {
  const index = collection(engine);
  const answers = new Map<string, unknown>();
  const ids = hostileDocuments().map(({ id }) => id);
  for (const q of hostileQueries) {
    answers.set(`search ${q}`, await whole(index, { q }));
  }
  for (const facet of facets) {
    for (const value of facet === 'theme' || facet === 'series'
      ? hostileFilters
      : hostileFilters.slice(0, 60)) {
      answers.set(`${facet}=${value}`, await whole(index, { filters: { [facet]: [value] } }));
    }
    answers.set(`values of ${facet}`, await index.values(facet));
  }
  for (const sort of sorts.filter((each) => each !== 'relevance')) {
    for (let page = 1; page <= 2; page++) {
      const { hits } = await index.search(request({ sort, page, ...all }));
      answers.set(
        `${sort}, page ${page}`,
        hits.map(({ id }) => id),
      );
    }
  }
  for (const q of hostileBeginnings) answers.set(`suggest ${q}`, await index.suggest(q, 10));
  for (const q of [...hostileBeginnings, ...hostileQueries]) {
    for (const { text } of tokens(q)) {
      const misspelling = misspellingOf({ text: text.slice(0, -1), prefix: false });
      if (misspelling) answers.set(`resembling ${text.slice(0, -1)}`, await engine.resembling(misspelling));
    }
  }
  for (const id of ids) answers.set(`document ${id}`, await index.document(id, 'kerk kwakzalver'));
  answers.set('titles', await index.titles(ids));
  const entries = [];
  for await (const { id, revision } of index.entries()) entries.push({ id, revision });
  answers.set('entries', entries.sort(byId));
  return answers;
}

/** Engines may weigh relevance in their own ways; what they find is to be the same. */
async function whole(index: SearchIndex, asked: Parameters<typeof request>[0]) {
  const { hits, ...result } = await index.search(request({ ...asked, ...all }));
  const rest =
    hits.length < result.total ? (await index.search(request({ ...asked, ...all, page: 2 }))).hits : [];
  return { ...result, hits: [...hits, ...rest].sort(byId) };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
