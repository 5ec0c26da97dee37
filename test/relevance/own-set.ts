/** The project's own judged set: `documents/` and `queries.yaml` beside this file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import type { IndexEntry } from '../../search-index/search-index.ts';
import { Kind } from '../../shared/document.ts';
import { slugOf } from '../../shared/fold.ts';
import { gradesOf, idOf, type JudgedInput, type JudgedQuery, uploadOf } from './judged-input.ts';

const labels = z.array(z.string()).default([]);
const Described = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  date: z.string(),
  kind: z._default(Kind, 'article'),
  language: z.string().default('nl'),
  themes: labels,
  keywords: labels,
  organisations: labels,
  /** Markdown. */
  text: z.string(),
});

const names = z.array(z.string()).default([]);
const Queries = z.record(
  z.string(),
  z.array(z.strictObject({ query: z.string(), exact: names, useful: names })),
);

export async function ownSet(): Promise<JudgedInput> {
  const folder = join(import.meta.dirname, 'documents');
  const described = readdirSync(folder)
    .sort()
    .flatMap((file) => z.array(Described).parse(parse(readFileSync(join(folder, file), 'utf8'))));
  const entries = await Promise.all(described.map(entryOf));
  return { name: 'own judged set', entries, queries: judgedQueries(new Set(described.map(({ id }) => id))) };
}

async function entryOf(described: z.infer<typeof Described>): Promise<IndexEntry> {
  const bytes = new TextEncoder().encode(described.text);
  const { passages } = await readUpload({ bytes, key: uploadOf(described.id) });
  return {
    id: idOf(described.id),
    revision: 1,
    kind: described.kind,
    visibility: 'public',
    language: described.language,
    title: described.title,
    titleOrigin: 'front-matter',
    publishedOn: described.date,
    summary: null,
    sourceUrl: null,
    upload: uploadOf(described.id),
    themes: described.themes.map(labelled),
    keywords: described.keywords.map(labelled),
    organisations: described.organisations.map((label) => ({ ...labelled(label), listed: true })),
    series: null,
    passages,
  };
}

function labelled(label: string): { slug: string; label: string } {
  return { slug: slugOf(label), label };
}

function judgedQueries(known: ReadonlySet<string>): JudgedQuery[] {
  const text = readFileSync(join(import.meta.dirname, 'queries.yaml'), 'utf8');
  return Object.entries(Queries.parse(parse(text))).flatMap(([kind, queries]) =>
    queries.map(({ query, exact, useful }) => {
      const grades = new Map([
        ...useful.map((name) => [name, 1] as const),
        ...exact.map((name) => [name, 2] as const),
      ]);
      if (grades.size === 0) throw new Error(`Nothing is said to answer: ${query}`);
      return { query, kind, grades: gradesOf(query, grades, known) };
    }),
  );
}
