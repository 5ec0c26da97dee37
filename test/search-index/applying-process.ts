/** Run by the kill test: applies batches of documents for ever, and says of each batch when it is searchable. */
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { batch } from './applied-batches.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const engine = embeddedEngine(path);

for (let number = Number(first); ; number++) {
  await engine.apply(batch(number));
  process.stdout.write(`${number}\n`);
}
