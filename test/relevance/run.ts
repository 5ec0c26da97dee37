import type { JudgedInput, JudgedQuery } from './judged-input.ts';
import { type Measures, measure } from './measures.ts';
import type { NamedSystem } from './search-systems.ts';

export interface Answer extends Measures {
  readonly judged: JudgedQuery;
  readonly hits: readonly string[];
}

/** Means over the queries; `empty` counts the queries without any hit. */
export interface Figures {
  readonly ndcg: number;
  readonly recall: number;
  readonly mrr: number;
  readonly empty: number;
  readonly queries: number;
}

/** Every query of the input, put to a system that holds the input's documents. */
export async function answers(system: NamedSystem, { entries, queries }: JudgedInput): Promise<Answer[]> {
  const filled = await system.fill(entries);
  try {
    const answered: Answer[] = [];
    for (const judged of queries) {
      const hits = await filled.ask(judged.query);
      answered.push({ judged, hits, ...measure(hits, judged.grades) });
    }
    return answered;
  } finally {
    await filled.close();
  }
}

export function figuresOf(answered: readonly Answer[]): Figures {
  const mean = (of: (answer: Answer) => number) =>
    answered.reduce((sum, answer) => sum + of(answer), 0) / Math.max(1, answered.length);
  return {
    ndcg: mean(({ ndcg }) => ndcg),
    recall: mean(({ recall }) => recall),
    mrr: mean(({ reciprocalRank }) => reciprocalRank),
    empty: answered.filter(({ hits }) => hits.length === 0).length,
    queries: answered.length,
  };
}

/** The figures of each kind of query, in the order in which the kinds first come. */
export function figuresByKind(answered: readonly Answer[]): Map<string, Figures> {
  const byKind = Map.groupBy(answered, ({ judged }) => judged.kind);
  return new Map(Array.from(byKind, ([kind, some]) => [kind, figuresOf(some)]));
}
