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
const noRow: Row = { times: 0, lost: 0, doubled: 0, stale: 0, leaked: 0, untrue: 0 };

export class Tally {
  outcomes = 0;
  failures = 0;
  readonly #rows = new Map<string, Row>();

  /** What went wrong is counted with every fault that was injected on the way to it. */
  add({ injected, differences }: Outcome): void {
    this.outcomes++;
    if (count(differences) > 0) this.failures++;
    for (const [fault, times] of injected) {
      const row = { ...noRow, times };
      for (const kind of kinds) row[kind] = differences[kind].length;
      add(this.#rows, fault, row);
    }
  }

  /** A row for each side effect and what befell it, or for all that `nameOf` gives the same name. */
  toMarkdown(title: string, nameOf = (name: string) => name): string {
    const rows = new Map<string, Row>();
    for (const [name, row] of this.#rows) add(rows, nameOf(name), row);
    const lines = [...rows].map(([name, row]) => [name, ...Object.values(row).map(String)]);
    const total = [...rows.values()].reduce((sum, { times }) => sum + times, 0);
    const head = [title, 'times', ...kinds];
    return [
      head,
      head.map((_, at) => (at === 0 ? '---' : '---:')),
      ...lines.sort(([a = ''], [b = '']) => a.localeCompare(b)),
      ['all', String(total)],
    ]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n');
  }
}

function add(rows: Map<string, Row>, name: string, added: Row): void {
  const row = rows.get(name) ?? { ...noRow };
  row.times += added.times;
  for (const kind of kinds) row[kind] += added[kind];
  rows.set(name, row);
}
