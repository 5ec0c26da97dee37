/** The table of `docs/cost.md`, made of the estimates. */
import { type EngineChoice, estimate, mostEmbedded, type Prices, serverFor } from './estimate.ts';

const engines: readonly EngineChoice[] = ['meilisearch', 'external', 'embedded'];
const documents = [1_000, 5_000, 10_000, 100_000];
const searches = [1_000, 100_000];

const begin = '<!-- cost: made by npm run cost -->';
const end = '<!-- end of cost -->';

export function costTable(price: Prices): string {
  const rows = engines.flatMap((engine) =>
    documents.flatMap((count) =>
      searches.map((asked) => row({ engine, documents: count, searches: asked }, price)),
    ),
  );
  const checked = price.checkedOn ?? '**not checked**';
  return [
    `Dollars a month, ${price.region}, prices checked on: ${checked}.`,
    '',
    '| engine | documents | searches a month | engine | changing | keeping | comparing | searching | standing by | **a month** | first import, once |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
  ].join('\n');
}

/** The text with the table between its two marks replaced. Throws when it has none. */
export function withTable(text: string, table: string): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`The text lacks ${begin} or ${end}`);
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

function row(use: Parameters<typeof estimate>[0], price: Prices): string {
  const name = use.engine === 'meilisearch' ? `meilisearch, ${serverFor(use.documents).type}` : use.engine;
  const beginning = [name, use.documents.toLocaleString('en'), use.searches.toLocaleString('en')];
  if (use.engine === 'embedded' && use.documents > mostEmbedded) {
    return cells([...beginning, ...Array(8).fill('–')]);
  }
  const { parts, month, firstImport } = estimate(use, price);
  const shown = Object.values(parts).map((part) => part.toFixed(2));
  if (use.engine === 'external') shown[0] = 'its own';
  return cells([...beginning, ...shown, `**${month.toFixed(2)}**`, firstImport.toFixed(2)]);
}

function cells(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}
