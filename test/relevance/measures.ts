/** How good a list of hits is, as information retrieval measures it: 1 is the best there can be, 0 the worst. */

/** By the document's id: 2 is exactly what was meant, 1 is useful too. What is not judged is not relevant. */
export type Grades = ReadonlyMap<string, number>;

/** Hits that count: what stands on a visitor's first page. */
export const depth = 10;

export interface Measures {
  readonly ndcg: number;
  readonly recall: number;
  readonly reciprocalRank: number;
}

export function measure(hits: readonly string[], grades: Grades): Measures {
  const first = hits.slice(0, depth);
  return {
    ndcg: ndcg(first, grades),
    recall: recall(first, grades),
    reciprocalRank: reciprocalRank(first, grades),
  };
}

/** The gain of the hits, each discounted by its rank, as a share of what the best order would gain. */
function ndcg(hits: readonly string[], grades: Grades): number {
  const best = [...grades.values()].sort((a, b) => b - a).slice(0, depth);
  const ideal = discountedGain(best);
  return ideal === 0 ? 0 : discountedGain(hits.map((id) => grades.get(id) ?? 0)) / ideal;
}

function discountedGain(grades: readonly number[]): number {
  return grades.reduce((sum, grade, at) => sum + (2 ** grade - 1) / Math.log2(at + 2), 0);
}

function recall(hits: readonly string[], grades: Grades): number {
  const relevant = [...grades.values()].filter((grade) => grade > 0).length;
  const found = hits.filter((id) => (grades.get(id) ?? 0) > 0).length;
  return relevant === 0 ? 0 : found / relevant;
}

function reciprocalRank(hits: readonly string[], grades: Grades): number {
  const at = hits.findIndex((id) => (grades.get(id) ?? 0) > 0);
  return at < 0 ? 0 : 1 / (at + 1);
}
