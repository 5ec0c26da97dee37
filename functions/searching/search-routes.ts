/** Searching one collection over HTTP: the same routes serve visitors (`/search`) and staff (`/archive/search`). */

import type {
  DocumentTitle,
  Facet,
  Hit,
  IndexedDocument,
  MovedDocument,
  SearchIndex,
} from '../../search-index/search-index.ts';
import type { Anchor } from '../../shared/document.ts';
import { DocumentId } from '../../shared/document.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { type HttpRequest, type HttpResponse, json, type Route } from '../middleware/http-messages.ts';
import { parsePortion, parseQuery, parseSearch } from './search-parameters.ts';

/** Suggestions in one answer. */
const suggestions = 10;

const lists: Readonly<Record<string, Facet>> = {
  themes: 'theme',
  keywords: 'keyword',
  organisations: 'organisation',
  series: 'series',
};

const nothingThere = () =>
  new NotFoundError({
    nl: 'Dit is niet gevonden. Controleer het adres, of zoek op een woord uit de titel.',
    en: 'This was not found. Check the address, or search for a word of the title.',
  });

/** `prefix` comes before every path and every link: empty for visitors, `/archive` for staff. */
export function searchRoutes(index: SearchIndex, prefix: string): Route[] {
  const get = (path: string, answer: Route['answer']): Route => ({
    method: 'GET',
    path: prefix + path,
    answer,
  });
  return [
    get('/search', async ({ query }) => {
      const request = parseSearch(query);
      const { hits, ...result } = await index.search(request);
      return json({
        query: request.q,
        page: request.page,
        size: request.size,
        ...result,
        hits: hits.map((hit) => hitAnswer(hit, prefix)),
      });
    }),
    get('/suggest', async ({ query }) =>
      json({ suggestions: await index.suggest(parseQuery(query), suggestions) }),
    ),
    ...Object.entries(lists).flatMap(([name, facet]) => [
      get(`/${name}`, async () => json({ [name]: await index.values(facet) })),
      get(`/${name}/{slug}`, async ({ parameters }) => {
        const value = (await index.values(facet)).find(({ slug }) => slug === parameters.slug);
        if (!value) throw nothingThere();
        return json(value);
      }),
    ]),
  ];
}

/** A document with those that have the same bytes and that the collection holds too. */
export interface ShownDocument extends Omit<IndexedDocument, 'sameAs'> {
  readonly sameAs: readonly (DocumentTitle & { readonly url: string })[];
}

/**
 * Answers the document that the path names, or the portion of it that is asked, marked with the words of `q`; or leads
 * to where it went under another name (308). Throws NotFoundError; `gone` when it was removed.
 */
export async function answerDocument(
  index: SearchIndex,
  request: HttpRequest,
  prefix: string,
  answer: (document: ShownDocument) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const { parameters, query } = request;
  const addressOf = (id: string) => `${prefix}/documents/${id}`;
  const id = DocumentId.safeParse(parameters.id);
  if (!id.success) throw nothingThere();
  const document = await index.document(id.data, parseQuery(query), parsePortion(query));
  if (!document) throw nothingThere();
  if (document === 'gone') throw removed();
  if ('movedTo' in document) {
    const asked = query.size > 0 ? `?${query}` : '';
    return { status: 308, headers: { location: addressOf(await endOf(document, index)) + asked }, body: '' };
  }
  const held = await index.titles(document.sameAs);
  return answer({ ...document, sameAs: held.map((same) => ({ ...same, url: addressOf(same.id) })) });
}

/** A document is not often renamed more than this before its old addresses are forgotten. */
const renamesFollowed = 20;

/** Where the last of its renamings led, if this collection holds that. Throws NotFoundError otherwise. */
async function endOf(moved: MovedDocument, index: SearchIndex): Promise<string> {
  let { movedTo } = moved;
  for (let followed = 1; followed <= renamesFollowed; followed++) {
    const [held] = await index.titles([movedTo]);
    if (held) return held.id;
    const next = await index.document(movedTo, '');
    if (next === undefined || next === 'gone' || !('movedTo' in next)) break;
    movedTo = next.movedTo;
  }
  throw removed();
}

const removed = () =>
  new NotFoundError(
    { nl: 'Dit document is verwijderd.', en: 'This document has been removed.' },
    { gone: true },
  );

/** A hit with its own address and that of each passage, which names the passage where the text may be in portions. */
function hitAnswer({ isLong, ...hit }: Hit, prefix: string) {
  const url = `${prefix}/documents/${hit.id}`;
  return {
    ...hit,
    url,
    passages: hit.passages.map((passage) => {
      const fragment = fragmentOf(passage.anchor);
      return { ...passage, url: `${url}${isLong ? `?passage=${fragment}` : ''}#${fragment}` };
    }),
  };
}

/** The document with its own address, that of each passage, and those of the portions beside this one. */
export function documentAnswer(
  document: ShownDocument,
  { query }: Pick<HttpRequest, 'query'>,
  prefix: string,
) {
  const { portion, passages } = document;
  const url = `${prefix}/documents/${document.id}`;
  const addressOf = (number: number) =>
    number < 1 || number > portion.of ? null : `${url}?${portionQuery(query, number)}`;
  // In a text of one portion the fragment alone leads there, whatever else is asked.
  const here = portion.of > 1 ? `?portion=${portion.number}` : '';
  return {
    ...document,
    url,
    portion: { ...portion, previous: addressOf(portion.number - 1), next: addressOf(portion.number + 1) },
    // Without the blocks, which hold the same text once more: who reads JSON has it in `parts`.
    passages: passages.map(({ blocks: _, ...passage }) => ({
      ...passage,
      url: `${url}${here}#${fragmentOf(passage.anchor)}`,
    })),
  };
}

/** The same request for another portion. */
export function portionQuery(query: URLSearchParams, number: number): URLSearchParams {
  const other = new URLSearchParams(query);
  other.delete('passage');
  other.set('portion', String(number));
  return other;
}

/** What stands behind the `#` of a link to a passage, and is the id of its element on the document's page. */
export function fragmentOf({ type, number }: Anchor): string {
  return `${type}-${number}`;
}
