/** The figures that each engine must keep: `expected.json`, rewritten by `npm run relevance -- --update`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Answer, figuresByKind, figuresOf } from './run.ts';

const Kept = z.strictObject({
  ndcg: z.number(),
  recall: z.number(),
  mrr: z.number(),
  empty: z.int(),
  kinds: z.record(z.string(), z.number()),
});
export type Kept = z.infer<typeof Kept>;

const Expected = z.record(z.string(), Kept);

const path = join(import.meta.dirname, 'expected.json');

/** What a figure may fall: more than one query of many that slips a place, less than a kind that breaks. */
const tolerance = 0.01;

export function readExpected(): z.infer<typeof Expected> {
  return Expected.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Keeps what stands there of engines that were not measured now. */
export function writeExpected(measured: Readonly<Record<string, Kept>>): void {
  writeFileSync(path, `${JSON.stringify({ ...readExpected(), ...measured }, null, 2)}\n`);
}

/** Rounded, so that the file changes only when a figure does. */
export function toKeep(answered: readonly Answer[]): Kept {
  const { ndcg, recall, mrr, empty } = figuresOf(answered);
  const kinds = Array.from(figuresByKind(answered), ([kind, figures]) => [kind, rounded(figures.ndcg)]);
  return {
    ndcg: rounded(ndcg),
    recall: rounded(recall),
    mrr: rounded(mrr),
    empty,
    kinds: Object.fromEntries(kinds),
  };
}

const rounded = (figure: number) => Math.round(figure * 10_000) / 10_000;

/** A sentence for each figure that fell too far. */
export function fallen(expected: Kept, measured: Kept): string[] {
  const pairs = [
    ...(['ndcg', 'recall', 'mrr'] as const).map((name) => [name, expected[name], measured[name]] as const),
    ...Object.entries(expected.kinds).map(
      ([kind, ndcg]) => [`ndcg of ${kind}`, ndcg, measured.kinds[kind] ?? 0] as const,
    ),
  ];
  const sentences = pairs
    .filter(([, before, now]) => before - now > tolerance)
    .map(([name, before, now]) => `${name} fell from ${before} to ${now}`);
  if (measured.empty <= expected.empty) return sentences;
  return [...sentences, `queries without hits rose from ${expected.empty} to ${measured.empty}`];
}
