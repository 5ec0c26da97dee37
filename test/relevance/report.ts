import type { JudgedInput } from './judged-input.ts';
import { type Answer, type Figures, figuresByKind } from './run.ts';

export interface Row {
  readonly name: string;
  readonly figures: Figures;
}

export function table(heading: string, rows: readonly Row[]): string {
  const width = Math.max(heading.length, ...rows.map(({ name }) => name.length));
  const head = `${heading.padEnd(width)}  nDCG@10  recall@10    MRR  empty`;
  const lines = rows.map(({ name, figures: { ndcg, recall, mrr, empty, queries } }) =>
    [
      name.padEnd(width),
      ndcg.toFixed(3).padStart(7),
      recall.toFixed(3).padStart(9),
      mrr.toFixed(3).padStart(5),
      `${empty} of ${queries}`,
    ].join('  '),
  );
  return [head, ...lines].join('\n');
}

/** nDCG@10 of every kind of query, a column for each system. */
export function kindTable(systems: readonly { name: string; answered: readonly Answer[] }[]): string {
  const byKind = systems.map(({ answered }) => figuresByKind(answered));
  const kinds = [...(byKind[0] ?? new Map<string, Figures>())];
  const names = systems.map(({ name }) => name);
  const lines = kinds.map(([kind, { queries }]) =>
    [
      `${kind} (${queries})`.padEnd(18),
      ...byKind.map((figures, at) =>
        (figures.get(kind)?.ndcg.toFixed(3) ?? '').padStart(names[at]?.length ?? 0),
      ),
    ].join('  '),
  );
  return [['nDCG@10'.padEnd(18), ...names].join('  '), ...lines].join('\n');
}

/** Below this a query is shown: its best answer is lacking, or stands behind others. */
const bad = 0.9;

/** What came for each query that was answered badly, and what was expected of it. */
export function badAnswers(answered: readonly Answer[], { entries }: JudgedInput): string {
  const nameOf = new Map(
    entries.map(({ id, upload }) => [id, upload.replace(/^public\//, '').replace(/\.md$/, '')]),
  );
  return answered
    .filter(({ ndcg }) => ndcg < bad)
    .sort((a, b) => a.ndcg - b.ndcg)
    .map(({ judged: { query, kind, grades }, hits, ndcg }) => {
      const came = hits.map((id) => `${grades.get(id) ?? '-'} ${nameOf.get(id)}`);
      const lacking = Array.from(grades)
        .filter(([id]) => !hits.includes(id))
        .map(([id, grade]) => `${grade} ${nameOf.get(id)}`);
      return [
        `${ndcg.toFixed(3)}  ${kind}: ${query}`,
        `       came:  ${came.join(', ') || 'nothing'}`,
        ...(lacking.length > 0 ? [`       lacks: ${lacking.join(', ')}`] : []),
      ].join('\n');
    })
    .join('\n');
}
