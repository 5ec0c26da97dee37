/**
 * How much each word of a document weighs, kept beside it for ranking above the engine. The words are spread over many
 * small fields, so that a candidate comes with those of the query's words only: a hundred times all words of a document
 * took longer to send than to find.
 */
import type { FieldWords, WordsOfEntry } from '../../words-of-entry.ts';
import { runsOf, wordsIn } from './terms.ts';

/** Title above headings and names above organisations that are only mentioned, those above the text. */
export const fieldWeights = { title: 8, headings: 4, names: 4, mentions: 1.5 } as const;

/** How a word stands in a document. */
export interface Weight {
  /** Occurrences outside the body, by the weights of their fields. */
  readonly strong: number;
  /** Occurrences in the body. */
  readonly body: number;
}

export interface WeighedWords {
  /** Words in the body. */
  readonly length: number;
  lemma(lemma: string): Weight | undefined;
  part(lemma: string): Weight | undefined;
  isWritten(form: string): boolean;
}

/** Different words kept of a long publication, the weightiest first: with all, a page of hits would be megabytes. */
const wordsAtMost = 6_000;

/** A weight is kept in halves, so that one byte holds any that still makes a difference. */
const strongUnit = 0.5;
const byteAtMost = 255;

const hashBytes = 3;
const weightBytes = hashBytes + 2;
/** Before the weights of a field: how many are of lemmas, and how many of parts. */
const countBytes = 2;

const fields = 32;

/** The fields of a record that hold the weights, by their names. */
export function encodeWeighedWords(words: WordsOfEntry): Record<string, string> {
  const lemmas = byField(weightsOf(words, (field) => runsOf(field.lemmas).flat()));
  const parts = byField(weightsOf(words, (field) => runsOf(field.parts).flat()));
  const forms = formsByField(words);
  return Object.fromEntries(
    Array.from({ length: fields }, (_, field) => {
      const [ofLemmas, ofParts, ofForms] = [lemmas[field] ?? [], parts[field] ?? [], forms[field] ?? []];
      const counts = Buffer.alloc(2 * countBytes);
      counts.writeUInt16LE(ofLemmas.length, 0);
      counts.writeUInt16LE(ofParts.length, countBytes);
      const bytes = [
        counts,
        ...ofLemmas.map(weightEntry),
        ...ofParts.map(weightEntry),
        ...ofForms.map(hashEntry),
      ];
      return [nameOf(field), Buffer.concat(bytes).toString('base64')];
    }),
  );
}

/** The names of the fields in which these words are. */
export function fieldsOfWords(words: Iterable<string>): string[] {
  return [...new Set(Array.from(words, (word) => nameOf(fieldOf(hashOf(word)))))].sort();
}

/** `record` needs to hold the fields of the words that are looked up. */
export function decodeWeighedWords(length: number, record: Readonly<Record<string, unknown>>): WeighedWords {
  const decoded = new Map<string, Buffer>();
  const bytesOf = (hash: number): Buffer => {
    const name = nameOf(fieldOf(hash));
    const known = decoded.get(name);
    if (known) return known;
    const text = record[name];
    if (typeof text !== 'string') throw new Error(`the record has no field ${name}`);
    const bytes = Buffer.from(text, 'base64');
    decoded.set(name, bytes);
    return bytes;
  };
  const weight = (word: string, isPart: boolean): Weight | undefined => {
    const hash = hashOf(word);
    const bytes = bytesOf(hash);
    const lemmas = bytes.readUInt16LE(0);
    const from = 2 * countBytes + (isPart ? lemmas * weightBytes : 0);
    const count = isPart ? bytes.readUInt16LE(countBytes) : lemmas;
    for (let at = from; at < from + count * weightBytes; at += weightBytes) {
      if (bytes.readUIntBE(at, hashBytes) !== hash) continue;
      return {
        strong: bytes.readUInt8(at + hashBytes) * strongUnit,
        body: bytes.readUInt8(at + hashBytes + 1),
      };
    }
    return undefined;
  };
  return {
    length,
    lemma: (lemma) => weight(lemma, false),
    part: (lemma) => weight(lemma, true),
    isWritten: (form) => {
      const hash = hashOf(form);
      const bytes = bytesOf(hash);
      const weights = bytes.readUInt16LE(0) + bytes.readUInt16LE(countBytes);
      for (let at = 2 * countBytes + weights * weightBytes; at < bytes.length; at += hashBytes) {
        if (bytes.readUIntBE(at, hashBytes) === hash) return true;
      }
      return false;
    },
  };
}

function nameOf(field: number): string {
  return `weighed${field}`;
}

function fieldOf(hash: number): number {
  return hash % fields;
}

interface WordWeight {
  strong: number;
  body: number;
}

function weightsOf(
  { title, headings, names, mentions, body }: WordsOfEntry,
  wordsOf: (field: FieldWords) => readonly string[],
): Map<string, WordWeight> {
  const weights = new Map<string, WordWeight>();
  const weigh = (field: FieldWords, strong: number, inBody: number) => {
    for (const word of wordsOf(field)) {
      const known = weights.get(word) ?? { strong: 0, body: 0 };
      known.strong += strong;
      known.body += inBody;
      weights.set(word, known);
    }
  };
  weigh(title, fieldWeights.title, 0);
  weigh(headings, fieldWeights.headings, 0);
  weigh(names, fieldWeights.names, 0);
  weigh(mentions, fieldWeights.mentions, 0);
  weigh(body, 0, 1);
  return weights;
}

interface HashedWeight extends WordWeight {
  readonly hash: number;
}

function byField(weights: ReadonlyMap<string, WordWeight>): HashedWeight[][] {
  const kept = [...weights]
    .sort(([, a], [, b]) => b.strong - a.strong || b.body - a.body)
    .slice(0, wordsAtMost)
    .map(([word, weight]) => ({ hash: hashOf(word), ...weight }));
  return grouped(kept, ({ hash }) => hash);
}

function formsByField({ title, headings, names, mentions, body }: WordsOfEntry): number[][] {
  const forms = [title, headings, names, mentions, body].flatMap((field) => wordsIn(field.forms));
  const hashes = new Set(forms.slice(0, 2 * wordsAtMost).map(hashOf));
  return grouped([...hashes], (hash) => hash);
}

/** In the order of their hashes, so that the same words are the same text. */
function grouped<Item>(items: readonly Item[], hashIn: (item: Item) => number): Item[][] {
  const groups: Item[][] = Array.from({ length: fields }, () => []);
  for (const item of [...items].sort((a, b) => hashIn(a) - hashIn(b)))
    groups[fieldOf(hashIn(item))]?.push(item);
  return groups;
}

function weightEntry({ hash, strong, body }: HashedWeight): Buffer {
  const entry = Buffer.alloc(weightBytes);
  entry.writeUIntBE(hash, 0, hashBytes);
  entry.writeUInt8(Math.min(byteAtMost, Math.round(strong / strongUnit)), hashBytes);
  entry.writeUInt8(Math.min(byteAtMost, body), hashBytes + 1);
  return entry;
}

function hashEntry(hash: number): Buffer {
  const entry = Buffer.alloc(hashBytes);
  entry.writeUIntBE(hash, 0, hashBytes);
  return entry;
}

/** FNV-1a folded to 24 bits: of a thousand words in a document, one in sixteen thousand queries meets a wrong one. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) {
    hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193) >>> 0;
  }
  return (hash ^ (hash >>> 24)) & 0xffffff;
}
