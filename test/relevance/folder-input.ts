/** Anyone's own documents and questions: `--pages DIR --questions FILE.json`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { toCanonical } from '../../functions/ingest-document/metadata.ts';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import type { IndexEntry } from '../../search-index/search-index.ts';
import { withDisplacedLines, withHeadline } from '../../shared/displaced-text.ts';
import type { Listed } from '../../shared/document.ts';
import { slugOf } from '../../shared/fold.ts';
import { gradesOf, idOf, type JudgedInput, uploadOf } from './judged-input.ts';

const Questions = z.array(z.object({ query: z.string(), relevant: z.array(z.string()).min(1) }));

/** The Markdown and text files of a folder, and the questions of a file, with the names of the files that answer them. */
export async function folderInput(folder: string, questionsFile: string): Promise<JudgedInput> {
  const files = readdirSync(folder)
    .filter((file) => /\.(?:md|txt)$/i.test(file))
    .sort();
  const entries: IndexEntry[] = [];
  for (const file of files) entries.push(await entryOf(folder, file));
  const known = new Set(files);
  const questions = Questions.parse(JSON.parse(readFileSync(questionsFile, 'utf8')));
  const queries = questions.map(({ query, relevant }) => {
    const grades = gradesOf(query, new Map(relevant.map((file) => [file, 1])), known);
    return { query, kind: 'questions', grades };
  });
  return { name: `${files.length} files of ${folder}`, entries, queries };
}

async function entryOf(folder: string, file: string): Promise<IndexEntry> {
  const reading = await readUpload({ bytes: readFileSync(join(folder, file)), key: file });
  const document = toCanonical(reading, [], file);
  return {
    id: idOf(file),
    revision: 1,
    kind: document.kind,
    visibility: 'public',
    language: document.language,
    title: document.title.value,
    titleOrigin: document.title.origin,
    publishedOn: document.publishedOn?.value ?? null,
    summary: document.summary?.value ?? null,
    sourceUrl: null,
    upload: uploadOf(file),
    themes: labelsOf(document.themes?.value),
    keywords: labelsOf(document.keywords?.value),
    organisations: labelsOf(document.organisations?.value).map((each) => ({ ...each, listed: true })),
    series: null,
    passages: withDisplacedLines(withHeadline(document)).passages,
  };
}

/** Only a vocabulary can take a line with several names apart; as one label its words are found as well. */
function labelsOf(listed: readonly Listed[] | undefined): { slug: string; label: string }[] {
  return (listed ?? []).map(({ text }) => ({ slug: slugOf(text), label: text }));
}
