/** Where the words and phrases of a query stand in a text. What a query excludes stands nowhere worth showing. */
import type { Token } from './analysed.ts';
import type { LemmaRun, Query } from './query.ts';

/** One word or one phrase of the query, standing at tokens `first` to `last` of a text. */
export interface Occurrence {
  /** Its number among the query's words and then its phrases. */
  readonly clause: number;
  readonly first: number;
  readonly last: number;
}

export interface Matcher {
  /** How many words and phrases the query asks for. */
  readonly clauses: number;
  /** In the order of the text. */
  occurrences(tokens: readonly Token[]): Occurrence[];
}

/** A run of lemmas, or of folded words as written. */
interface Sought {
  readonly clause: number;
  readonly run: readonly string[];
}

export function matcherOf(query: Query): Matcher {
  const forms = new Clauses();
  const lemmas = new Clauses();
  const runs = new Map<string, Sought[]>();
  const writtenRuns = new Map<string, Sought[]>();
  const beginnings: { readonly text: string; readonly clause: number }[] = [];
  for (const [clause, word] of query.words.entries()) {
    forms.add(word.text, clause);
    for (const form of word.resembling) forms.add(form, clause);
    for (const lemma of word.lemmas) lemmas.add(lemma, clause);
    for (const run of word.runs) addRun(runs, { clause, run });
    if (word.prefix) beginnings.push({ text: word.text, clause });
  }
  for (const [at, phrase] of query.phrases.entries()) {
    const clause = query.words.length + at;
    addRun(runs, { clause, run: phrase.lemmas });
    addRun(writtenRuns, { clause, run: phrase.forms });
  }

  return {
    clauses: query.words.length + query.phrases.length,
    occurrences(tokens) {
      const found: Occurrence[] = [];
      for (const [at, token] of tokens.entries()) {
        const here = new Set<number>([...forms.of(token.folded), ...lemmas.of(token.lemma)]);
        for (const lemma of [...token.also, ...token.parts]) {
          for (const clause of lemmas.of(lemma)) here.add(clause);
          for (const { clause, run } of runs.get(lemma) ?? []) {
            if (isOneWord(token, run, query, clause)) here.add(clause);
          }
        }
        for (const { text, clause } of beginnings) if (token.folded.startsWith(text)) here.add(clause);
        for (const clause of here) found.push({ clause, first: at, last: at });
        for (const { clause, run } of runs.get(token.lemma) ?? []) {
          if (run.every((lemma, step) => tokens[at + step]?.lemma === lemma)) {
            found.push({ clause, first: at, last: at + run.length - 1 });
          }
        }
        for (const { clause, run } of writtenRuns.get(token.folded) ?? []) {
          if (run.every((form, step) => tokens[at + step]?.folded === form)) {
            found.push({ clause, first: at, last: at + run.length - 1 });
          }
        }
      }
      return found;
    },
  };
}

/** Which clauses a word stands for. */
class Clauses {
  readonly #clauses = new Map<string, number[]>();

  add(word: string, clause: number): void {
    const known = this.#clauses.get(word);
    if (known === undefined) this.#clauses.set(word, [clause]);
    else if (!known.includes(clause)) known.push(clause);
  }

  of(word: string): readonly number[] {
    return this.#clauses.get(word) ?? none;
  }
}

const none: readonly number[] = [];

function addRun(runs: Map<string, Sought[]>, sought: Sought): void {
  const [first] = sought.run;
  if (first === undefined) return;
  runs.set(first, [...(runs.get(first) ?? []), sought]);
}

/** Whether one written word holds the run: among its further lemmas, or next to each other among its parts. */
function isOneWord(token: Token, run: LemmaRun, query: Query, clause: number): boolean {
  if (clause >= query.words.length) return false;
  if (run.length === 1 && run[0] !== undefined && token.also.includes(run[0])) return true;
  return token.parts.some((_, at) => run.every((lemma, step) => token.parts[at + step] === lemma));
}
