/** Reads the labelled word lists and scores an analyser on them. */
import { existsSync, readFileSync } from 'node:fs';
import type { Analyser } from '../../search-index/dutch/analyser.ts';

function linesOf(file: URL): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

export interface CompoundScore {
  /** Boundaries found that are there, of all found; those that may be found count neither way. */
  readonly precision: number;
  /** Boundaries found, of all that a search needs. */
  readonly recall: number;
  readonly words: number;
  readonly wrong: readonly string[];
}

/** `|` a boundary that must be found, `~` one that may. */
export function scoreCompounds(analyser: Analyser, file: URL): CompoundScore {
  let right = 0;
  let extra = 0;
  let missed = 0;
  const wrong: string[] = [];
  const lines = linesOf(file);
  for (const line of lines) {
    const word = line.replaceAll(/[|~]/g, '');
    const needed = new Set<number>();
    const allowed = new Set<number>();
    let at = 0;
    for (const character of line) {
      if (character === '|') needed.add(at);
      else if (character === '~') allowed.add(at);
      else at++;
    }
    const { surfaces } = analyser.analyseWord(word);
    const found = new Set<number>();
    let end = 0;
    for (const surface of surfaces.slice(0, -1)) {
      end += surface.length;
      found.add(end);
    }
    const before = extra + missed;
    for (const boundary of found) {
      if (needed.has(boundary)) right++;
      else if (!allowed.has(boundary)) extra++;
    }
    for (const boundary of needed) if (!found.has(boundary)) missed++;
    if (extra + missed > before) wrong.push(`${surfaces.join('|')} (${line})`);
  }
  return {
    precision: right / (right + extra),
    recall: right / (right + missed),
    words: lines.length,
    wrong,
  };
}

export interface PairScore {
  /** Share of the lines that are as labelled, 0–1. */
  readonly share: number;
  readonly lines: number;
  readonly wrong: readonly string[];
}

/** Each line: forms of one word, which must all have one lemma. */
export function scoreMeeting(analyser: Analyser, file: URL): PairScore {
  return scoreLines(analyser, file, (lemmas) => new Set(lemmas).size === 1);
}

/** Each line: two words, which must have different lemmas. */
export function scoreApart(analyser: Analyser, file: URL): PairScore {
  return scoreLines(analyser, file, (lemmas) => new Set(lemmas).size === lemmas.length);
}

function scoreLines(analyser: Analyser, file: URL, isRight: (lemmas: string[]) => boolean): PairScore {
  const lines = linesOf(file);
  const wrong: string[] = [];
  for (const line of lines) {
    const words = line.split(' ');
    const lemmas = words.map((word) => analyser.analyseWord(word).lemma);
    if (!isRight(lemmas)) wrong.push(words.map((word, place) => `${word}: ${lemmas[place]}`).join(', '));
  }
  return { share: 1 - wrong.length / lines.length, lines: lines.length, wrong };
}

/** The project's own lists, and those that may lie beside the repository. */
export const ownLists = new URL('./', import.meta.url);
export const sharedLists = new URL('../../../shared/dutch/', import.meta.url);
export const hasSharedLists = existsSync(sharedLists);
