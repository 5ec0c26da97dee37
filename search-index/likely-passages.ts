/**
 * A quick look at which passages of a document may hold most of a query, so that only those are analysed: taking
 * every word of ten documents apart would cost more than finding them.
 */
import type { Passage } from '../shared/document.ts';
import { dutchAnalyser } from './dutch/analyser.ts';
import type { Query } from './query.ts';
import { eachToken } from './tokens.ts';

/** Passages of one document that are looked at closely: the fullest, and the first that hold each word. */
const fullestAtMost = 6;
const firstOfEach = 2;

interface Glance {
  readonly passage: Passage;
  readonly found: ReadonlySet<number>;
  readonly times: number;
  isFirst: boolean;
}

/** Chooses among the passages of a document, in their order; all of them when none seems to hold anything. */
export function likelyPassages(query: Query): (passages: readonly Passage[]) => readonly Passage[] {
  const soughtBy = soughtWords(query);
  return (passages) => {
    if (passages.length <= fullestAtMost) return passages;
    const holding = new Map<number, number>();
    const glances = passages.map((passage): Glance => {
      const { found, times } = glanceAt(passage, soughtBy);
      let isFirst = false;
      for (const sought of found) {
        const before = holding.get(sought) ?? 0;
        isFirst ||= before < firstOfEach;
        holding.set(sought, before + 1);
      }
      return { passage, found, times, isFirst };
    });
    const holdingAny = glances.filter(({ found }) => found.size > 0);
    if (holdingAny.length === 0) return passages;
    const fullest = new Set(
      [...holdingAny]
        .sort((a, b) => b.found.size - a.found.size || b.times - a.times)
        .slice(0, fullestAtMost),
    );
    return holdingAny.filter((glance) => glance.isFirst || fullest.has(glance)).map(({ passage }) => passage);
  };
}

function glanceAt(
  { anchor, blocks }: Passage,
  soughtBy: (word: string) => readonly number[],
): { found: Set<number>; times: number } {
  const found = new Set<number>();
  let times = 0;
  const look = (word: string) => {
    for (const sought of soughtBy(word)) {
      found.add(sought);
      times += 1;
    }
  };
  eachToken(anchor.heading ?? '', look);
  for (const { text } of blocks) eachToken(text, look);
  return { found, times };
}

/** For a folded word which of the query's words, and of the words of its phrases, it may stand for. */
function soughtWords({ words, phrases }: Query): (word: string) => readonly number[] {
  const analyser = dutchAnalyser();
  const sought = new Map<string, Set<number>>();
  const seek = (word: string, at: number) => {
    const known = sought.get(word);
    if (known === undefined) sought.set(word, new Set([at]));
    else known.add(at);
  };
  for (const [at, { text, lemmas, runs, resembling }] of words.entries()) {
    for (const word of [text, ...lemmas, ...runs.flat(), ...resembling]) seek(word, at);
  }
  let next = words.length;
  for (const { forms, lemmas } of phrases) {
    for (const [at, form] of forms.entries()) {
      seek(form, next);
      seek(lemmas[at] ?? form, next);
      next += 1;
    }
  }
  const beginnings = words.flatMap(({ text, prefix }, at) => (prefix ? [{ text, at }] : []));
  const known = new Map<string, readonly number[]>();
  return (word) => {
    let found = known.get(word);
    if (found === undefined) {
      const { lemma, also, parts } = analyser.lookUp(word);
      const standsFor = [word, lemma, ...also, ...parts].flatMap((each) => [...(sought.get(each) ?? [])]);
      for (const { text, at } of beginnings) if (word.startsWith(text)) standsFor.push(at);
      found = standsFor.length === 0 ? nothing : [...new Set(standsFor)];
      known.set(word, found);
    }
    return found;
  };
}

const nothing: readonly number[] = [];
