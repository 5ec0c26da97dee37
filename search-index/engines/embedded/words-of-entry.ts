/** What of a document goes into the full-text tables. */
import { type Passage, textOf } from '../../../shared/document.ts';
import type { IndexEntry } from '../../search-index.ts';
import { words } from '../../tokens.ts';

/** To be raised when text is folded or taken apart into words in another way: the index must then be made again. */
export const wordsVersion = 1;

export interface WordsOfEntry {
  readonly title: string;
  readonly headings: string;
  /** Themes, keywords, series and the organisations that it lists. */
  readonly names: string;
  /** Organisations that its text mentions, and other spellings of all its names. */
  readonly mentions: string;
  readonly body: string;
  /** The same of each passage. */
  readonly passages: readonly { readonly heading: string; readonly body: string }[];
  /** Words in the body. */
  readonly length: number;
}

/**
 * Stands between passages, headings and names, so that a phrase never runs from one into the next. No word holds
 * it: it is neither a letter nor a digit.
 */
const boundary = ' \uE000 ';

export function wordsOfEntry(entry: IndexEntry): WordsOfEntry {
  let length = 0;
  const passages = entry.passages.map((passage) => {
    const body = words(textOf(passage));
    length += body.length;
    return { heading: headingOf(passage), body: body.join(' ') };
  });
  const listed = entry.organisations.filter((organisation) => organisation.listed);
  const mentioned = entry.organisations.filter((organisation) => !organisation.listed);
  const names = [...entry.themes, ...entry.keywords, ...listed, ...(entry.series ? [entry.series] : [])];
  return {
    title: words(entry.title).join(' '),
    headings: bounded(passages.map(({ heading }) => heading)),
    names: bounded(names.map(({ label }) => words(label).join(' '))),
    mentions: bounded(
      [...mentioned.map(({ label }) => label), ...(entry.alsoNamed ?? [])].map((name) =>
        words(name).join(' '),
      ),
    ),
    body: bounded(passages.map(({ body }) => body)),
    passages,
    length,
  };
}

function headingOf({ anchor }: Passage): string {
  return words(anchor.heading ?? '').join(' ');
}

function bounded(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(boundary);
}
