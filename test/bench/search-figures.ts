/** The figures of every engine side by side, and how they compare with the embedded engine. */
import type { EngineName } from './measured-engine.ts';
import type { Percentiles } from './percentiles.ts';

export interface Timed extends Percentiles {
  readonly asked: number;
  /** How many of those found anything. */
  readonly found: number;
}

export interface Figures {
  readonly engine: EngineName;
  /** Why there are no figures, or not all of them. */
  failure?: string;
  documentsPerSecond?: number;
  buildingPeakMegabytes?: number;
  diskMegabytes?: number;
  reopeningMilliseconds?: number;
  servingPeakMegabytes?: number;
  readonly times: Record<string, Timed>;
}

type Cell = (figures: Figures) => string | undefined;

export function printFigures(documents: number, all: readonly Figures[]): void {
  const names = [...new Set(all.flatMap(({ times }) => Object.keys(times)))];
  const whole = (value: number | undefined, unit: string) =>
    value === undefined ? undefined : `${Math.round(value).toLocaleString('en')}${unit}`;
  print(`${documents.toLocaleString('en')} documents; times in ms: p50 / p95 / p99`, all, [
    ['building, documents/s', (figures) => whole(figures.documentsPerSecond, '')],
    ['peak while building', (figures) => whole(figures.buildingPeakMegabytes, ' MB')],
    ['on disk', (figures) => whole(figures.diskMegabytes, ' MB')],
    ['new process to first answer', (figures) => whole(figures.reopeningMilliseconds, ' ms')],
    ['peak while answering', (figures) => whole(figures.servingPeakMegabytes, ' MB')],
    ...names.map((name): [string, Cell] => [name, ({ times }) => times[name] && written(times[name])]),
    ...names.map((name): [string, Cell] => [
      `${name}, found`,
      ({ times }) => times[name] && share(times[name]),
    ]),
  ]);
  const base = all.find(({ engine }) => engine === 'embedded');
  const others = all.filter((figures) => figures !== base);
  if (base !== undefined && others.length > 0) {
    const ratio = (of: (figures: Figures) => number | undefined): Cell => {
      const one = of(base);
      return (figures) => times(of(figures), one);
    };
    print('\nTimes the embedded engine: p50 / p95 / p99', others, [
      ['building time', ratio(({ documentsPerSecond }) => documentsPerSecond && 1 / documentsPerSecond)],
      ['peak while building', ratio((figures) => figures.buildingPeakMegabytes)],
      ['on disk', ratio((figures) => figures.diskMegabytes)],
      ['new process to first answer', ratio((figures) => figures.reopeningMilliseconds)],
      ['peak while answering', ratio((figures) => figures.servingPeakMegabytes)],
      ...names.map((name): [string, Cell] => [
        name,
        (figures) => {
          const [one, other] = [base.times[name], figures.times[name]];
          if (one === undefined || other === undefined) return undefined;
          // An engine that mostly finds nothing is not faster, but does less.
          if (Math.min(one.found, other.found) < one.asked / 2) return 'finds too little';
          return (['p50', 'p95', 'p99'] as const).map((at) => times(other[at], one[at])).join(' / ');
        },
      ]),
    ]);
  }
  console.log(
    '\nVindplaats counts all facets and marks the best passages in every answer; the libraries count facets only where\nit says so, cut a passage out of each hit, and keep nothing that is replaced on disk.',
  );
}

function print(title: string, all: readonly Figures[], rows: readonly (readonly [string, Cell])[]): void {
  const shown = rows
    .map(([name, cell]) => [name, ...all.map((figures) => cell(figures) ?? '–')])
    .filter((cells) => cells.slice(1).some((cell) => cell !== '–'));
  const table = [['', ...all.map(({ engine }) => engine)], ...shown];
  const widths = all.map((_, at) => Math.max(...table.map((cells) => cells[at + 1]?.length ?? 0)));
  const first = Math.max(...table.map(([name = '']) => name.length));
  console.log(title);
  for (const [name = '', ...cells] of table) {
    console.log(name.padEnd(first), ...cells.map((cell, at) => ` ${cell.padStart(widths[at] ?? 0)}`));
  }
  for (const { engine, failure } of all) if (failure !== undefined) console.log(`${engine}: ${failure}`);
}

function written({ p50, p95, p99 }: Timed): string {
  return [p50, p95, p99].map((time) => (time < 10 ? time.toFixed(1) : String(Math.round(time)))).join(' / ');
}

function share({ found, asked }: Timed): string {
  return `${Math.round((100 * found) / asked)} %`;
}

function times(other: number | undefined, one: number | undefined): string | undefined {
  if (other === undefined || one === undefined || one === 0) return undefined;
  const ratio = other / one;
  return `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)}×`;
}
