/** Entry point of a process that `bench:snapshots` measures; tells the time of each thing that it did. */
import * as z from 'zod';
import { byFacet } from '../../search-index/by-facet.ts';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import { dutchCorpus } from './dutch-corpus.ts';

const SnapshotTask = z.object({
  url: z.string(),
  documents: z.int(),
  task: z.enum(['fill', 'search', 'write']),
});
export type SnapshotTask = z.infer<typeof SnapshotTask>;

const seed = 1;
/** Documents that are written together while filling, as a rebuild writes more at a time than one. */
const lot = 1_000;
const laterWrites = 3;

const { url, documents, task } = SnapshotTask.parse(JSON.parse(process.argv[2] ?? ''));
const corpus = dutchCorpus(seed);
const word = corpus.document(0).title.split(' ').at(-1) ?? '';
const measured: { milliseconds: number; processor: number }[] = [];

const index = await openSearchIndex({ url, collection: 'public' });
if (task === 'fill') {
  await measure(async () => {
    for (const entries of corpus.lots(documents, lot)) {
      await index.apply(entries.map((entry) => ({ type: 'put', entry })));
    }
  });
}
if (task === 'search') {
  const filters = byFacet(() => []);
  await measure(async () => {
    await index.search({ q: `${word} `, filters, sort: 'relevance', page: 1, size: 10, prefix: true });
  });
}
if (task === 'write') {
  for (let write = 0; write <= laterWrites; write++) {
    const entry = { ...corpus.document(write), revision: Date.now() };
    await measure(() => index.apply([{ type: 'put', entry }]));
  }
}
await index.close();
process.send?.(measured, () => process.disconnect());

async function measure(work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  measured.push({ milliseconds: performance.now() - began, processor: (user + system) / 1_000 });
}
