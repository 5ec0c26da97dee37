/** What of a document an engine matches and ranks by: its words as the Dutch analyser takes them, field by field. */
import { type Passage, textOf } from '../shared/document.ts';
import { analysed } from './analysed.ts';
import type { IndexEntry } from './search-index.ts';

/** To be raised when a field or a class of words is made in another way: the index must then be made again. */
export const wordsVersion = 2;

/** The words of one field, apart by spaces, in three classes. */
export interface FieldWords {
  /** The lemma of every word in its place, so that a phrase is a run of them. */
  readonly lemmas: string;
  /** The different words as written (folded), function words left out: what tells the word asked from its inflections. */
  readonly forms: string;
  /** What else a word is found by: the lemmas of a compound's parts, in a run for each compound, and second lemmas. */
  readonly parts: string;
}

export interface PassageWords {
  readonly heading: FieldWords;
  readonly body: FieldWords;
}

export interface WordsOfEntry {
  readonly title: FieldWords;
  readonly headings: FieldWords;
  /** Themes, keywords, series and the organisations that it lists. */
  readonly names: FieldWords;
  /** Organisations that its text mentions, and other spellings of all its names. */
  readonly mentions: FieldWords;
  readonly body: FieldWords;
  /** The same of each passage. */
  readonly passages: readonly PassageWords[];
  /** Words in the body. */
  readonly length: number;
}

/**
 * Stands between passages, headings, names and compounds, so that a phrase never runs from one into the next. No
 * word holds it: it is neither a letter nor a digit.
 */
export const boundary = '\uE000';

export function wordsOfEntry(entry: IndexEntry): WordsOfEntry {
  const { language } = entry;
  const listed = entry.organisations.filter((organisation) => organisation.listed);
  const mentioned = entry.organisations.filter((organisation) => !organisation.listed);
  const names = [...entry.themes, ...entry.keywords, ...listed, ...(entry.series ? [entry.series] : [])];
  const passages = entry.passages.map((passage) => wordsOfPassage(passage, language));
  return {
    title: wordsOf(entry.title, language),
    headings: together(passages.map(({ heading }) => heading)),
    // Names are the vocabulary's, which is Dutch whatever the language of the document.
    names: together(names.map(({ label }) => wordsOf(label, null))),
    mentions: together(
      [...mentioned.map(({ label }) => label), ...(entry.alsoNamed ?? [])].map((name) => wordsOf(name, null)),
    ),
    body: together(passages.map(({ body }) => body)),
    passages,
    length: passages.reduce((length, { body }) => length + count(body.lemmas), 0),
  };
}

function wordsOfPassage(passage: Passage, language: string | null): PassageWords {
  return {
    heading: wordsOf(passage.anchor.heading ?? '', language),
    body: wordsOf(textOf(passage), language),
  };
}

function wordsOf(text: string, language: string | null): FieldWords {
  const lemmas: string[] = [];
  const forms = new Set<string>();
  const parts: string[] = [];
  for (const token of analysed(text, language)) {
    lemmas.push(token.lemma);
    if (!token.stop) forms.add(token.folded);
    for (const lemma of token.also) parts.push(lemma, boundary);
    // One by one: a word may have more parts than a call may have arguments.
    for (const part of token.parts) parts.push(part);
    if (token.parts.length > 0) parts.push(boundary);
  }
  return { lemmas: lemmas.join(' '), forms: [...forms].join(' '), parts: parts.join(' ') };
}

function together(fields: readonly FieldWords[]): FieldWords {
  const filled = fields.filter(({ lemmas }) => lemmas !== '');
  const forms = new Set(filled.flatMap((field) => (field.forms === '' ? [] : field.forms.split(' '))));
  return {
    lemmas: filled.map(({ lemmas }) => lemmas).join(` ${boundary} `),
    forms: [...forms].join(' '),
    parts: filled
      .map(({ parts }) => parts)
      .filter((parts) => parts !== '')
      .join(' '),
  };
}

function count(words: string): number {
  return words === '' ? 0 : words.split(' ').length;
}
