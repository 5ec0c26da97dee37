/** Where the words and phrases of a query stand in a text. What a query excludes stands nowhere worth showing. */
import type { Query } from './query.ts';
import type { Token } from './tokens.ts';

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

export function matcherOf(query: Query): Matcher {
  const exact = new Map<string, number>();
  const beginnings: { readonly text: string; readonly clause: number }[] = [];
  for (const [clause, { text, prefix }] of query.words.entries()) {
    if (prefix) beginnings.push({ text, clause });
    else exact.set(text, clause);
  }
  const phrases = query.phrases.map((words, at) => ({ words, clause: query.words.length + at }));

  return {
    clauses: query.words.length + query.phrases.length,
    occurrences(tokens) {
      const found: Occurrence[] = [];
      for (const [at, { text }] of tokens.entries()) {
        const word = exact.get(text);
        if (word !== undefined) found.push({ clause: word, first: at, last: at });
        for (const beginning of beginnings) {
          if (text.startsWith(beginning.text)) found.push({ clause: beginning.clause, first: at, last: at });
        }
        for (const phrase of phrases) {
          if (
            text === phrase.words[0] &&
            phrase.words.every((word, step) => tokens[at + step]?.text === word)
          ) {
            found.push({ clause: phrase.clause, first: at, last: at + phrase.words.length - 1 });
          }
        }
      }
      return found;
    },
  };
}
