/** Documents for tests of the search index, written for them: only what a test is about needs to be said. */

import type {
  Facet,
  IndexChange,
  IndexEntry,
  Parts,
  SearchRequest,
} from '../../search-index/search-index.ts';
import { documentId, type Passage } from '../../shared/document.ts';
import { slugOf } from '../../shared/fold.ts';

export function section(
  heading: string | null,
  ...paragraphs: readonly string[]
): Omit<Passage, 'anchor'> & {
  readonly heading: string | null;
} {
  return { heading, level: 2, blocks: paragraphs.map((text) => ({ type: 'paragraph', text })) };
}

interface Described {
  readonly title?: string;
  readonly publishedOn?: string | null;
  readonly kind?: IndexEntry['kind'];
  readonly revision?: number;
  readonly summary?: string;
  readonly themes?: readonly string[];
  readonly keywords?: readonly string[];
  readonly organisations?: readonly string[];
  readonly mentions?: readonly string[];
  readonly series?: string;
  readonly alsoNamed?: readonly string[];
  readonly text?: string | readonly ReturnType<typeof section>[];
}

export function labelled(label: string): { slug: string; label: string } {
  return { slug: slugOf(label), label };
}

export function entry(name: string, described: Described = {}): IndexEntry {
  const upload = `public/${name}.md`;
  const sections =
    typeof described.text === 'object'
      ? described.text
      : [section(null, described.text ?? 'Niets bijzonders.')];
  return {
    id: documentId(upload),
    revision: described.revision ?? 1,
    kind: described.kind ?? 'article',
    visibility: 'public',
    language: 'nl',
    title: described.title ?? name,
    titleOrigin: 'heading',
    publishedOn: described.publishedOn ?? null,
    summary: described.summary ?? null,
    sourceUrl: null,
    upload,
    themes: (described.themes ?? []).map(labelled),
    keywords: (described.keywords ?? []).map(labelled),
    organisations: [
      ...(described.organisations ?? []).map((label) => ({ ...labelled(label), listed: true })),
      ...(described.mentions ?? []).map((label) => ({ ...labelled(label), listed: false })),
    ],
    series: described.series === undefined ? null : { ...labelled(described.series), number: null },
    passages: sections.map(({ heading, level, blocks }, at) => ({
      anchor: { type: 'section', number: at + 1, heading },
      level,
      blocks,
    })),
    ...(described.alsoNamed ? { alsoNamed: described.alsoNamed } : {}),
  };
}

export function put(...entries: readonly IndexEntry[]): IndexChange[] {
  return entries.map((each) => ({ type: 'put', entry: each }));
}

export function remove(
  { id, revision }: Pick<IndexEntry, 'id' | 'revision'>,
  { gone = false, movedTo }: { readonly gone?: boolean; readonly movedTo?: string } = {},
): IndexChange {
  return { type: 'remove', id, revision, gone, ...(movedTo !== undefined && { movedTo }) };
}

type Asked = Partial<Omit<SearchRequest, 'filters'>> & {
  readonly filters?: Partial<Record<Facet, string[]>>;
};

export function request({ filters = {}, ...asked }: Asked = {}): SearchRequest {
  return {
    q: '',
    sort: 'relevance',
    page: 1,
    size: 10,
    prefix: true,
    ...asked,
    filters: { theme: [], keyword: [], organisation: [], kind: [], year: [], series: [], ...filters },
  };
}

/** The text with what is marked between square brackets. */
export function bracketed(parts: Parts): string {
  return parts.map(([text, matched]) => (matched ? `[${text}]` : text)).join('');
}

export function joined(parts: Parts): string {
  return parts.map(([text]) => text).join('');
}
