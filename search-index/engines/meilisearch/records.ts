/** What the indexes of a collection hold, made from entries and parsed when it comes back. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { StoredPassage } from '../../../shared/stored-passage.ts';
import type { IndexChange, IndexEntry } from '../../search-index.ts';
import { spellingsOf } from '../../spellings.ts';
import { json, StoredEntry } from '../../stored-entry.ts';
import { words as wordsIn } from '../../tokens.ts';
import { type FieldWords, type WordsOfEntry, wordsOfEntry } from '../../words-of-entry.ts';
import { spellingValues } from './spellings.ts';
import { bounded, runsOf, termsOf, titleWord } from './terms.ts';
import { encodeWeighedWords } from './weighed-words.ts';

/**
 * `held`: a document; `gone` and `removed`: one that was, and is told of or not; `about` and `changed`: what the index
 * says of itself.
 */
export type State = 'held' | 'gone' | 'removed' | 'about' | 'changed';

/** Ids of records that are no documents: no document's id is that short. */
export const aboutId = 'about';
export const changedId = 'changed';

/**
 * Words from which a document's passages get records of their own. Shorter documents are read through as fast, and
 * an index over all passages would double the work.
 */
const longDocument = 4_000;

/** Words in one searchable field: past its 65,535th place Meilisearch drops words without telling. */
const wordsInField = 50_000;
/** Places that it leaves open between two texts of one field. */
const placesBetween = 8;

const passages = json(z.array(StoredPassage));

/** Records as they come back, by what was asked of them. */
export const EntryRecord = z.object({ entry: json(StoredEntry) });
/** With the fields that hold the weights of the query's words. */
export const CandidateRecord = z.looseObject({ ...EntryRecord.shape, length: z.int() });
export const WholeRecord = z.object({
  state: z.string(),
  movedTo: z.optional(z.string()),
  entry: z.optional(json(StoredEntry)),
  passages: z.optional(passages),
  allPassages: z.optional(passages),
});
export const PassagesRecord = z.object({
  id: z.string(),
  version: z.string(),
  passages: z.optional(passages),
});
export const HeldRecord = z.object({
  id: z.string(),
  state: z.enum(['held', 'gone', 'removed']),
  revision: z.int(),
  appliedAt: z.int(),
});
export const EntriesRecord = z.object({
  id: z.string(),
  revision: z.int(),
  ordinal: z.number(),
  version: z.string(),
  length: z.int(),
});
export const IdRecord = z.object({ id: z.string() });
export const TitleRecord = z.object({ id: z.string(), titleAsWritten: z.string() });
export const AboutRecord = z.object({
  id: z.literal(aboutId),
  /** Given when the index begins; it stays through a change of settings. */
  begun: z.string(),
  /** The settings that its documents were made with, and those that the server was told. */
  settings: z.string(),
  appliedSettings: z.string(),
  /** The index that this one was begun to take the place of; null for the first. */
  replaces: z.nullable(z.string()),
  /** `begun` of the index that was said to hold all that it should; null: none was. Earlier versions did not keep it. */
  filled: z.optional(z.nullable(z.string())),
});
export type AboutRecord = z.infer<typeof AboutRecord>;

/** An index that is not there, or was begun by this version and never said to be filled, is not. */
export function isFilled(about: AboutRecord | undefined): boolean {
  return about !== undefined && (about.filled === undefined || about.filled === about.begun);
}
export const ChangedRecord = z.object({ id: z.literal(changedId), stamp: z.string() });
export const PassageRecord = z.object({ id: z.string(), version: z.string(), number: z.int() });
export const PassageTextRecord = z.extend(PassageRecord, { passage: json(StoredPassage) });

export type WrittenRecord = { readonly id: string } & Readonly<Record<string, unknown>>;

export interface DocumentRecords {
  readonly document: WrittenRecord;
  /** None unless the document is long. */
  readonly passages: readonly WrittenRecord[];
}

export function recordsOf(entry: IndexEntry, appliedAt: number): DocumentRecords {
  const { passages: texts, alsoNamed: _, ...stored } = entry;
  const version = versionOf(entry);
  const words = wordsOfEntry(entry);
  const isLong = hasPassageRecords(words);
  const spellings = spellingsOf(entry);
  const slugs = (facet: string) => spellings.filter((each) => each.facet === facet).map(({ slug }) => slug);
  return {
    document: {
      id: entry.id,
      state: 'held' satisfies State,
      revision: entry.revision,
      version,
      appliedAt,
      ordinal: ordinalOf(entry.id),
      ...(entry.publishedOn === null ? {} : { publishedOn: entry.publishedOn }),
      theme: slugs('theme'),
      keyword: slugs('keyword'),
      organisation: slugs('organisation'),
      kind: slugs('kind'),
      year: slugs('year'),
      series: slugs('series'),
      spelling: spellings.flatMap(spellingValues),
      ...termsOf([words.title, words.headings, words.names, words.mentions, words.body]),
      titleWords: [...new Set(wordsIn(entry.title).map(titleWord))],
      // The one text that goes in as it stands: a lone half of a character would fail the whole task.
      titleAsWritten: entry.title.toWellFormed(),
      title: phrasesOf(words.title),
      headings: phrasesOf(words.headings),
      names: phrasesOf(words.names),
      mentions: phrasesOf(words.mentions),
      body: inFields(phrasesOf(words.body)),
      parts: runsOf(words.body.parts).flat().map(bounded),
      length: words.length,
      ...encodeWeighedWords(words),
      entry: JSON.stringify(stored),
      [isLong ? 'allPassages' : 'passages']: JSON.stringify(texts),
    },
    passages: isLong ? passageRecordsOf(entry, words, version) : [],
  };
}

/** Whether the passages of a document of so many words have records of their own. */
export function hasPassageRecords({ length }: { readonly length: number }): boolean {
  return length >= longDocument;
}

/**
 * Tells passages that are put now from others that were put before under the same id. Two workers that put the same at
 * the same time call it the same: each removes all passages but its own.
 */
function versionOf({ id, passages }: IndexEntry): string {
  return `${id}-${createHash('sha256').update(JSON.stringify(passages)).digest('hex').slice(0, 32)}`;
}

function passageRecordsOf(entry: IndexEntry, words: WordsOfEntry, version: string): WrittenRecord[] {
  return entry.passages.flatMap((passage, number) => {
    const of = words.passages[number];
    if (of === undefined) return [];
    const { terms, forms } = termsOf([of.heading]);
    return {
      id: passageId(version, number),
      document: entry.id,
      version,
      number,
      ...termsOf([of.heading, of.body]),
      headingTerms: terms,
      headingForms: forms,
      heading: phrasesOf(of.heading),
      body: phrasesOf(of.body),
      passage: JSON.stringify(passage),
    };
  });
}

export function passageId(version: string, number: number): string {
  return `${version}-${number}`;
}

/** Keeps nothing of the document but that it was. */
export function markerOf({ id, revision, gone, movedTo }: Removal, appliedAt: number): WrittenRecord {
  const state: State = gone ? 'gone' : 'removed';
  return { id, state, revision, appliedAt, ...(movedTo !== undefined && { movedTo }) };
}

type Removal = Extract<IndexChange, { readonly type: 'remove' }>;

/** A number by which records can be paged through while others come and go; two ids may share one. */
export function ordinalOf(id: string): number {
  let ordinal = 0;
  for (let at = 0; at < 10; at++) ordinal = ordinal * 32 + ((id.charCodeAt(at) || 0) % 32);
  return ordinal;
}

/** Texts between which no phrase runs. */
function phrasesOf({ lemmas }: FieldWords): string[] {
  return runsOf(lemmas).map((run) => run.map(bounded).join(' '));
}

/** Fields within a field, each of as many words as are found again. */
function inFields(texts: readonly string[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  let field: string[] = [];
  let places = wordsInField;
  for (const text of texts.flatMap(inPieces)) {
    const needed = text.split(' ').length + placesBetween;
    if (places + needed > wordsInField) {
      places = 0;
      field = [];
      fields[String(Object.keys(fields).length + 1)] = field;
    }
    field.push(text);
    places += needed;
  }
  return fields;
}

/** A passage of more words than a field holds is cut. */
function inPieces(text: string): string[] {
  const words = text.split(' ');
  if (words.length <= wordsInField / 2) return [text];
  const pieces: string[] = [];
  for (let at = 0; at < words.length; at += wordsInField / 2) {
    pieces.push(words.slice(at, at + wordsInField / 2).join(' '));
  }
  return pieces;
}
