import * as z from 'zod/mini';
import {
  type Facet,
  type SearchRequest,
  sorts,
  type WantedPortion,
} from '../../search-index/search-index.ts';
import { Anchor } from '../../shared/document.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import type { Message } from '../../shared/message.ts';
import { inOneLine } from '../../shared/visible-text.ts';

/** Characters of a query. */
export const longestQuery = 512;
/** Hits; asking for what lies deeper is refused. */
export const deepestHit = 1000;

const refused = (nl: string, en: string): Message => ({ nl, en });

const messages: Readonly<Record<string, Message>> = {
  q: refused(
    `De zoekvraag is te lang; gebruik hoogstens ${longestQuery} tekens.`,
    `The query is too long; use at most ${longestQuery} characters.`,
  ),
  sort: refused(
    'Deze volgorde bestaat niet; kies relevance, newest of oldest.',
    'There is no such order; choose relevance, newest or oldest.',
  ),
  page: refused(
    'Dit paginanummer kan niet; gebruik een heel getal vanaf 1.',
    'This page number is not possible; use a whole number from 1.',
  ),
  size: refused(
    'Dit aantal per pagina kan niet; gebruik een heel getal van 1 tot en met 100.',
    'This number of hits on a page is not possible; use a whole number from 1 to 100.',
  ),
  prefix: refused('Gebruik voor prefix true of false.', 'Use true or false for prefix.'),
  portion: refused(
    'Dit deel kan niet; gebruik een heel getal vanaf 1.',
    'This portion is not possible; use a whole number from 1.',
  ),
  passage: refused(
    'Deze passage kan niet; gebruik bijvoorbeeld page-12 of section-3.',
    'This passage is not possible; use for example page-12 or section-3.',
  ),
};

const tooDeep = refused(
  `Er kan tot ${deepestHit} resultaten diep worden gebladerd. Maak de zoekvraag preciezer of kies een filter.`,
  `Pages end after ${deepestHit} hits. Make the query more precise or choose a filter.`,
);

const whole = (most: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,6}$/)),
    z.pipe(z.transform(Number), z.int().check(z.minimum(1), z.maximum(most))),
  );

/** What shows nothing in a query means nothing in it. */
export const QueryText = z._default(
  z.pipe(z.string().check(z.refine((q) => Array.from(q).length <= longestQuery)), z.transform(inOneLine)),
  '',
);

const Parameters = z.object({
  q: QueryText,
  sort: z._default(z.enum(sorts), 'relevance'),
  page: z._default(whole(999_999), 1),
  size: z._default(whole(100), 10),
  prefix: z._default(z.enum(['true', 'false']), 'true'),
});

/** What `/search` was asked. Unknown parameters are ignored; a bad one throws InvalidInputError naming what is allowed. */
export function parseSearch(query: URLSearchParams): SearchRequest {
  const { q, sort, page, size, prefix } = parse(Parameters, query);
  if ((page - 1) * size >= deepestHit) throw new InvalidInputError(tooDeep);
  return { q, sort, page, size, prefix: prefix === 'true', filters: parseFilters(query) };
}

/** The words of a query, for suggestions and for marking a document. */
export function parseQuery(query: URLSearchParams): string {
  return parse(z.object({ q: QueryText }), query).q;
}

const Passage = z.pipe(
  z.string().check(z.regex(/^[a-z]+-\d{1,9}$/)),
  z.pipe(
    z.transform((fragment: string) => {
      const [type, number] = fragment.split('-');
      return { type, number: Number(number) };
    }),
    z.pick(Anchor, { type: true, number: true }),
  ),
);

const Portion = z.object({ portion: z.optional(whole(999_999)), passage: z.optional(Passage) });

/** Which portion of a long document was asked. */
export function parsePortion(query: URLSearchParams): WantedPortion {
  const { portion: number, passage } = parse(Portion, query);
  return { number, passage };
}

function parse<Schema extends z.ZodMiniType>(schema: Schema, query: URLSearchParams): z.infer<Schema> {
  const parsed = schema.safeParse(Object.fromEntries(query));
  if (parsed.success) return parsed.data;
  const [name] = parsed.error.issues[0]?.path ?? [];
  throw new InvalidInputError(
    messages[String(name)] ?? refused('Deze zoekvraag kan niet.', 'This query is not possible.'),
  );
}

function parseFilters(query: URLSearchParams): Readonly<Record<Facet, readonly string[]>> {
  const selected = (facet: Facet) => [...new Set(query.getAll(facet).filter((slug) => slug.trim() !== ''))];
  return {
    theme: selected('theme'),
    keyword: selected('keyword'),
    organisation: selected('organisation'),
    kind: selected('kind'),
    year: selected('year'),
    series: selected('series'),
  };
}
