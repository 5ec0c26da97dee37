/** Run by the kill test: fills generations aside and promotes them for ever, and says of each when it is served. */
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { generationOf } from './applied-batches.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const engine = embeddedEngine(path);

for (let number = Number(first); ; number++) {
  await engine.beginAside();
  await engine.aside.apply(generationOf(number));
  await engine.promote();
  process.stdout.write(`${number}\n`);
}
