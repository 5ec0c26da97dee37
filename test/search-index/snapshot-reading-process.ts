/** Searches for ever, and says of each search what it found, or how it failed. */
import { documentsInBatch } from './applied-batches.ts';
import { request } from './entries.ts';
import { openSnapshots, placeOfArguments } from './snapshot-processes.ts';

const index = openSnapshots(placeOfArguments());

for (;;) {
  const began = performance.now();
  try {
    const { total, hits } = await index.search(request({ q: 'generatie ', size: documentsInBatch }));
    const generations = [...new Set(hits.map(({ title }) => Number(title.split(' ')[1])))];
    tell({ total, generations, milliseconds: Math.round(performance.now() - began) });
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    tell({ failure: `${error}: ${cause instanceof Error ? `${cause.name} ${cause.message}` : ''}` });
  }
  // Lets the process see to its sockets.
  await new Promise((resolve) => setImmediate(resolve));
}

function tell(found: object): void {
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
