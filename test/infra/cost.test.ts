import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costTable, withTable } from '../../infra/cost/cost-table.ts';
import { estimate, mostEmbedded } from '../../infra/cost/estimate.ts';
import prices from '../../infra/cost/prices.json' with { type: 'json' };

const month = (use: Parameters<typeof estimate>[0]) => estimate(use, prices).month;

describe('what it costs', () => {
  it('stands in docs/cost.md as the script computes it', () => {
    const text = readFileSync('docs/cost.md', 'utf8');
    expect(withTable(text, costTable(prices)), 'run npm run cost').toBe(text);
  });

  it('says of prices that nobody checked that they were not', () => {
    expect(costTable({ ...prices, checkedOn: null })).toContain('**not checked**');
  });

  it('is told for every engine, four archives and two kinds of use', () => {
    expect(costTable(prices).match(/^\| (meilisearch|external|embedded)/gm)).toHaveLength(24);
    expect(costTable(prices).match(/–/g)).toHaveLength(4 * 8);
  });

  it('grows with documents and with searches', () => {
    const small = { engine: 'meilisearch', documents: 1_000, searches: 1_000 } as const;
    expect(month({ ...small, documents: 100_000 })).toBeGreaterThan(month(small));
    expect(month({ ...small, searches: 100_000 })).toBeGreaterThan(month(small));
  });

  it('is least without a server, as far as that goes', () => {
    const use = { documents: mostEmbedded, searches: 1_000 };
    expect(month({ engine: 'embedded', ...use })).toBeLessThan(month({ engine: 'meilisearch', ...use }));
  });

  it('is the sum of its parts', () => {
    const { parts, month: sum } = estimate(
      { engine: 'external', documents: 10_000, searches: 100_000 },
      prices,
    );
    expect(Object.values(parts).reduce((one, other) => one + other, 0)).toBeCloseTo(sum, 10);
  });
});
