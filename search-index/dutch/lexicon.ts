/**
 * The lexicon as one file: an automaton that numbers the forms, and for every form which of a few thousand
 * different records describes it. It is read into typed arrays that view the file's bytes, so that loading costs
 * little more than reading. All numbers are little-endian, as every machine that runs this is.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Automaton, allWords, buildAutomaton, numberOf, wordsFrom } from './automaton.ts';

/** Raised whenever the meaning of the file changes. */
export const lexiconVersion = 1;
const magic = 0x56504e4c;
const headerBytes = 64;
const recordBytes = 8;

export const traits = {
  /** The dictionary allows it as a first or middle part of a compound. */
  modifier: 1,
  /** The dictionary allows it as the last part of a compound. */
  head: 2,
  /** Only ever written with a capital. */
  name: 4,
  /** A form of a verb. */
  verb: 8,
  /** A form of a noun. */
  noun: 16,
  adjective: 32,
  /** Its lemma is certain; without it the dictionary lists the word bare. */
  inflects: 64,
  /** Exists only inside compounds. */
  bound: 128,
  /** Never divided, as reviewed in `whole-words.txt`. */
  whole: 256,
  /** A noun or adjective by itself although its lemma is a verb: as a compound's head it is its own lemma. */
  ownAsHead: 512,
} as const;

export interface LexiconEntry {
  readonly form: string;
  readonly lemma: string;
  /** A sum of `traits`. */
  readonly traits: number;
  /** 0 where unknown, else 1–255: frequency in running text, logarithmic. */
  readonly frequency: number;
  /** 0–255: how readily it begins a compound, logarithmic. */
  readonly first: number;
  /** 0–255: how readily it ends a compound, logarithmic. */
  readonly last: number;
}

/** The forms go by their number; the accessors read what is known of one without making an object. */
export class Lexicon {
  /** SHA-256 of what the file holds, in hexadecimal: an index built with another one must be built again. */
  readonly hash: string;
  readonly size: number;
  readonly #automaton: Automaton;
  readonly #records: Uint8Array;
  readonly #recordOf: Uint16Array;
  readonly #endings: readonly string[];

  constructor(file: Uint8Array) {
    const bytes = file.byteOffset % 4 === 0 ? file : new Uint8Array(file);
    const header = new Uint32Array(bytes.buffer, bytes.byteOffset, headerBytes / 4);
    const [sign, version, edges = 0, records = 0, size = 0, endingsLength = 0] = header;
    if (sign !== magic || version !== lexiconVersion) {
      throw new Error(
        `The Dutch lexicon is of version ${version}, not ${lexiconVersion}: run "node search-index/dutch/build-artefact.ts".`,
      );
    }
    this.hash = Buffer.from(bytes.subarray(32, 64)).toString('hex');
    this.size = size;
    let at = bytes.byteOffset + headerBytes;
    this.#automaton = {
      edges: new Uint32Array(bytes.buffer, at, edges),
      skips: new Uint32Array(bytes.buffer, at + edges * 4, edges),
    };
    at += edges * 8;
    this.#recordOf = new Uint16Array(bytes.buffer, at, size);
    at += size * 2;
    this.#records = new Uint8Array(bytes.buffer, at, records * recordBytes);
    at += records * recordBytes;
    this.#endings = Buffer.from(bytes.buffer, at, endingsLength).toString('latin1').split('\n');
  }

  /** The number of a folded word or of a stretch of it; -1 when it is no form. */
  find(text: string, from = 0, to = text.length): number {
    return numberOf(this.#automaton, text, from, to);
  }

  /** Every form that stands in the text from a place on, shortest first. */
  formsFrom(text: string, from: number, found: (end: number, form: number) => void): void {
    wordsFrom(this.#automaton, text, from, found);
  }

  has(form: number, trait: number): boolean {
    return ((this.#field(form, 0) | (this.#field(form, 7) << 8)) & trait) !== 0;
  }

  frequency(form: number): number {
    return this.#field(form, 1);
  }

  first(form: number): number {
    return this.#field(form, 2);
  }

  last(form: number): number {
    return this.#field(form, 3);
  }

  lemma(form: number, word: string): string {
    const cut = this.#field(form, 4);
    const ending = this.#endings[this.#field(form, 5) | (this.#field(form, 6) << 8)] ?? '';
    return cut === 0 && ending === '' ? word : word.slice(0, word.length - cut) + ending;
  }

  forms(): Iterable<string> {
    return allWords(this.#automaton);
  }

  #field(form: number, field: number): number {
    return this.#records[(this.#recordOf[form] ?? 0) * recordBytes + field] ?? 0;
  }
}

/** `entries`: sorted by form. The same entries always give the same bytes. */
export function encodeLexicon(entries: readonly LexiconEntry[]): Uint8Array {
  const automaton = buildAutomaton(entries.map((entry) => entry.form));
  const endings = new Map<string, number>();
  const records = new Map<string, number>();
  const recordOf = new Uint16Array(entries.length);
  for (const [place, entry] of entries.entries()) {
    let shared = 0;
    while (shared < entry.form.length && entry.form[shared] === entry.lemma[shared]) shared++;
    const added = entry.lemma.slice(shared);
    const ending = endings.get(added) ?? endings.size;
    endings.set(added, ending);
    const cut = entry.form.length - shared;
    const record = [
      entry.traits & 255,
      entry.frequency,
      entry.first,
      entry.last,
      cut,
      ending & 255,
      ending >> 8,
      entry.traits >> 8,
    ].join(',');
    const number = records.get(record) ?? records.size;
    records.set(record, number);
    recordOf[place] = number;
  }
  if (records.size > 65_535) throw new Error(`${records.size} different records do not fit into 16 bits.`);
  const endingsText = Buffer.from([...endings.keys()].join('\n'), 'latin1');
  const body = Buffer.concat([
    Buffer.from(automaton.edges.buffer),
    Buffer.from(automaton.skips.buffer),
    Buffer.from(recordOf.buffer),
    Buffer.from(Uint8Array.from([...records.keys()].flatMap((record) => record.split(',').map(Number)))),
    endingsText,
  ]);
  const header = Buffer.alloc(headerBytes);
  const numbers = [
    magic,
    lexiconVersion,
    automaton.edges.length,
    records.size,
    entries.length,
    endingsText.length,
  ];
  for (const [place, number] of numbers.entries()) header.writeUInt32LE(number, place * 4);
  createHash('sha256').update(header.subarray(0, 32)).update(body).digest().copy(header, 32);
  return Buffer.concat([header, body]);
}

export const lexiconFile = new URL('lexicon.bin', import.meta.url);

export function readLexicon(file: URL | string = lexiconFile): Lexicon {
  return new Lexicon(readFileSync(file));
}
