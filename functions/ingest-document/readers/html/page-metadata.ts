/** What a page says of itself: meta elements, Dublin Core, Open Graph, JSON-LD, its title. */
import { Parser } from 'htmlparser2';
import * as z from 'zod';
import type { Found, Kind, Listed, VisibilityStatement } from '../../../../shared/document.ts';
import { trimEndOf } from '../../../../shared/trim-end.ts';
import { cleaned } from '../../../../shared/visible-text.ts';
import { publicationDate } from '../../publication-date.ts';
import { mayNameVisibility } from '../../visibility/stated-visibility.ts';
import { listedNames, propertyDate, worthwhileSummary, worthwhileTitle } from '../document-properties.ts';

export interface PageMetadata {
  readonly found: Found;
  readonly kind: Kind;
  readonly language: string | null;
  /** The title with the site's name still behind it. */
  readonly fullTitle: string;
}

interface Raw {
  meta: Map<string, string[]>;
  visibility: VisibilityStatement[];
  title: string;
  headings: string[];
  jsonLd: string[];
  language: string | null;
  canonical: string | undefined;
  times: string[];
  tags: string[];
}

/** Enough for any article; a page with more is a list of articles. */
const maxScripts = 20;

export function pageMetadata(html: string, today: string): PageMetadata {
  const raw = collect(html);
  const linked = raw.jsonLd.flatMap(parseJsonLd);
  const article = linked.find(({ types }) => types.some((type) => articleType.test(type)));
  const about = article ?? linked.find(({ types }) => types.some((type) => /WebPage$/.test(type)));
  const first = (...names: readonly string[]) =>
    names.flatMap((name) => raw.meta.get(name) ?? []).find((value) => value.trim() !== '');
  const all = (...names: readonly string[]) => names.flatMap((name) => raw.meta.get(name) ?? []);

  const site = first('og:site_name', 'application-name') ?? '';
  const titles = [
    first('og:title'),
    article?.headline,
    first('dc.title', 'dcterms.title', 'citation_title'),
    first('twitter:title'),
    raw.title,
  ];
  const title = titles
    .map((candidate) => worthwhileTitle(withoutSite(candidate, site, raw.headings)))
    .find(Boolean);
  const dates = [
    first('article:published_time', 'og:article:published_time'),
    article?.datePublished,
    first(
      'dcterms.issued',
      'dc.date.issued',
      'dc.date',
      'dcterms.date',
      'dcterms.created',
      'dc.date.created',
      'citation_publication_date',
      'citation_date',
    ),
    first(
      'datepublished',
      'date',
      'pubdate',
      'publishdate',
      'publication_date',
      'publish-date',
      'overheid.date',
    ),
    about?.datePublished,
    ...raw.times,
  ];
  const publishedOn = dates
    .map((date) => propertyDate(date, today) ?? (date ? publicationDate(date, today) : null))
    .find(Boolean);
  const summary = [
    first('description', 'og:description', 'dc.description', 'dcterms.description'),
    about?.description,
  ]
    .map(worthwhileSummary)
    .find(Boolean);
  const keywords = distinct([
    ...all('article:tag', 'og:article:tag')
      .map(cleaned)
      .filter(Boolean)
      .map((text): Listed => ({ form: 'label', text })),
    ...all('keywords', 'news_keywords', 'dc.subject', 'dcterms.subject').flatMap(listedNames),
    ...(article?.keywords ?? []).flatMap(listedNames),
    ...raw.tags.flatMap((text): Listed[] => (cleaned(text) ? [{ form: 'label', text: cleaned(text) }] : [])),
  ]);
  const themes = distinct(
    all('article:section', 'og:article:section')
      .map(cleaned)
      .filter(Boolean)
      .map((text): Listed => ({ form: 'label', text })),
  );
  const sourceUrl = [raw.canonical, first('og:url'), about?.url].map(webAddress).find(Boolean);
  return {
    kind:
      article || /article/i.test(first('og:type') ?? '') || first('article:published_time')
        ? 'article'
        : 'page',
    language:
      raw.language ?? first('dc.language', 'dcterms.language', 'language', 'content-language') ?? null,
    fullTitle: cleaned(raw.title),
    found: {
      origin: 'property',
      ...(title && { title }),
      ...(publishedOn && { publishedOn }),
      ...(summary && { summary }),
      ...(keywords.length > 0 && { keywords }),
      ...(themes.length > 0 && { themes }),
      ...(sourceUrl && { sourceUrl }),
      ...(raw.visibility.length > 0 && { visibility: raw.visibility }),
    },
  };
}

function collect(html: string): Raw {
  const raw: Raw = {
    meta: new Map(),
    visibility: [],
    title: '',
    headings: [],
    jsonLd: [],
    language: null,
    canonical: undefined,
    times: [],
    tags: [],
  };
  let into: ((text: string) => void) | undefined;
  let until = '';
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === 'html') raw.language = attributes.lang ?? attributes['xml:lang'] ?? null;
        else if (name === 'meta') addMeta(raw, attributes);
        else if (name === 'link' && attributes.rel?.toLowerCase() === 'canonical')
          raw.canonical ??= attributes.href;
        else if (name === 'time' && isPublication(attributes) && attributes.datetime)
          raw.times.push(attributes.datetime);
        if (into) return;
        until = name;
        if (name === 'title' && raw.title === '') {
          into = (text) => {
            raw.title += text;
          };
        } else if (name === 'h1') into = appendTo(raw.headings);
        else if (name === 'a' && attributes.rel?.split(/\s+/).join(' ') === 'tag') into = appendTo(raw.tags);
        else if (
          name === 'script' &&
          /ld\+json/i.test(attributes.type ?? '') &&
          raw.jsonLd.length < maxScripts
        ) {
          into = appendTo(raw.jsonLd);
        }
      },
      ontext(text) {
        into?.(text);
      },
      onclosetag(name) {
        if (name === until) into = undefined;
      },
    },
    { decodeEntities: true },
  );
  parser.write(html);
  parser.end();
  return raw;
}

function appendTo(list: string[]): (text: string) => void {
  const at = list.push('') - 1;
  return (text) => {
    list[at] += text;
  };
}

function addMeta(raw: Raw, attributes: Readonly<Record<string, string>>): void {
  raw.visibility.push(...visibilityIn(attributes));
  const name = (attributes.property ?? attributes.name ?? attributes.itemprop ?? attributes['http-equiv'])
    ?.trim()
    .toLowerCase();
  const content = attributes.content;
  if (!name || content === undefined) return;
  const values = raw.meta.get(name);
  if (values) values.push(content);
  else raw.meta.set(name, [content]);
}

/** By any name that the element has, without the vocabulary that it is from: `dcterms.accessRights`, `x:visibility`. */
function visibilityIn(attributes: Readonly<Record<string, string>>): VisibilityStatement[] {
  const { property = '', name = '', itemprop = '', 'http-equiv': header = '', content = '' } = attributes;
  const names = [property, name, itemprop, header].map((given) => given.slice(1 + lastSign(given)));
  return names.filter(mayNameVisibility).map((given) => ({ name: given, value: content }));
}

const lastSign = (name: string) => Math.max(name.lastIndexOf('.'), name.lastIndexOf(':'));

const isPublication = (attributes: Readonly<Record<string, string>>) =>
  'pubdate' in attributes ||
  attributes.itemprop?.toLowerCase() === 'datepublished' ||
  /(^|\s)(entry-date|published|post-date)(\s|$)/.test(attributes.class ?? '');

const articleType = /(Article|BlogPosting|Report|NewsArticle|TechArticle)$/;

const texts = z.union([
  z.string().transform((text) => [text]),
  z.array(z.unknown()).transform((list) => list.filter((item) => typeof item === 'string')),
]);
const optionalText = z.string().optional().catch(undefined);
const LinkedData = z.object({
  '@type': texts.catch([]),
  headline: optionalText,
  datePublished: optionalText,
  description: optionalText,
  url: optionalText,
  keywords: texts.catch([]),
});

interface Linked {
  types: string[];
  headline: string | undefined;
  datePublished: string | undefined;
  description: string | undefined;
  url: string | undefined;
  keywords: string[];
}

function parseJsonLd(script: string): Linked[] {
  let data: unknown;
  try {
    data = JSON.parse(script.replace(/^\s*<!\[CDATA\[|\]\]>\s*$/g, ''));
  } catch {
    return [];
  }
  const nodes = [data].flat().flatMap((node) => {
    const graph = z.object({ '@graph': z.array(z.unknown()) }).safeParse(node);
    return graph.success ? graph.data['@graph'] : [node];
  });
  return nodes.flatMap((node) => {
    const parsed = LinkedData.safeParse(node);
    if (!parsed.success) return [];
    const { '@type': types, ...rest } = parsed.data;
    return [
      {
        types,
        headline: rest.headline,
        datePublished: rest.datePublished,
        description: rest.description,
        url: rest.url,
        keywords: rest.keywords,
      },
    ];
  });
}

/** `Titel | Site` without the site: where the site is known, or the page's heading says the title alone. */
function withoutSite(
  text: string | undefined,
  site: string,
  headings: readonly string[],
): string | undefined {
  if (!text) return undefined;
  const title = cleaned(text);
  const heading = headings
    .map(cleaned)
    .find((candidate) => candidate !== '' && title !== candidate && title.startsWith(candidate));
  if (heading && /^\s*[|–—\-·•:»/]/.test(title.slice(heading.length))) return heading;
  const at = site ? title.lastIndexOf(cleaned(site)) : -1;
  const before = at > 0 && at + cleaned(site).length === title.length ? withoutJoint(title.slice(0, at)) : '';
  return before || title;
}

/** Without the sign at its end that parted it from what came next. */
function withoutJoint(text: string): string {
  const joined = text.trimEnd();
  const alone = trimEndOf(joined, /[|–—\-·•:»/]/);
  return alone === joined ? text : alone.trimEnd();
}

function webAddress(text: string | undefined): string | undefined {
  if (!text || !/^https?:\/\//i.test(text.trim())) return undefined;
  return URL.canParse(text.trim()) ? text.trim() : undefined;
}

function distinct(list: readonly Listed[]): Listed[] {
  return [...new Map(list.map((listed) => [listed.text.toLowerCase(), listed])).values()];
}
