/**
 * A quick look at which passages of a document may hold most of a query, so that only those are analysed: taking
 * every word of ten documents apart would cost more than finding them.
 */
import type { Passage } from '../shared/document.ts';
import { dutchAnalyser } from './dutch/analyser.ts';
import type { Query } from './query.ts';
import { eachToken } from './tokens.ts';

/** Passages of one document that are looked at closely: as many as a hit shows, and the first that holds each word. */
const fullestAtMost = 3;
const firstOfEach = 1;

/**
 * Letters that a word has in common with what it is found by, nearly always: its inflections begin like it, and a
 * compound holds its parts. A passage whose only match has not (liep, for lopen) is found when no other has any.
 */
const lettersInCommon = 3;

interface Glance {
  readonly passage: Passage;
  /** The query's words that stand here for certain. */
  readonly found: ReadonlySet<number>;
  /** Those that may: a part of a compound that was asked for, a word of a synonym. */
  readonly possible: ReadonlySet<number>;
  readonly times: number;
  readonly isFirst: boolean;
}

/** What a written word may stand for. */
interface StandsFor {
  readonly found: readonly number[];
  readonly possible: readonly number[];
}

/** Chooses among the passages of a document, in their order; all of them when none seems to hold anything. */
export function likelyPassages(query: Query): (passages: readonly Passage[]) => readonly Passage[] {
  const soughtBy = soughtWords(query);
  return (passages) => {
    if (passages.length <= fullestAtMost) return passages;
    const holding = new Map<number, number>();
    const glances = passages.map((passage): Glance => {
      const { found, possible, times } = glanceAt(passage, soughtBy);
      let isFirst = false;
      for (const sought of found) {
        const before = holding.get(sought) ?? 0;
        isFirst ||= before < firstOfEach;
        holding.set(sought, before + 1);
      }
      return { passage, found, possible, times, isFirst };
    });
    const holdingAny = glances.filter(({ found, possible }) => found.size + possible.size > 0);
    if (holdingAny.length === 0) return passages;
    const fullest = new Set(
      [...holdingAny]
        .sort((a, b) => b.found.size - a.found.size || b.possible.size - a.possible.size || b.times - a.times)
        .slice(0, fullestAtMost),
    );
    return holdingAny.filter((glance) => glance.isFirst || fullest.has(glance)).map(({ passage }) => passage);
  };
}

function glanceAt({ anchor, blocks }: Passage, standsFor: (word: string) => StandsFor) {
  const found = new Set<number>();
  const possible = new Set<number>();
  let times = 0;
  const look = (word: string) => {
    const seen = standsFor(word);
    if (seen === nothing) return;
    for (const sought of seen.found) found.add(sought);
    for (const sought of seen.possible) possible.add(sought);
    times += seen.found.length;
  };
  if (anchor.heading) eachToken(anchor.heading, look);
  for (const { text } of blocks) eachToken(text, look);
  return { found, possible, times };
}

/** For a folded word which of the query's words, and of the words of its phrases, it may stand for. */
function soughtWords({ words, phrases }: Query): (word: string) => StandsFor {
  const analyser = dutchAnalyser();
  const certain = new Sought();
  const uncertain = new Sought();
  const runs: { readonly run: string; readonly at: number }[] = [];
  for (const [at, { text, lemmas, runs: asked, resembling }] of words.entries()) {
    for (const word of [text, ...lemmas, ...resembling]) certain.add(word, at);
    for (const run of asked) {
      for (const lemma of run) (run.length === 1 ? certain : uncertain).add(lemma, at);
      runs.push({ run: ` ${run.join(' ')} `, at });
    }
  }
  let next = words.length;
  for (const { forms, lemmas } of phrases) {
    for (const [at, form] of forms.entries()) {
      certain.add(form, next);
      certain.add(lemmas[at] ?? form, next);
      next += 1;
    }
  }
  const beginnings = words.flatMap(({ text, prefix }, at) => (prefix ? [{ text, at }] : []));
  const looksLike = beginningsOf([...certain.words(), ...uncertain.words()]);
  const known = new Map<string, StandsFor>();
  return (word) => {
    if (!looksLike.test(word)) return nothing;
    let seen = known.get(word);
    if (seen === undefined) {
      const { lemma, also, parts } = analyser.lookUp(word);
      const names = [word, lemma, ...also, ...parts];
      const ofParts = ` ${parts.join(' ')} `;
      seen = {
        found: [
          ...certain.of(names),
          ...runs.filter(({ run }) => ofParts.includes(run)).map(({ at }) => at),
          ...beginnings.filter(({ text }) => word.startsWith(text)).map(({ at }) => at),
        ],
        possible: uncertain.of(names),
      };
      known.set(word, seen);
    }
    return seen;
  };
}

/** Which of the query's words a lemma or a form stands for. */
class Sought {
  readonly #at = new Map<string, Set<number>>();

  add(word: string, at: number): void {
    const known = this.#at.get(word);
    if (known === undefined) this.#at.set(word, new Set([at]));
    else known.add(at);
  }

  of(words: readonly string[]): readonly number[] {
    return words.flatMap((word) => [...(this.#at.get(word) ?? [])]);
  }

  words(): Iterable<string> {
    return this.#at.keys();
  }
}

/** Whether a word holds the first letters of any of these; they are letters and digits only, so nothing is syntax. */
function beginningsOf(words: readonly string[]): RegExp {
  const beginnings = new Set(words.flatMap(spellings).map((word) => word.slice(0, lettersInCommon)));
  return new RegExp(
    [...beginnings].filter((beginning) => /^[\p{L}\p{N}]+$/u.test(beginning)).join('|') || '(?!)',
  );
}

/** How its first syllable is spelled in its inflections: raad and raden, lopen and loopt, kaas and kazen. */
function spellings(word: string): string[] {
  const short = word.replace(/^([^aeiou]*)([aeou])\2([^aeiou])/, '$1$2$3');
  const long = word.replace(/^([^aeiou]*)([aeou])([^aeiou])(?=[aeiou])/, '$1$2$2$3');
  const voiced = short.replace(/s/g, 'z').replace(/f/g, 'v');
  return [word, short, long, voiced];
}

const nothing: StandsFor = { found: [], possible: [] };
