/**
 * Research pages with front matter, from outside this repository. Their front matter is left out of the index and
 * taken for what it is: somebody's word on what each page is about.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import type { IndexEntry } from '../../search-index/search-index.ts';
import { foldedWords } from '../../shared/fold.ts';
import { idOf, type JudgedInput, type JudgedQuery, uploadOf } from './judged-input.ts';

export const researchPages = join(import.meta.dirname, '../../../shared/corpus/gebruikersonderzoeken');

const FrontMatter = z.object({
  title: z.string(),
  keywords: z.array(z.coerce.string()).default([]),
  tags: z.array(z.coerce.string()).default([]),
});

interface ResearchPage extends z.infer<typeof FrontMatter> {
  readonly name: string;
  readonly body: string;
}

/**
 * Which heading above all text counts as text: `none` is the honest one, for the page's title is hardly ever anything
 * else; `unlike title` leaves out only those that say the title again; `all` is how much the others cost.
 */
export const headingsKept = ['none', 'unlike title', 'all'] as const;
type HeadingsKept = (typeof headingsKept)[number];

export function hasResearchPages(): boolean {
  return existsSync(researchPages);
}

export async function researchInput(kept: HeadingsKept): Promise<JudgedInput> {
  const pages = readdirSync(researchPages)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map(readPage);
  const entries = await Promise.all(pages.map((page) => entryOf(page, kept)));
  return {
    name: `${pages.length} research pages, first heading kept: ${kept}`,
    entries,
    queries: [...keywordQueries(pages), ...titleQueries(pages)],
  };
}

function readPage(file: string): ResearchPage {
  const text = readFileSync(join(researchPages, file), 'utf8');
  const [whole = '', yaml = ''] = /^---\n([\s\S]*?)\n---\n/.exec(text) ?? [];
  return {
    ...FrontMatter.parse(parse(yaml)),
    name: file.replace(/\.md$/, ''),
    body: text.slice(whole.length),
  };
}

async function entryOf(page: ResearchPage, kept: HeadingsKept): Promise<IndexEntry> {
  const bytes = new TextEncoder().encode(page.body);
  const { kind, language, found, passages } = await readUpload({ bytes, key: uploadOf(page.name) });
  const heading = found.find(({ origin }) => origin === 'heading')?.title ?? '';
  const isKept = kept === 'all' || (kept === 'unlike title' && keyOf(heading) !== keyOf(page.title));
  return {
    id: idOf(page.name),
    revision: 1,
    kind,
    visibility: 'public',
    language,
    title: isKept ? heading : '',
    titleOrigin: 'heading',
    publishedOn: null,
    summary: null,
    sourceUrl: null,
    upload: uploadOf(page.name),
    themes: [],
    keywords: [],
    organisations: [],
    series: null,
    passages,
  };
}

const keyOf = (label: string) => foldedWords(label).join(' ');

/** Letters and digits: with this, the labels are the 191 that the reference figures speak of. */
const shortestLabel = 3;

/** A query per keyword and tag, however it is written; relevant is every page that lists it. */
function keywordQueries(pages: readonly ResearchPage[]): JudgedQuery[] {
  const queries = new Map<string, { query: string; grades: Map<string, number> }>();
  for (const { name, keywords, tags } of pages) {
    for (const label of [...keywords, ...tags].filter((each) => keyOf(each).length >= shortestLabel)) {
      const known = queries.get(keyOf(label)) ?? { query: label, grades: new Map() };
      known.grades.set(idOf(name), 1);
      queries.set(keyOf(label), known);
    }
  }
  return Array.from(queries.values(), (query) => ({ ...query, kind: 'keywords' }));
}

function titleQueries(pages: readonly ResearchPage[]): JudgedQuery[] {
  return pages.map(({ name, title }) => ({
    query: title,
    kind: 'titles',
    grades: new Map([[idOf(name), 1]]),
  }));
}
