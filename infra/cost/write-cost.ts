/** `npm run cost`: computes the table anew from `prices.json`, writes it into `docs/cost.md` and prints it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { costTable, withTable } from './cost-table.ts';
import prices from './prices.json' with { type: 'json' };

const file = new URL('../../docs/cost.md', import.meta.url);
const table = costTable(prices);
writeFileSync(file, withTable(readFileSync(file, 'utf8'), table));
console.log(table);
