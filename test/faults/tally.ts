/** Counts what was injected and what came of it. */
import { count, type Differences, kinds } from './compare.ts';

export interface Outcome {
  /** By which it can be found again. */
  readonly name: string;
  readonly injected: ReadonlyMap<string, number>;
  readonly differences: Differences;
  readonly steps: readonly string[];
}

type Row = Record<'times' | (typeof kinds)[number], number>;

export class Tally {
  outcomes = 0;
  failures = 0;
  readonly #rows = new Map<string, Row>();

  /** What went wrong is counted with every fault that was injected on the way to it. */
  add({ injected, differences }: Outcome): void {
    this.outcomes++;
    if (count(differences) > 0) this.failures++;
    for (const [fault, times] of injected) {
      const row = this.#rows.get(fault) ?? { times: 0, lost: 0, doubled: 0, stale: 0, leaked: 0, untrue: 0 };
      row.times += times;
      for (const kind of kinds) row[kind] += differences[kind].length;
      this.#rows.set(fault, row);
    }
  }

  toMarkdown(title: string): string {
    const rows = [...this.#rows].sort(([a], [b]) => a.localeCompare(b));
    const lines = rows.map(([fault, row]) => [fault, ...Object.values(row).map(String)]);
    const total = rows.reduce((sum, [, { times }]) => sum + times, 0);
    const head = [title, 'times', ...kinds];
    return [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...lines, ['all', String(total)]]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n');
  }
}
