/** Applies generations of the same documents for ever, and says of each when it is searchable. */
import { generationOf } from './applied-batches.ts';
import { openSnapshots, placeOfArguments } from './snapshot-processes.ts';

const { first, ...place } = placeOfArguments();
const index = openSnapshots(place);

for (let number = first; ; number++) {
  await index.apply(generationOf(number));
  process.stdout.write(`${number}\n`);
}
